"""The scores of one subject with the sheet by which a person redoes them; numbers of guarded columns stay masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from duofeng.brain.scores.sheet import Line, Sheet
from duofeng.kernel.problem import Problem
from duofeng.tell import sheet_words as words
from duofeng.tell.words import told
from duofeng.web import reader
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
    found = [_card(card, sheet, sight, against_group(run, card, subject.subject)) for card, sheet in subject.sheets]
    return sorted(found, key=lambda each: each.problem is not None)


def _card(card: Scorecard, found: Sheet | Problem, sight: Sight, chart: dict[str, Any] | None) -> CardShown:
    title = told(card.title)
    if isinstance(found, Problem):
        return CardShown(card, title, problem=found)
    return CardShown(
        card,
        title,
        score=words.between(found.row["low"], found.row["high"]),
        grade=found.row["grade"],
        group=words.group_title(reader.zone(), found.compiled, found.row["group"]),
        row=found.row,
        rated=found.rated,
        peers=found.peers,
        rows=tuple(_rows(found, sight)),
        total=words.branch_step(found, ())
        if sight.sees_all(one.column for line in found.lines.values() for one in line.used)
        else MASK,
        chart=chart,
        improvements=tuple(_improvements(found, sight)),
    )


def _rows(found: Sheet, sight: Sight) -> Iterator[Row]:
    """Points follow from the value by a published rule, so those of a guarded value are given in whole points only."""
    for path, line in found.lines.items():
        full = found.full.get(path, 100.0)
        reached = line.points if line.is_leaf else line.low
        seen = _seen(found, line, sight)
        yield Row(
            title=told(line.entry.title),
            depth=len(path),
            weight=words.points(line.weight),
            points=_points(line, seen),
            full=words.points(full),
            share=round(100 * (reached or 0.0) / full) if full else 0,
            step=_step(found, line) if seen else MASK,
            missing=tuple(column_title(sight.register, column) for column in line.missing),
            is_leaf=line.is_leaf,
        )


def _seen(found: Sheet, line: Line, sight: Sight) -> bool:
    """Whether every value this entry rests on is seen."""
    below = [each for path, each in found.lines.items() if path[: len(line.path)] == line.path]
    return sight.sees_all(one.column for each in below for one in each.used)


def _points(line: Line, seen: bool) -> str:
    if not seen:
        return words.between(*(None if end is None else float(round(end)) for end in (line.low, line.high)))
    return words.points(line.points) if line.is_leaf else words.between(line.low, line.high)


def _step(found: Sheet, line: Line) -> str:
    return words.leaf_step(line) if line.is_leaf else words.branch_step(found, line.path)


def _improvements(found: Sheet, sight: Sight) -> Iterator[str]:
    """What raises the score cheapest. A guarded entry is named without its numbers."""
    for each in found.improvements[:6]:
        used = [one.column for one in found.lines[each.path].used]
        gain = f"+{words.points(each.gain)}"
        if sight.sees_all(used):
            yield f"{words.improvement_text(each)} → {gain}"
        else:
            yield f"{told(each.entry.title)} → +{round(each.gain, 1)}"
