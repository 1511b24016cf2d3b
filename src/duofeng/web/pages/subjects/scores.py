"""The scores of one subject with the sheet by which a person redoes them; numbers of guarded columns stay masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from duofeng.brain.scores import words
from duofeng.brain.scores.sheet import Line, Sheet
from duofeng.kernel.problem import Problem
from duofeng.web import reader
from duofeng.web.context import language
from duofeng.web.score_tables import against_group
from duofeng.web.sight import MASK, Sight
from duofeng.web.subject_view import SubjectView
from duofeng.web.values import column_title
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
    group: str = ""
    row: Any = None
    rated: int = 0
    peers: int = 0
    rows: tuple[Row, ...] = ()
    total: str = ""
    chart: dict[str, Any] | None = None
    improvements: tuple[str, ...] = ()


def scores_shown(subject: SubjectView, sight: Sight) -> list[CardShown]:
    run = subject.view.run
    found = [_card(card, told, sight, against_group(run, card, subject.subject)) for card, told in subject.sheets]
    return sorted(found, key=lambda each: each.problem is not None)


def _card(card: Scorecard, told: Sheet | Problem, sight: Sight, chart: dict[str, Any] | None) -> CardShown:
    title = card.title.of(language())
    if isinstance(told, Problem):
        return CardShown(card, title, problem=told)
    return CardShown(
        card,
        title,
        score=words.between(told.row["low"], told.row["high"]),
        grade=told.row["grade"],
        group=words.group_title(reader.zone(), told.compiled, told.row["group"], language()),
        row=told.row,
        rated=told.rated,
        peers=told.peers,
        rows=tuple(_rows(told, sight)),
        total=words.branch_step(told, ())
        if sight.sees_all(one.column for line in told.lines.values() for one in line.used)
        else MASK,
        chart=chart,
        improvements=tuple(_improvements(told, sight)),
    )


def _rows(told: Sheet, sight: Sight) -> Iterator[Row]:
    """Points follow from the value by a published rule, so those of a guarded value are given in whole points only."""
    for path, line in told.lines.items():
        full = told.full.get(path, 100.0)
        reached = line.points if line.is_leaf else line.low
        seen = _seen(told, line, sight)
        yield Row(
            title=line.entry.title.of(language()),
            depth=len(path),
            weight=words.points(line.weight),
            points=_points(line, seen),
            full=words.points(full),
            share=round(100 * (reached or 0.0) / full) if full else 0,
            step=_step(told, line) if seen else MASK,
            missing=tuple(column_title(sight.register, column) for column in line.missing),
            is_leaf=line.is_leaf,
        )


def _seen(told: Sheet, line: Line, sight: Sight) -> bool:
    """Whether every value this entry rests on is seen."""
    below = [each for path, each in told.lines.items() if path[: len(line.path)] == line.path]
    return sight.sees_all(one.column for each in below for one in each.used)


def _points(line: Line, seen: bool) -> str:
    if not seen:
        return words.between(*(None if end is None else float(round(end)) for end in (line.low, line.high)))
    return words.points(line.points) if line.is_leaf else words.between(line.low, line.high)


def _step(told: Sheet, line: Line) -> str:
    return words.leaf_step(line, language()) if line.is_leaf else words.branch_step(told, line.path)


def _improvements(told: Sheet, sight: Sight) -> Iterator[str]:
    """What raises the score cheapest. A guarded entry is named without its numbers."""
    for each in told.improvements[:6]:
        used = [one.column for one in told.lines[each.path].used]
        gain = f"+{words.points(each.gain)}"
        if sight.sees_all(used):
            yield f"{words.improvement_text(each, language())} → {gain}"
        else:
            yield f"{each.entry.title.of(language())} → +{round(each.gain, 1)}"
