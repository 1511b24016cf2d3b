"""The target ledger: what was aimed at, what was reported since, and what nobody ever mentioned again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Literal

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.statement import THE_ZONE, Measure, Statement
from duofeng.facts.hedge import SENSES
from duofeng.kernel.message import Message, say
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import Quantity, base_factor, plain
from duofeng.zone.kinds.target import Citation, Target
from duofeng.zone.model import Text

Verdict = Literal["met", "missed", "on_pace", "behind", "not_comparable", "awaited", "silent"]
VERDICTS: dict[Verdict, Message] = {
    "met": say("完成", context="verdict"),
    "missed": say("未完成", context="verdict"),
    "on_pace": say("进度达标", context="verdict"),
    "behind": say("进度落后", context="verdict"),
    "not_comparable": say("口径不可比", context="verdict"),
    "awaited": say("尚未到期", context="verdict"),
    "silent": say("未再提及", context="verdict"),
}
LEADING = frozenset({"约", "近", "超", "突破", "力争", "力争突破", "不少于", "不超过"})
"""Hedges that stand before `增长`, not at its number."""
ABOUT = Fraction(5, 100)
"""How far `about` lets a result lie from its target and still count as met."""


@dataclass(frozen=True, slots=True)
class Related:
    """A result that cannot be held against the target: of another calibre, or of another time."""

    statement: Statement
    title: Text
    why: Message


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target and its fate. `ratio` is result over target; `elapsed` the share of the time gone when it was seen."""

    target: Target
    title: Text
    topic: str
    aim: Fraction
    """The target in base units."""
    verdict: Verdict
    result: Statement | None = None
    ratio: Fraction | None = None
    elapsed: Fraction | None = None
    related: tuple[Related, ...] = ()

    @property
    def exceeded(self) -> bool:
        """Beyond the target, or beyond the upper end of a range."""
        if self.result is None or self.verdict != "met":
            return False
        upper = self.target.value_to if self.target.value_to is not None else self.target.value
        return self.result.value > Fraction(upper) * base_factor(self.target.unit)

    @property
    def forecast(self) -> Fraction | None:
        """The result at the end if the pace stays, in base units; None when the period is over."""
        if self.result is None or not self.elapsed or self.elapsed >= 1:
            return None
        return self.result.value / self.elapsed

    @property
    def aimed(self) -> Quantity | Message:
        """What was to be reached, with the plan's own words around it."""
        target, factor = self.target, base_factor(self.target.unit)
        upper = Fraction(target.value_to) * factor if target.value_to is not None else None
        number = Quantity(Fraction(target.value) * factor, target.unit, 6, hedge=target.word or "", upper=upper)
        if target.measure != "growth":
            return number
        if number.hedge not in LEADING:
            return say("增长 {number}", number=number)
        return say(
            "{hedge}增长 {number}", hedge=Message(number.hedge, context="hedge"), number=replace(number, hedge="")
        )

    @property
    def reached(self) -> Message | None:
        """The result as written, with its period."""
        return say("{number}（{period}）", number=self.result.said, period=self.result.period) if self.result else None

    @property
    def outlook(self) -> Message | None:
        """The forecast in words."""
        return say("照此进度全年 {forecast}", forecast=self.expected) if self.expected is not None else None

    @property
    def expected(self) -> Quantity | None:
        """The forecast, in the unit of the target."""
        return Quantity(self.forecast, self.target.unit) if self.forecast is not None else None


def target_ledger(targets: Iterable[Target], book: Book, as_of: date) -> tuple[TargetLine, ...]:
    """Every target with its results among the statements of the book, in the order of its plan."""
    return tuple(_line(target, book, as_of) for target in sorted(targets, key=_place_in_plan))


JUDGED_IN_PARTS = frozenset({"flow", "stock"})


def _place_in_plan(target: Target) -> tuple[str, int, str]:
    if target.source is None:
        return ("", 0, target.id)
    return (target.source.document, target.source.start or 0, target.id)


def _line(target: Target, book: Book, as_of: date) -> TargetLine:
    indicator = book.indicators[target.indicator]
    period = Period.parse(target.period)
    aim = Fraction(target.value) * base_factor(target.unit)
    results = [each for each in _results(target, book) if each[0].first_day <= as_of]
    line = TargetLine(target, indicator.title, indicator.topic or "", aim, "silent")
    final = dict(reversed(results)).get(period)
    if final is not None:
        return _judged(line, final, Fraction(1))
    partial = [(found.last_day, each) for found, each in results if _inside(found, period)]
    if partial and as_of <= period.last_day and indicator.behaviour in JUDGED_IN_PARTS:
        until, last = max(partial, key=itemgetter(0))
        return _judged(line, last, elapsed(period, until if indicator.behaviour == "flow" else period.last_day))
    related = tuple(_related(target, book, period, results))
    nothing: Verdict = "awaited" if as_of <= period.last_day else "silent"
    return replace(line, verdict="not_comparable" if related else nothing, related=related)


def elapsed(period: Period, until: date) -> Fraction:
    """The share of the days of `period` gone at the end of `until`."""
    gone = (min(until, period.last_day) - period.first_day).days + 1
    return Fraction(max(gone, 0), period.days)


def _results(target: Target, book: Book) -> Iterator[tuple[Period, Statement]]:
    """What was said of the target's indicator, with the period it was said for."""
    measure: Measure = "growth" if target.measure == "growth" else "level"
    subjects = {target.subject, THE_ZONE} if target.subject == THE_ZONE else {target.subject}
    slots = [slot for slot in book.slots(target.indicator, measure) if slot[0] in subjects]
    for slot in slots:
        found = book.one((target.indicator, measure, ""), slot)
        if found is not None and found.period is not None:
            yield found.period, found


def _inside(inner: Period, outer: Period) -> bool:
    return outer.contains(inner) and inner != outer


def _judged(line: TargetLine, result: Statement, share: Fraction) -> TargetLine:
    ratio = result.value / line.aim if line.aim else None
    reached = _reached(line.target, result.interval, line.aim * share)
    over: tuple[Verdict, Verdict] = ("met", "missed") if share == 1 else ("on_pace", "behind")
    return replace(line, verdict=over[0 if reached else 1], result=result, ratio=ratio, elapsed=share)


def _reached(target: Target, result: Interval, aim: Fraction) -> bool:
    """Whether the result, as printed, can be said to reach the aim: the benefit of rounding goes to the result."""
    low, high = result.low, result.high
    if target.comparison == "at_most":
        return low is not None and low <= aim
    if target.comparison == "exceed":
        return high is None or high > aim
    if target.comparison == "about":
        return high is None or high >= aim * (1 - ABOUT)
    return high is None or high >= aim


def _related(
    target: Target, book: Book, period: Period, results: Iterable[tuple[Period, Statement]]
) -> Iterable[Related]:
    for found, each in results:
        title = book.indicators[each.indicator].title
        if _inside(found, period):
            yield Related(each, title, say("只有 {period} 的数，全年未报", period=found))
        elif found.first_day > period.last_day and _holds_over_time(book, target.indicator):
            yield Related(each, title, say("只有以后（{period}）的数", period=found))
    for near in near_indicators(book, target.indicator):
        within = [each for each in book.series(near, target.subject) if each.period and period.contains(each.period)]
        for last in within[-1:]:
            yield Related(last, book.indicators[near].title, _calibre(book, target.indicator, near))


def _holds_over_time(book: Book, indicator: str) -> bool:
    return book.indicators[indicator].behaviour in ("stock", "ratio")


def near_indicators(book: Book, indicator: str) -> tuple[str, ...]:
    """Those declared near it, from either side."""
    declared = book.indicators[indicator].near
    named_by = (other for other, each in sorted(book.indicators.items()) if indicator in each.near)
    return tuple(dict.fromkeys((*declared, *named_by)))


def _calibre(book: Book, one: str, other: str) -> Message:
    asked, found = book.indicators[one].title, book.indicators[other].title
    return say("口径不同：报告的是{found}，目标是{asked}", found=found, asked=asked)


def targets_stated(said: Iterable[Statement], declared: Iterable[Target]) -> tuple[Target, ...]:
    """Targets that documents state and nobody has declared, such as those of a plan just read."""
    known = {(each.indicator, each.subject, each.period) for each in declared}
    found = {}
    for each in said:
        if each.measure != "target" or each.period is None:
            continue
        key = (each.indicator, each.subject, str(each.period))
        if key not in known:
            found[key] = _as_target(each)
    return tuple(found.values())


def _as_target(said: Statement) -> Target:
    value = said.value / base_factor(said.unit)
    target = Target.model_validate(
        {
            "indicator": said.indicator,
            "subject": said.subject,
            "period": str(said.period),
            "value": Decimal(value.numerator) / Decimal(value.denominator),
            "unit": said.unit,
            "measure": "growth" if said.of == "growth" else "level",
            "comparison": "exceed" if SENSES.get(said.hedge) == "over" else "at_least",
            "word": said.hedge or None,
        }
    )
    if not said.document:
        return target
    # A document just read is known by its file's name, which is no id that a declared file could cite.
    source = Citation.model_construct(document=said.document, start=said.start, end=said.end)
    return target.model_copy(update={"source": source})


def shown_ratio(line: TargetLine) -> str:
    return f"{plain(line.ratio * 100, 1)}%" if line.ratio is not None else ""
