"""The gate: every number of a draft against itself, the ledger, the last reports, the targets and the identities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from typing import Literal

from duofeng.brain.figures.advice import suggestion
from duofeng.brain.figures.bearing import bearing_on
from duofeng.brain.figures.board import contradictions
from duofeng.brain.figures.book import Book
from duofeng.brain.figures.computed import Computed
from duofeng.brain.figures.draft import DRAFT, Draft, aim_in, draft_statements
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import THE_ZONE, Statement, known_at
from duofeng.brain.figures.targets import TargetLine, target_ledger, targets_stated
from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.documents.source import names_of
from duofeng.facts.documents.subjects import of_another_place
from duofeng.kernel.message import Message, Said, say
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import Quantity, plain
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.model import Text
from duofeng.zone.zone import Zone

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of the draft: offsets, and line and column from 1."""

    start: int
    end: int
    line: int
    column: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of the draft should know before it is published."""

    severity: Severity
    rule: str
    title: Said
    places: tuple[Quote, ...]
    """Where in the draft; the first is the one to look at."""
    against: tuple[Statement, ...]
    """What it is held against outside the draft."""
    arithmetic: Message
    size: Message | None = None
    suggestion: Message | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A number that could not be checked, and why."""

    place: Quote
    why: Message


@dataclass(frozen=True, slots=True)
class Held:
    """A number that agrees with others: by which relation, and the arithmetic of it."""

    place: Quote
    by: tuple[tuple[Said, Message], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A target that the draft sets: who answers for it, and what it asks against the year before."""

    line: TargetLine
    word: str
    """力争, 突破 …: how the draft says it; empty when it says it plainly."""
    owner: Text | None
    before: Statement | None
    needed: Fraction | None
    """The growth it asks for, in per cent; None for growth itself and where the year before is unknown."""


@dataclass(frozen=True, slots=True)
class GateReport:
    text: str
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    held: tuple[Held, ...]
    """For each number, with what it was compared and agreed."""
    silent: tuple[TargetLine, ...]
    """Targets of the draft's period that the draft does not mention."""
    planned: tuple[Planned, ...]
    """What the draft itself aims at."""
    read: int
    checked: int
    elsewhere: bool = False
    """Whether it speaks of another place, and is held against itself only."""

    @property
    def broken(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def gate(
    text: str,
    figures: Sequence[CandidateFigure],
    zone: Zone,
    known: Book,
    *,
    now: datetime,
    period: str | None = None,
    counted: Sequence[Computed] = (),
) -> GateReport:
    """The draft's numbers held against everything known at `now`.

    `period` is the draft's own, where it names none; `counted` are the indicators computed from profiles as of the
    last days of its periods.
    """
    draft = draft_statements(text, figures, zone, now=now, period=period)
    elsewhere = of_another_place(text, names_of(zone))
    told_before = () if elsewhere else known_at(known.said, now)
    book = Book.of((*told_before, *draft.said), draft.indicators)
    board = contradictions(zone.declared(Identity).values(), book)
    touching = bearing_on(draft, text, board.checks, zone)
    places = Lines(text)
    findings = [_finding(check, places, zone) for check in filter(_worth_saying, touching)]
    lines = () if elsewhere else _targets(zone, book, draft, zone.day_of(now))
    findings += [_target_finding(line, places) for line in lines if _is_said_here(line)]
    findings += filter(None, (_against_profiles(one, draft, places) for one in counted if not elsewhere))
    silent = tuple(line for line in lines if line.verdict == "silent")
    unchecked = tuple(_unchecked(draft, _compared(touching, lines, findings), places))
    found = tuple(sorted(findings, key=_worst_first))
    held = tuple(_held(draft, touching, places))
    planned = () if elsewhere else tuple(_planned(draft, book, zone, zone.day_of(now)))
    checked = len(figures) - len(unchecked)
    return GateReport(text, found, unchecked, held, silent, planned, len(figures), checked, elsewhere)


def _planned(draft: Draft, book: Book, zone: Zone, as_of: date) -> Iterator[Planned]:
    """The draft's own targets of declared indicators, as lines of the target ledger."""
    set_here = [each for each in draft.told if each.said.measure == "target" and each.figure.indicator_id]
    owners = {each.indicator: each.owner for each in zone.targets if each.owner}
    words = {(each.said.indicator, each.said.start): each.clause for each in set_here}
    for line in target_ledger(targets_stated((each.said for each in set_here), ()), book, as_of):
        target = line.target
        start = target.source.start if target.source else None
        found = aim_in(words.get((target.indicator, start), ""))
        period = Period.parse(target.period).year_ago()
        before = book.one(target.indicator, (target.subject, str(period))) if period else None
        asks = before is not None and before.value > 0 and target.measure != "growth"
        needed = (line.aim / before.value - 1) * 100 if asks and before is not None else None
        yield Planned(line, found, owners.get(target.indicator), before, needed)


def _is_said_here(line: TargetLine) -> bool:
    return line.result is not None and line.result.document == DRAFT


def _compared(checks: Iterable[Check], lines: Iterable[TargetLine], findings: Iterable[Finding]) -> set[int | None]:
    """Where the numbers of the draft begin that something was held against."""
    compared = {each.start for check in checks for each in check.statements if each.document == DRAFT}
    compared |= {line.result.start for line in lines if line.result}
    return compared | {place.start for each in findings for place in each.places}


def _worst_first(finding: Finding) -> tuple[int, int]:
    return _RANK[finding.severity], finding.places[0].start if finding.places else 0


_RANK: dict[str, int] = {"error": 0, "warning": 1, "note": 2}


class Lines:
    """Lines and columns of a text, counted once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._begins = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, start: int, end: int) -> Quote:
        line = bisect_right(self._begins, start)
        column = start - self._begins[line - 1] + 1
        return Quote(start, end, line, column, " ".join(self._text[start:end].split()))

    def of(self, said: Iterable[Statement]) -> tuple[Quote, ...]:
        found = {(each.start, each.end) for each in said if each.document == DRAFT and each.start is not None}
        return tuple(self.at(start, end or start) for start, end in sorted(found) if start is not None)


def _worth_saying(check: Check) -> bool:
    """A break; or what cannot be decided about a number of the draft itself, not of a later report built on it."""
    return check.holds is False or (check.holds is None and check.statements[0].document == DRAFT)


def _finding(check: Check, places: Lines, zone: Zone) -> Finding:
    broken = check.holds is False
    return Finding(
        severity=check.severity if broken else "note",
        rule=check.identity,
        title=check.title,
        places=places.of(check.statements),
        against=tuple(each for each in check.statements if each.document != DRAFT),
        arithmetic=check.arithmetic,
        size=check.size if broken else None,
        suggestion=suggestion(check.rule, check, zone) if broken else None,
    )


def _targets(zone: Zone, book: Book, draft: Draft, as_of: date) -> tuple[TargetLine, ...]:
    """Targets of the draft's own period."""
    if draft.period is None:
        return ()
    wanted = [each for each in zone.targets if Period.parse(each.period) == draft.period]
    return target_ledger(wanted, book, as_of) if wanted else ()


def _target_finding(line: TargetLine, places: Lines) -> Finding:
    result = line.result
    assert result is not None and line.ratio is not None
    missed = line.verdict in ("missed", "behind")
    ratio = plain(line.ratio * 100, 1)
    gap = plain(abs(line.ratio - 1) * 100, 1)
    verdict = (
        say("差 {gap}%", gap=gap) if missed else say("超出 {gap}%", gap=gap) if line.ratio > 1 else say("正好完成")
    )
    return Finding(
        severity="warning" if missed else "note",
        rule=f"target-{line.verdict}",
        title=say("与年初目标对照"),
        places=places.of((result,)),
        against=(),
        arithmetic=say(
            "{title}：{result} ÷ 目标 {aim} = {ratio}%，{verdict}",
            title=line.title,
            result=result.said,
            aim=line.aimed,
            ratio=ratio,
            verdict=verdict,
        ),
        suggestion=say("写明目标与差距，如“完成年度目标的{ratio}%”", ratio=ratio) if missed else None,
    )


def _against_profiles(found: Computed, draft: Draft, places: Lines) -> Finding | None:
    """A stated level beside what the profiles of its last day give."""
    said = next(filter(partial(_same_day, found), draft.said), None)
    if said is None or found.value is None or found.interval is None or not found.figure.comparable:
        return None
    agrees = said.interval.overlaps(found.interval)
    sign = ("?" if found.unknown else "=") if agrees else "≠"
    return Finding(
        severity="note" if agrees else "warning",
        rule=f"profiles-{found.figure.id}",
        title=found.figure.title,
        places=places.of((said,)),
        against=(),
        arithmetic=say(
            "{name}：{said} {sign} 档案 {given}（{as_of}，{count} 个对象不详）",
            name=draft.indicators[said.indicator].title,
            said=said.said,
            sign=sign,
            given=Quantity(found.value, found.unit),
            as_of=found.as_of,
            count=found.unknown,
        ),
        suggestion=None if agrees else say("核对名录，或写明口径与截止日"),
    )


def _same_day(found: Computed, said: Statement) -> bool:
    about = said.indicator == found.figure.indicator and said.measure == "level" and said.subject == THE_ZONE
    return about and said.period is not None and said.period.last_day == found.as_of


def _held(draft: Draft, checks: Iterable[Check], places: Lines) -> Iterator[Held]:
    holding = [check for check in checks if check.holds]
    for figure in draft.figures:
        by = [
            (check.title, check.arithmetic)
            for check in holding
            if any(each.document == DRAFT and each.start == figure.start for each in check.statements)
        ]
        if by:
            yield Held(places.at(figure.start, figure.end), tuple(dict.fromkeys(by)))


def _unchecked(draft: Draft, compared: set[int | None], places: Lines) -> Iterable[Unchecked]:
    for figure in draft.figures:
        if figure.start in compared:
            continue
        place = places.at(figure.start, figure.end)
        if not figure.indicator_id:
            why = say("“{indicator}”不是园区的指标", indicator=figure.indicator)
        elif figure.period is None and draft.period is None:
            why = say("看不出是哪一期的数")
        else:
            why = say("账本和文稿里没有可以对照的数")
        yield Unchecked(place, why)
