"""The score of one subject as a person can redo it: read from a run, recomputed within its peer group, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from duofeng.brain.rules.explain import Used, plain
from duofeng.brain.runs.store import Run
from duofeng.brain.scores import problems
from duofeng.brain.scores.card import SAME, Compiled, Scored, compile_card, score
from duofeng.brain.scores.improvements import Improvement, improvements
from duofeng.brain.scores.points import scoring_of
from duofeng.brain.scores.statistics import Standing, group_statistics, standing
from duofeng.brain.scores.tree import Path, entries
from duofeng.engine import tree as nodes
from duofeng.engine.expression import bind
from duofeng.kernel.problem import ProblemError, hint
from duofeng.zone.kinds.scorecard import PEER_METHODS, Entry, scorecards_in_force
from duofeng.zone.zone import Zone


@dataclass(frozen=True)
class Line:
    """One entry of the card for one subject. Unknown numbers are None; `left_out` entries take no part in the total.

    `used` are the columns a leaf read; `standing` and `group` its place among its peers and their statistics.
    """

    path: Path
    entry: Entry
    weight: float
    low: float | None
    high: float | None
    value: float | None = None
    points: float | None = None
    used: tuple[Used, ...] = ()
    standing: Standing | None = None
    group: Mapping[str, Any] | None = None

    @property
    def is_leaf(self) -> bool:
        return not self.entry.parts

    @property
    def left_out(self) -> bool:
        return self.low is None

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(one.column for one in self.used if one.value is None) if self.value is None else ()


@dataclass(frozen=True)
class Sheet:
    """`row` is the subject's row of the run's score table; `lines` come in the order of the card, branches first."""

    compiled: Compiled
    run: Run
    subject: str
    row: Mapping[str, Any]
    lines: Mapping[Path, Line]
    full: Mapping[Path, float]
    rated: int
    peers: int
    improvements: tuple[Improvement, ...] = field(default=())

    @property
    def without_data(self) -> tuple[Line, ...]:
        """Leaves without a value: what the subject can supply."""
        return tuple(line for line in self.lines.values() if line.is_leaf and line.points is None)


def card_of(zone: Zone, run: Run, name: str) -> Compiled:
    """The version of a card that the run used. Raises ProblemError (E602)."""
    known = {
        card.card: card for card in scorecards_in_force(zone, run.as_of) if run.has(f"score-{card.card}", card.register)
    }
    if name not in known:
        raise ProblemError(problems.NO_CARD.at(card=name, **hint(name, known)))
    return compile_card(zone, known[name], run.as_of)


def sheet(
    compiled: Compiled, run: Run, subject: str, table: pl.DataFrame | None = None, frame: pl.LazyFrame | None = None
) -> Sheet:
    """The sheet of a subject. Raises ProblemError: E603 not rated, E604 the card is not the one the run used.

    Who keeps the run's score table or what `run_frame` gives in memory may pass them.
    """
    name = compiled.card.card
    table = run.table(f"score-{name}", compiled.card.register).collect() if table is None else table
    mine = table.filter(pl.col("subject") == subject)
    if mine.is_empty():
        raise ProblemError(problems.NOT_RATED.at(card=name, subject=subject))
    row = mine.row(0, named=True)
    group = _members(table, row, compiled)
    read = run_frame(run, compiled) if frame is None else frame
    among = read.filter(pl.col("subject").is_in(group.implode())).collect()
    found = score(compiled, among)
    places = np.flatnonzero(found.subjects == subject)
    if places.size == 0 or not _agree(found, int(places[0]), row):
        raise ProblemError(problems.CARD_CHANGED.at(card=name))
    at = int(places[0])
    profile = among.filter(pl.col("subject") == subject)
    return Sheet(
        compiled, run, subject, row, _lines(found, at, profile), _full(found, at), table["score"].count(), len(group),
        tuple(improvements(found, at, profile)),
    )  # fmt: skip


def run_frame(run: Run, compiled: Compiled) -> pl.LazyFrame:
    """The columns of the run's profile that the card reads."""
    return run.table("profile", compiled.card.register).select("subject", *compiled.columns)


def _members(table: pl.DataFrame, row: Mapping[str, Any], compiled: Compiled) -> pl.Series:
    """Everybody the subject is compared with, itself included; itself alone where nobody is compared."""
    compares = any(scoring_of(leaf).by in PEER_METHODS for leaf, _ in compiled.leaves.values())
    if not compares or row["group"] is None:
        return pl.Series("subject", [row["subject"]])
    return table.filter(pl.col("group") == row["group"])["subject"]


def _agree(found: Scored, at: int, row: Mapping[str, Any]) -> bool:
    for name, numbers in (("low", found.low), ("high", found.high)):
        mine, kept = float(numbers[()][at]), row[name]
        if np.isnan(mine) != (kept is None) or (kept is not None and abs(mine - kept) > 2 * SAME):
            return False
    return True


def _lines(found: Scored, at: int, profile: pl.DataFrame) -> dict[Path, Line]:
    statistics = {(line["group"], line["entry"]): line for line in group_statistics(found).iter_rows(named=True)}
    lines = {}
    for path, entry in entries(found.compiled.card):
        weight = found.tree.weights[path]
        bounds = (_number(found.low[path][at]), _number(found.high[path][at]))
        line = Line(path, entry, float(weight if np.ndim(weight) == 0 else weight[at]), *bounds)
        if not entry.parts:
            _, expression = found.compiled.leaves[path]
            value, points = _number(found.values[path][at]), _number(found.points[path][at])
            compared = points is not None and scoring_of(entry).by in PEER_METHODS
            used = _used(bind(expression, found.compiled.as_of), profile)
            line = Line(
                path, entry, line.weight, *bounds, value, points, used,
                standing(entry, found.values[path][at], found.values[path]) if compared else None,
                statistics.get((found.group[at], ".".join(path))) if compared else None,
            )  # fmt: skip
        lines[path] = line
    return lines


def _full(found: Scored, at: int) -> dict[Path, float]:
    return {path: float(marks if np.ndim(marks) == 0 else marks[at]) for path, marks in found.tree.full.items()}


def _used(node: nodes.Node, profile: pl.DataFrame) -> tuple[Used, ...]:
    columns = dict.fromkeys(one for one in nodes.walk(node) if isinstance(one, nodes.ColumnRef))
    return tuple(Used(one.name, plain(profile[one.name][0], one.type), one.unit) for one in columns)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
