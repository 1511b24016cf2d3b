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
from duofeng.brain.figures.english import in_english
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.statement import THE_ZONE, Measure, Statement, base_factor, plain, show
from duofeng.facts.hedge import SENSES
from duofeng.kernel.period import Period
from duofeng.kernel.period_names import period_name
from duofeng.kernel.problem import Language
from duofeng.zone.kinds.target import Citation, Target
from duofeng.zone.model import Text

Verdict = Literal["met", "missed", "on_pace", "behind", "not_comparable", "silent"]
VERDICTS: dict[Verdict, Text] = {
    "met": Text(zh="完成", en="met"),
    "missed": Text(zh="未完成", en="missed"),
    "on_pace": Text(zh="进度达标", en="on pace"),
    "behind": Text(zh="进度落后", en="behind"),
    "not_comparable": Text(zh="口径不可比", en="not comparable"),
    "silent": Text(zh="未再提及", en="silent"),
}
ABOUT = Fraction(5, 100)
"""How far `about` lets a result lie from its target and still count as met."""


@dataclass(frozen=True, slots=True)
class Related:
    """A result that cannot be held against the target: of another calibre, or of another time."""

    statement: Statement
    title: Text
    why: Text


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

    def aimed(self, language: Language = "zh") -> str:
        """What was to be reached, with the plan's own words around it."""
        target = self.target
        if language == "en":
            return self._aimed_in_english()
        upper = f"–{plain(Fraction(target.value_to), 6)}" if target.value_to is not None else ""
        before, after = _worded(target.word or "")
        growth = "增长 " if target.measure == "growth" else ""
        return f"{before}{growth}{plain(Fraction(target.value), 6)}{upper}{target.unit}{after}"

    def _aimed_in_english(self) -> str:
        target = self.target
        factor = base_factor(target.unit)
        number = in_english(Fraction(target.value) * factor, target.unit, hedge=target.word or "")
        if target.value_to is not None:
            number = f"{plain(Fraction(target.value), 6)}–{in_english(Fraction(target.value_to) * factor, target.unit)}"
        return f"growth of {number}" if target.measure == "growth" else number


AFTER = ("以上", "左右", "以内", "以下")


def _worded(word: str) -> tuple[str, str]:
    """What a plan writes before and after the number: 力争 … 以上."""
    after = next((each for each in AFTER if word.endswith(each)), "")
    before = word.removesuffix(after)
    return (f"{before} " if before else "", after)


def target_ledger(targets: Iterable[Target], book: Book, as_of: date) -> tuple[TargetLine, ...]:
    """Every target with its results among the statements of the book, in the order of its plan."""
    return tuple(_line(target, book, as_of) for target in sorted(targets, key=_place_in_plan))


def _place_in_plan(target: Target) -> tuple[str, int, str]:
    if target.source is None:
        return ("", 0, target.id)
    return (target.source.document, target.source.start or 0, target.id)


def _line(target: Target, book: Book, as_of: date) -> TargetLine:
    indicator = book.indicators[target.indicator]
    period = Period.parse(target.period)
    aim = Fraction(target.value) * base_factor(target.unit)
    results = [(found, each) for found, each in _results(target, book) if found.first_day <= as_of]
    line = TargetLine(target, indicator.title, indicator.topic or "", aim, "silent")
    final = next((each for found, each in results if found == period), None)
    if final is not None:
        return _judged(line, final, Fraction(1))
    partial = [(found.last_day, each) for found, each in results if _inside(found, period)]
    if partial and as_of <= period.last_day and indicator.behaviour in ("flow", "stock"):
        until, last = max(partial, key=itemgetter(0))
        return _judged(line, last, elapsed(period, until) if indicator.behaviour == "flow" else Fraction(1))
    related = tuple(_related(target, book, period, results))
    return replace(line, verdict="not_comparable" if related else "silent", related=related)


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
            yield Related(
                each, title, Text(zh=f"只有 {found} 的数，全年未报", en=f"only {found} was reported, never the whole")
            )
        elif found.first_day > period.last_day and _holds_over_time(book, target.indicator):
            yield Related(each, title, Text(zh=f"只有以后（{found}）的数", en=f"only a later value ({found})"))
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


def _calibre(book: Book, one: str, other: str) -> Text:
    asked, found = book.indicators[one].title, book.indicators[other].title
    return Text(
        zh=f"口径不同：报告的是{found.zh}，目标是{asked.zh}",
        en=f"another calibre: the report is of '{found.en}', the target of '{asked.en}'",
    )


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


def shown_result(line: TargetLine, language: Language = "zh") -> str:
    """The result as written, with its period."""
    if line.result is None:
        return ""
    number, period = line.result.shown(language), period_name(line.result.period, language)
    return f"{number}（{period}）" if language == "zh" else f"{number} ({period})"


def shown_ratio(line: TargetLine) -> str:
    return f"{plain(line.ratio * 100, 1)}%" if line.ratio is not None else ""


def shown_forecast(line: TargetLine, language: Language = "zh") -> str:
    return show(line.forecast, line.target.unit, language=language) if line.forecast is not None else ""
