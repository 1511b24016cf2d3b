"""Whether the rows of totals say what the rows they total add up to, where their column adds up at all."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from duofeng.facts.asides import PLAIN_SUM
from duofeng.facts.readers import table_problems
from duofeng.kernel.problem import Problem, ProblemError, Span
from duofeng.kernel.units import unit
from duofeng.zone.kinds.vocabulary import Attribute

NOT_ADDED = frozenset({"ratio", "percentage points", "multiple", "rank", "concentration"})


def adds_up(attribute: Attribute) -> bool:
    """Whether values of several subjects make a sum that means something."""
    if attribute.type not in ("money", "integer", "number") or attribute.many:
        return False
    if attribute.unit is None:
        return attribute.type == "integer"
    try:
        dimension = unit(attribute.unit).dimension
    except ProblemError:
        return False
    return dimension not in NOT_ADDED and " per " not in dimension


@dataclass(frozen=True, slots=True)
class _Printed:
    """A total as it stands: its row, words and cell, its value, and the sum and count of the rows above it."""

    row: int
    label: str
    text: str
    value: float
    above: float
    count: int

    @property
    def decimals(self) -> int:
        return len(self._digits.partition(".")[2])

    @property
    def scale(self) -> float:
        """What the last place before the point is worth in the unit of the value."""
        shown = float(self._digits or 0)
        return abs(self.value) / shown if shown and self.value else 1.0

    @property
    def _digits(self) -> str:
        found = re.search(r"\d[\d,]*(?:\.\d+)?", unicodedata.normalize("NFKC", self.text))
        return found[0].replace(",", "") if found else ""


@dataclass
class Totals:
    """Adds up the columns of a table, batch after batch, and holds them against the totals printed in between."""

    sums: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    printed: dict[str, list[_Printed]] = field(default_factory=dict)

    def column(self, title: str, values: pl.Series, totals: pl.DataFrame, printed: pl.Series) -> None:
        """The values of the data rows of a batch, null where there is none, and of its rows of totals: `totals` has
        `row`, `label`, `text` (the cell) and `before`, how many data rows of the batch stand above."""
        running, seen = self.sums.get(title, 0.0), self.counts.get(title, 0)
        added = values.cast(pl.Float64).fill_null(0.0)
        cumulated = added.cum_sum() if totals.height else added
        known = values.is_not_null().cast(pl.Int64).cum_sum() if totals.height else added
        for total, value in zip(totals.iter_rows(named=True), printed.to_list(), strict=True):
            before = total["before"]
            above = running + (cumulated[before - 1] if before else 0.0)
            count = seen + (known[before - 1] if before else 0)
            if value is not None and re.search(PLAIN_SUM, total["label"]) is None:
                found = _Printed(total["row"], total["label"], total["text"], float(value), above, count)
                self.printed.setdefault(title, []).append(found)
        self.sums[title] = running + float(added.sum() or 0.0)
        self.counts[title] = seen + len(values) - values.null_count()

    def problems(self, span: Span) -> Iterator[Problem]:
        """A warning for each printed total that is no sum of rows above it, below it or between totals."""
        for title, printed in self.printed.items():
            borders = sorted({0.0, *(each.above for each in printed), self.sums[title]})
            for each in printed:
                sums = [each.above - border for border in borders if border < each.above]
                sums += [border - each.above for border in borders if border > each.above]
                if not sums or any(_same(each, found) for found in sums):
                    continue
                nearest = min(sums, key=lambda found: abs(found - each.value))
                added = f"{nearest / each.scale:,.{each.decimals}f}"
                where = {"row": each.row, "label": each.label, "column": title}
                yield table_problems.TOTAL_DIFFERS.at(span, **where, total=each.text.strip(), added=added)


def _same(printed: _Printed, found: float) -> bool:
    """Equal, or as near as rounding leaves them: half the last digit printed, more where many rows were rounded."""
    if math.isclose(found, printed.value, rel_tol=1e-12, abs_tol=1e-9):
        return True
    if not printed.decimals and math.isclose(found / printed.scale, round(found / printed.scale), abs_tol=1e-9):
        return False
    half = 0.5 * 10.0**-printed.decimals * printed.scale
    return abs(found - printed.value) <= half * (math.sqrt(printed.count) if printed.decimals else 1)
