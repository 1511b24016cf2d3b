"""Totals over the lines that belong to each subject: all look-backs along one reference in one pass over the lines.

Lines come block by block as the program computes them; each total adds its part to one array with a place per subject.
The order of additions is that of the lines, whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.engine import money
from duofeng.engine.compiler import Result
from duofeng.engine.kernels import finite
from duofeng.engine.program import as_series, program_of
from duofeng.engine.tree import LookBack, Node
from duofeng.engine.truths import BLOCK
from duofeng.engine.values import Bools, Truth, Vector

Rows = NDArray[np.int64]
CERTAIN = frozenset({"max_least", "min_most"})
"""Bounds from the lines that certainly count and have a value, whatever the others come to."""
POSSIBLE = frozenset({"max_most", "min_least"})
"""Bounds from all lines that may count, known where each of them has a value and one counts."""
SMALL_BITS, SMALL = 32, 2**32 - 1


@dataclass(frozen=True, slots=True)
class Lines:
    """Pairs of a line and the row of the subject it belongs to, lines in order; of a set one line may have several."""

    lines: Rows
    rows: Rows


@dataclass(slots=True)
class Counted:
    """Per subject how many lines count (`sure`), and how many may."""

    sure: NDArray[np.int64]
    doubtful: NDArray[np.int64]

    @staticmethod
    def of(subjects: int) -> Counted:
        return Counted(np.zeros(subjects, np.int64), np.zeros(subjects, np.int64))

    def add(self, rows: Rows, truth: Truth | None) -> None:
        if truth is None:
            self.sure += np.bincount(rows, minlength=len(self.sure))
            return
        np.add.at(self.sure, rows[truth.yes], 1)
        if truth.unknown is not None:
            np.add.at(self.doubtful, rows[truth.unknown], 1)

    def vector(self, function: str) -> Vector | Truth:
        doubt = self.doubtful > 0
        if function == "any":
            return Truth(self.sure > 0, doubt & (self.sure == 0))
        count = self.sure + self.doubtful if function == "count_most" else self.sure
        return Vector(count.astype(np.float64), doubt if function == "count" else None)


@dataclass(slots=True)
class Summed:
    """Exact sums. Money beyond 32 bits is added in two parts: no sum of 64-bit amounts is ever lost."""

    total: NDArray[Any]
    above: NDArray[np.int64] | None = None

    def add(self, rows: Rows, values: NDArray[Any]) -> None:
        if self.total.dtype == np.int64 and values.size and max(-int(values.min()), int(values.max())) > SMALL:
            if self.above is None:
                self.above = np.zeros_like(self.total)
            np.add.at(self.above, rows, values >> SMALL_BITS)
            values = values & SMALL
        np.add.at(self.total, rows, values)

    def vector(self) -> Vector:
        if self.above is None:
            return Vector(self.total) if self.total.dtype == np.int64 else finite(self.total, None)
        carried = self.above + (self.total >> SMALL_BITS)
        outside = (carried >= 2 ** (SMALL_BITS - 1)) | (carried < -(2 ** (SMALL_BITS - 1)))
        total = (carried << SMALL_BITS) | (self.total & SMALL)
        outside |= total == np.iinfo(np.int64).min
        return Vector(total, outside if outside.any() else None)


@dataclass(slots=True)
class Total:
    """One look-back in the making. `counted` is shared by all that count the same lines."""

    look: LookBack
    counted: Counted
    met: NDArray[np.int64]
    lacking: NDArray[np.int64]
    summed: Summed | None = None
    extreme: NDArray[Any] | None = None
    kept: list[tuple[Rows, NDArray[Any]]] = field(default_factory=list)

    @staticmethod
    def of(look: LookBack, counted: Counted, subjects: int) -> Total:
        total = Total(look, counted, np.zeros(subjects, np.int64), np.zeros(subjects, np.int64))
        whole = look.value is not None and look.value.type in {"money", "instant"}
        kind: Any = np.int64 if whole else np.float64
        if look.function in {"sum", "avg"}:
            total.summed = Summed(np.zeros(subjects, kind))
        if look.function.startswith(("min", "max")):
            kind = np.int32 if look.type == "date" else kind
            limits: Any = np.finfo(kind) if kind is np.float64 else np.iinfo(kind)
            total.extreme = np.full(subjects, limits.max if look.function.startswith("min") else limits.min, kind)
        return total

    def add(self, rows: Rows, where: Truth | None, value: Result | None) -> None:
        """The lines of one block: `rows` they belong to, whether they count, what they say."""
        if value is None:
            return
        if where is not None and where.unknown is not None and self.look.function in POSSIBLE:
            where = Truth(where.yes | where.unknown)
        if where is not None:
            rows = rows[where.yes]
        if isinstance(value, Truth):
            yes, unknown = _at(value.yes, where), _at(value.unknown, where)
            np.add.at(self.met, rows[yes], 1)
            if unknown is not None:
                np.add.at(self.lacking, rows[unknown], 1)
            return
        data, unknown = _at(cast(Vector, value).data, where), _at(value.unknown, where)
        if unknown is not None:
            np.add.at(self.lacking, rows[unknown], 1)
            rows, data = rows[~unknown], data[~unknown]
        self._take(rows, data)

    def _take(self, rows: Rows, data: NDArray[Any]) -> None:
        """What lines say for certain."""
        if self.summed is not None:
            self.summed.add(rows, data)
        elif self.extreme is not None:
            (np.minimum if self.look.function.startswith("min") else np.maximum).at(self.extreme, rows, data)
            if self.look.function in CERTAIN:
                np.add.at(self.met, rows, 1)
        else:
            self.kept.append((rows, data))

    def vector(self) -> Vector | Truth:
        sure = self.counted.sure
        open_, nobody = (self.counted.doubtful > 0) | (self.lacking > 0), sure == 0
        match self.look.function:
            case "count" | "count_least" | "count_most" | "any":
                return self.counted.vector(self.look.function)
            case "share":
                with np.errstate(invalid="ignore", divide="ignore"):
                    return Vector(self.met / sure, open_ | nobody)
            case "sum":
                return _unless(self._sum(), open_)
            case "avg":
                return _unless(self._mean(), open_ | nobody)
            case "median":
                return _unless(self._middle(), open_ | nobody)
        assert self.extreme is not None
        if self.look.function in CERTAIN:
            return Vector(self.extreme, self.met == 0)
        return Vector(self.extreme, (self.lacking > 0) | nobody if self.look.function in POSSIBLE else open_ | nobody)

    def _sum(self) -> Vector:
        assert self.summed is not None
        return self.summed.vector()

    def _mean(self) -> Vector:
        total, count = self._sum(), np.maximum(self.counted.sure, 1)
        return money.mean(total, count) if self.look.type == "money" else Vector(total.data / count, total.unknown)

    def _middle(self) -> Vector:
        """The middle value, or the mean of the two in the middle."""
        rows, values = (np.concatenate([part[side] for part in self.kept] or [np.zeros(0)]) for side in (0, 1))
        rows, subjects = rows.astype(np.int64), len(self.met)
        values = values[np.lexsort((values, rows))]
        counts = np.bincount(rows, minlength=subjects)
        ends = np.cumsum(counts)
        last = max(len(values) - 1, 0)
        low, high = (np.clip(ends - counts + (counts - back) // 2, 0, last) for back in (1, 0))
        if not len(values):
            return Vector(np.zeros(subjects), np.ones(subjects, np.bool_))
        first, second = values[low], values[high]
        if self.look.type != "money":
            return Vector((first + second) / 2)
        odd = first % 2 + second % 2
        below = first // 2 + second // 2 + odd // 2
        return Vector(below + ((odd == 1) & (below >= 0)))  # half a cent away from zero


def looked_back(looks: Sequence[LookBack], frame: pl.DataFrame, lines: Lines, subjects: int) -> list[pl.Series]:
    """A column with a row per subject for each look-back along one reference. `frame` are the lines themselves."""
    nodes = tuple(dict.fromkeys(part for look in looks for part in (look.where, look.value) if part is not None))
    counts = {where: Counted.of(subjects) for where in dict.fromkeys(look.where for look in looks)}
    totals = [Total.of(look, counts[look.where], subjects) for look in looks]
    program = program_of(nodes)
    places: dict[Node | None, int] = dict(zip(nodes, program.roots, strict=True))
    batch, tables = program.load(frame), cast("dict[int, Bools]", {})
    for first in range(0, frame.height, BLOCK):
        last = min(first + BLOCK, frame.height)
        start, stop = np.searchsorted(lines.lines, (first, last))
        rows, taken = lines.rows[start:stop], lines.lines[start:stop] - first
        results = program.compute(batch, first, last, tables)
        found = {node: _taken(results[place], taken, last - first) for node, place in places.items()}
        for where, counted in counts.items():
            counted.add(rows, cast(Truth | None, found.get(where)))
        for total in totals:
            total.add(rows, cast(Truth | None, found.get(total.look.where)), found.get(total.look.value))
    return [as_series(total.vector(), total.look.type, subjects) for total in totals]


def _taken(result: Result, lines: Rows, rows: int) -> Result:
    """What each pair's line says; one value for all is spread."""

    def each(values: NDArray[Any] | None) -> Any:
        return None if values is None else np.broadcast_to(values, rows)[lines]

    if isinstance(result, Truth):
        return Truth(each(result.yes), each(result.unknown))
    return Vector(each(cast(Vector, result).data), each(result.unknown))


def _at(values: NDArray[Any] | None, where: Truth | None) -> Any:
    return values if values is None or where is None else values[where.yes]


def _unless(vector: Vector, unknown: Bools) -> Vector:
    return Vector(vector.data, unknown if vector.unknown is None else vector.unknown | unknown)
