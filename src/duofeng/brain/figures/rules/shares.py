"""Shares, completion ratios and rates: what denominators they leave room for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from duofeng.brain.figures.book import Book, period_of, slot_of
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check, checked
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, say
from duofeng.kernel.quantity import PERCENT, Quantity, plain
from duofeng.zone.kinds.identity import Identity

PLAN = "plan"
PLANNED = say("{level} ÷ {ratio} = {implied} {sign} 计划 {stated}")
IMPLIED = say("{level} ÷ {ratio} = {implied}（隐含计划）")


def implied_total(part: Interval, share: Interval) -> Interval:
    """The totals of which `part` is `share` per cent."""
    return part.over(share).scaled(100)


def shares_with_level(book: Book) -> Iterator[tuple[Statement, Statement]]:
    """Each share with the level it speaks of: same subject and period, from the same document if it can be."""
    for share in book.said:
        if share.measure != "share" or share.period is None:
            continue
        levels = book.at(share.indicator, slot_of(share))
        same = [each for each in levels if each.document == share.document] or levels
        if same:
            yield _nearest_before(same, share), share


def _nearest_before(levels: list[Statement], share: Statement) -> Statement:
    """Where a text states several, the one the share follows."""
    if len(levels) == 1 or share.start is None:
        return levels[0]
    before = [each for each in levels if each.start is not None and each.start <= share.start]
    return max(before, key=lambda each: each.start or 0, default=levels[0])


def of_count(identity: Identity, book: Book) -> Iterator[Check]:
    """`n 家，占全市 p%` leaves room for a whole number of all of them."""
    for level, share in shares_with_level(book):
        if share.of == PLAN or not level.is_count or level.indicator in identity.besides:
            continue
        total = implied_total(level.interval, share.interval)
        fits = total.integers()
        if total.high is None or fits:
            whole = _possible(fits, total, level.unit)
            arithmetic = say("{level} ÷ {share} → 总数 {whole}", level=level.said, share=share.said, whole=whole)
            yield checked(identity, True, (level, share), arithmetic)
            continue
        yield _no_integer(identity, level, share, total)


def _no_integer(identity: Identity, level: Statement, share: Statement, total: Interval) -> Check:
    nearest = max(1, round(level.value / share.value * 100))
    possible = Fraction(level.value * 100, nearest)
    return checked(
        identity,
        False,
        (level, share),
        say(
            "{level} ÷ {share} 得总数 {between}，其间没有整数；总数为 {nearest} 时应为 {possible}%",
            level=level.said,
            share=share.said,
            between=_between(total, level.unit),
            nearest=nearest,
            possible=plain(possible),
        ),
        (abs(possible - share.value), share.interval.half_width, PERCENT),
    )


def _between(total: Interval, unit: str) -> Quantity | Message:
    low = Quantity(total.low or Fraction(0), unit, upper=total.high)
    return low if total.high is not None else Message("≥ {low}", {"low": low})


def _possible(fits: tuple[int, ...], total: Interval, unit: str) -> Quantity | Message:
    return Quantity(Fraction(fits[0]), unit) if len(fits) == 1 else _between(total, unit)


def bounded(identity: Identity, book: Book) -> Iterator[Check]:
    """A share or rate of a whole lies between 0 and 100 per cent; only a plan can be overfulfilled."""
    whole = Interval(Fraction(0), Fraction(100))
    for each in book.said:
        if each.indicator not in identity.besides and _is_of_a_whole(each, book):
            holds = each.interval.overlaps(whole)
            over = max(each.value - 100, -each.value, Fraction(0))
            arithmetic = "0% ≤ {share} ≤ 100%" if holds else "{share} ∉ [0%, 100%]"
            gap = (over, each.interval.half_width, PERCENT)
            yield checked(identity, holds, (each,), Message(arithmetic, {"share": each.said}), gap)


def _is_of_a_whole(said: Statement, book: Book) -> bool:
    if said.measure == "share":
        return said.of != PLAN
    declared = book.indicators.get(said.indicator)
    return said.measure == "level" and said.unit == PERCENT and declared is not None and declared.behaviour == "ratio"


def completion(identity: Identity, book: Book) -> Iterator[Check]:
    """Result ÷ completion ratio is the plan: the stated one, or at least a whole number where things are counted."""
    for level, ratio in shares_with_level(book):
        if ratio.of != PLAN or level.indicator in identity.besides:
            continue
        plan = implied_total(level.interval, ratio.interval)
        stated = _plan_of(book, level)
        number = level.value / ratio.value * 100
        implied = _possible(plan.integers(), plan, level.unit) if level.is_count else Quantity(number, level.unit)
        parts = {"level": level.said, "ratio": ratio.said, "implied": implied}
        if stated is not None:
            holds = plan.overlaps(stated.interval)
            sign = "≈" if holds else "≠"
            both = Message(PLANNED.id, {**parts, "sign": sign, "stated": stated.said})
            gap = abs(number - stated.value)
            rounding = plan.half_width + stated.interval.half_width
            yield checked(identity, holds, (level, ratio, stated), both, (gap, rounding, level.unit))
        elif level.is_count and not plan.integers():
            yield _no_integer(identity, level, ratio, plan)
        else:
            yield checked(identity, True, (level, ratio), Message(IMPLIED.id, parts))


def _plan_of(book: Book, level: Statement) -> Statement | None:
    """The target of the year the result belongs to, when it is stated without a hedge."""
    year = str(period_of(slot_of(level)).year)
    target = book.one((level.indicator, "target", ""), (level.subject, year))
    return target if target is not None and not target.hedge else None


def _whole_numbers(rate: Interval, low: Fraction, high: Fraction) -> tuple[int, ...]:
    """What a rate in per cent of a number between low and high can be."""
    least, most = rate.low or Fraction(0), min(rate.high or Fraction(100), Fraction(100))
    return Interval(low * least / 100, high * most / 100).integers()


def rate_reachable(identity: Identity, book: Book) -> Iterator[Check]:
    """A rate over a count is reached by some whole number: 99.9% of 1043 is 1042."""
    if identity.rate is None or identity.whole is None:
        return
    for slot in book.slots(identity.rate):
        rate, over = book.one(identity.rate, slot), book.one(identity.whole, slot)
        if rate is None or over is None or over.interval.low is None or over.interval.high is None:
            continue
        reached = _whole_numbers(rate.interval, over.interval.low, over.interval.high)
        if reached:
            parts = {"reached": reached[-1], "over": over.said, "rate": rate.said}
            yield checked(identity, True, (rate, over), Message("{reached} ÷ {over} → {rate}", parts))
        else:
            nearest = round(over.value * rate.value / 100)
            possible = plain(Fraction(nearest * 100) / over.value)
            yield checked(
                identity,
                False,
                (rate, over),
                say(
                    "{over} 中没有整数得到 {rate}，最近的 {nearest} 为 {possible}%",
                    over=over.said,
                    rate=rate.said,
                    nearest=nearest,
                    possible=possible,
                ),
                (abs(Fraction(nearest * 100) / over.value - rate.value), rate.interval.half_width, PERCENT),
            )
