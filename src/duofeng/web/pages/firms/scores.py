"""The scores of one firm with the sheet by which a person redoes them; numbers of guarded columns stay masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from duofeng.brain.runs.store import Run
from duofeng.brain.scores import words
from duofeng.brain.scores.sheet import Line, Sheet
from duofeng.kernel.problem import Problem
from duofeng.web.context import language
from duofeng.web.pages.firms import reading
from duofeng.web.pages.firms.sight import MASK, Sight
from duofeng.web.pages.firms.values import column_title
from duofeng.zone.kinds.scorecard import Scorecard


@dataclass(frozen=True)
class Row:
    """One entry of the card as the page shows it. `share` is points of the full marks in per cent."""

    title: str
    depth: int
    weight: str
    points: str
    full: str
    share: int
    step: str
    missing: tuple[str, ...]
    is_leaf: bool


@dataclass(frozen=True)
class CardShown:
    card: Scorecard
    title: str
    problem: Problem | None = None
    score: str = ""
    grade: str | None = None
    row: Any = None
    rated: int = 0
    peers: int = 0
    rows: tuple[Row, ...] = ()
    total: str = ""
    improvements: tuple[str, ...] = ()


def scores_shown(run: Run, subject: str, sight: Sight) -> list[CardShown]:
    found = [_card(card, told, sight) for card, told in reading.sheets(run, subject)]
    return sorted(found, key=lambda each: each.problem is not None)


def _card(card: Scorecard, told: Sheet | Problem, sight: Sight) -> CardShown:
    title = card.title.of(language())
    if isinstance(told, Problem):
        return CardShown(card, title, problem=told)
    return CardShown(
        card,
        title,
        score=words.between(told.row["low"], told.row["high"]),
        grade=told.row["grade"],
        row=told.row,
        rated=told.rated,
        peers=told.peers,
        rows=tuple(_rows(told, sight)),
        total=words.branch_step(told, ()),
        improvements=tuple(_improvements(told, sight)),
    )


def _rows(told: Sheet, sight: Sight) -> Iterator[Row]:
    for path, line in told.lines.items():
        full = told.full.get(path, 100.0)
        reached = line.points if line.is_leaf else line.low
        yield Row(
            title=line.entry.title.of(language()),
            depth=len(path),
            weight=words.points(line.weight),
            points=words.points(line.points) if line.is_leaf else words.between(line.low, line.high),
            full=words.points(full),
            share=round(100 * (reached or 0.0) / full) if full else 0,
            step=_step(told, line, sight),
            missing=tuple(column_title(column) for column in line.missing),
            is_leaf=line.is_leaf,
        )


def _step(told: Sheet, line: Line, sight: Sight) -> str:
    if not line.is_leaf:
        return words.branch_step(told, line.path)
    if not sight.sees_all(one.column for one in line.used):
        return MASK
    return words.leaf_step(line, language())


def _improvements(told: Sheet, sight: Sight) -> Iterator[str]:
    """What raises the score cheapest. A guarded entry is named without its numbers."""
    for each in told.improvements[:6]:
        used = [one.column for one in told.lines[each.path].used]
        gain = f"+{words.points(each.gain)}"
        if sight.sees_all(used):
            yield f"{words.improvement_text(each, language())} → {gain}"
        else:
            yield f"{each.entry.title.of(language())} → {gain}"
