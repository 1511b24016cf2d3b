"""What follows from stated figures: growth, totals implied by shares, pace, and people implied by per-head figures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from duofeng.brain.figures.book import Book, slot_of
from duofeng.brain.figures.english import in_english
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.growth import growth_between
from duofeng.brain.figures.rules.shares import implied_total
from duofeng.brain.figures.statement import PERCENT, Statement, show
from duofeng.kernel.problem import Language, ProblemError
from duofeng.kernel.units import unit as unit_of
from duofeng.zone.model import Text

Sort = Literal["growth", "increase", "implied_total", "implied_plan", "per_head"]


@dataclass(frozen=True, slots=True)
class Derived:
    """A number nobody stated, with the statements it follows from. `interval` is all that their rounding allows."""

    sort: Sort
    title: Text
    value: Fraction
    interval: Interval
    unit: str
    statements: tuple[Statement, ...]
    whole_numbers: tuple[int, ...] = ()
    """For an implied total of things that are counted: the first whole numbers possible."""

    def shown(self, language: Language = "zh") -> str:
        """`24家`, or a range when rounding leaves several."""
        if len(self.whole_numbers) == 1:
            only = Fraction(self.whole_numbers[0])
            return f"{only}{self.unit}" if language == "zh" else in_english(only, self.unit)
        if self.interval.low is None or self.interval.high is None or self.interval.low == self.interval.high:
            return show(self.value, self.unit, language=language)
        ends = (self.value, self.interval.low, self.interval.high)
        value, low, high = (show(each, self.unit, language=language) for each in ends)
        if low == high:
            return value
        return f"{value}（{low} – {high}）" if language == "zh" else f"{value} ({low} – {high})"


def derived(said: Statement, book: Book, scopes: dict[str, Text]) -> tuple[Derived, ...]:
    """All that follows for one level: against a year ago, and from each share stated of it."""
    found = [_growth(said, book), *(_total(said, share, scopes) for share in _shares(said, book)), *_people(said, book)]
    return tuple(each for each in found if each is not None)


def _growth(said: Statement, book: Book) -> Derived | None:
    if said.period is None or said.measure != "level" or book.indicators[said.indicator].behaviour == "rank":
        return None
    before = book.one(said.indicator, (said.subject, str(said.period.year_ago())))
    if before is None or not before.value:
        return None
    percent = said.unit == PERCENT
    note_zh, note_en = ("个百分点", "percentage points") if percent else ("现价", "at current prices")
    if percent:
        value = said.value - before.value
        room = Interval(value - said.interval.half_width, value + said.interval.half_width)
        return Derived("increase", Text(zh="同比增减", en="against a year ago"), value, room, "pp", (said, before))
    value = (said.value / before.value - 1) * 100
    title = Text(
        zh=f"同比（{note_zh}总量计算）" if _is_money(said.unit) else "同比", en=f"against a year ago, {note_en}"
    )
    return Derived("growth", title, value, growth_between(said.interval, before.interval), PERCENT, (said, before))


def _is_money(unit: str) -> bool:
    try:
        return unit_of(unit).dimension == "money"
    except ProblemError:
        return False


def _shares(said: Statement, book: Book) -> list[Statement]:
    shares = [each for each in book.said if each.measure == "share" and each.indicator == said.indicator]
    return [each for each in shares if slot_of(each) == slot_of(said) and each.value]


def _total(said: Statement, share: Statement, scopes: dict[str, Text]) -> Derived:
    total = implied_total(said.interval, share.interval)
    scope = scopes.get(share.of, Text(zh=share.of, en=share.of))
    title = Text(zh=f"由占{scope.zh} {share.shown()} 推算的总量", en=f"implied by {share.shown('en')} of {scope.en}")
    sort: Sort = "implied_plan" if share.of == "plan" else "implied_total"
    whole = total.integers() if said.is_count else ()
    return Derived(sort, title, said.value / share.value * 100, total, said.unit, (said, share), whole)


def _people(said: Statement, book: Book) -> list[Derived]:
    """The population a per-head figure uses: the total of the same period over it (`x_per_10k` is per head of `x`)."""
    if "/" not in said.unit:
        return []
    top, _, bottom = said.unit.partition("/")
    totals = [
        each
        for each in book.all(said.indicator.partition("_per_")[0])
        if slot_of(each) == slot_of(said) and each.unit == top and said.value
    ]
    return [
        Derived(
            "per_head",
            Text(
                zh=f"所用人口（{total.shown()} ÷ {said.shown()}）",
                en=f"population used ({total.shown('en')} ÷ {said.shown('en')})",
            ),
            total.value / said.value,
            total.interval.over(said.interval),
            bottom,
            (said, total),
        )
        for total in totals[:1]
    ]


def pace(result: Fraction, aim: Fraction, elapsed: Fraction) -> tuple[Fraction, Fraction]:
    """Share of the task done and share of the time gone, both in per cent."""
    return result / aim * 100, elapsed * 100
