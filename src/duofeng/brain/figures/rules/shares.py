"""Shares, completion ratios and rates: what denominators they leave room for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from duofeng.brain.figures.book import Book, period_of, slot_of
from duofeng.brain.figures.english import in_english
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check, checked
from duofeng.brain.figures.statement import PERCENT, Statement, base_factor, plain, show
from duofeng.kernel.problem import Language
from duofeng.kernel.unit_names import unit_name
from duofeng.zone.kinds.identity import Identity

PLAN = "plan"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


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
        between = _between(total, level.unit)
        if total.high is None or fits:
            zh = f"{level.shown()} ÷ {share.shown()} → 总数 {_listed(fits, total, level.unit)}"
            listed = _listed(fits, total, level.unit, "en")
            en = f"{level.shown('en')} ÷ {share.shown('en')} → {listed} in all"
            yield checked(identity, True, (level, share), (zh, en))
            continue
        yield _no_integer(identity, level, share, between)


def _no_integer(identity: Identity, level: Statement, share: Statement, between: str) -> Check:
    nearest = max(1, round(level.value / share.value * 100))
    possible = Fraction(level.value * 100, nearest)
    return checked(
        identity,
        False,
        (level, share),
        (
            f"{level.shown()} ÷ {share.shown()} 得总数 {between}，其间没有整数；"
            f"总数为 {nearest} 时应为 {plain(possible)}%",
            f"{level.shown('en')} ÷ {share.shown('en')} gives {between} in all, and no whole number lies there; "
            f"of {nearest} it would be {plain(possible)}%",
        ),
        (abs(possible - share.value), share.interval.half_width, PERCENT),
    )


def _between(total: Interval, unit: str) -> str:
    low = plain((total.low or Fraction(0)) / base_factor(unit))
    return f"{low}–{plain(total.high / base_factor(unit))}" if total.high is not None else f"≥ {low}"


def _listed(fits: tuple[int, ...], total: Interval, unit: str, language: Language = "zh") -> str:
    if len(fits) == 1:
        return in_english(Fraction(fits[0]), unit) if language == "en" else f"{fits[0]}{unit}"
    return (
        f"{_between(total, unit)} {unit_name(unit, 'en')}".strip() if language == "en" else _between(total, unit) + unit
    )


def bounded(identity: Identity, book: Book) -> Iterator[Check]:
    """A share or rate of a whole lies between 0 and 100 per cent; only a plan can be overfulfilled."""
    whole = Interval(Fraction(0), Fraction(100))
    for each in book.said:
        if each.indicator not in identity.besides and _is_of_a_whole(each, book):
            holds = each.interval.overlaps(whole)
            over = max(each.value - 100, -each.value, Fraction(0))
            zh, en = (
                f"0% ≤ {shown} ≤ 100%" if holds else f"{shown} ∉ [0%, 100%]"
                for shown in (each.shown(), each.shown("en"))
            )
            yield checked(identity, holds, (each,), (zh, en), (over, each.interval.half_width, PERCENT))


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
        zh, en = (_implied_plan(level, ratio, plan, language) for language in LANGUAGES)
        if stated is not None:
            holds = plan.overlaps(stated.interval)
            sign = "≈" if holds else "≠"
            both = (f"{zh} {sign} 计划 {stated.shown()}", f"{en} {sign} planned {stated.shown('en')}")
            gap = abs(number - stated.value)
            rounding = plan.half_width + stated.interval.half_width
            yield checked(identity, holds, (level, ratio, stated), both, (gap, rounding, level.unit))
        elif level.is_count and not plan.integers():
            yield _no_integer(identity, level, ratio, _between(plan, level.unit))
        else:
            yield checked(identity, True, (level, ratio), (f"{zh}（隐含计划）", f"{en} (implied plan)"))


def _implied_plan(level: Statement, ratio: Statement, plan: Interval, language: Language) -> str:
    value = level.value / ratio.value * 100
    implied = (
        _listed(plan.integers(), plan, level.unit, language)
        if level.is_count
        else show(value, level.unit, language=language)
    )
    return f"{level.shown(language)} ÷ {ratio.shown(language)} = {implied}"


def _plan_of(book: Book, level: Statement) -> Statement | None:
    """The target of the year the result belongs to, when it is stated without a hedge."""
    year = str(period_of(slot_of(level)).year)
    target = book.one((level.indicator, "target", ""), (level.subject, year))
    return target if target is not None and not target.hedge else None


def rate_reachable(identity: Identity, book: Book) -> Iterator[Check]:
    """A rate over a count is reached by some whole number: 99.9% of 1043 is 1042."""
    if identity.rate is None or identity.whole is None:
        return
    for slot in book.slots(identity.rate):
        rate, over = book.one(identity.rate, slot), book.one(identity.whole, slot)
        if rate is None or over is None or over.interval.low is None or over.interval.high is None:
            continue
        low, high = rate.interval.low or Fraction(0), min(rate.interval.high or Fraction(100), Fraction(100))
        reached = Interval(over.interval.low * low / 100, over.interval.high * high / 100).integers()
        if reached:
            zh, en = (f"{reached[-1]} ÷ {over.shown(each)} → {rate.shown(each)}" for each in LANGUAGES)
            yield checked(identity, True, (rate, over), (zh, en))
        else:
            nearest = round(over.value * rate.value / 100)
            possible = plain(Fraction(nearest * 100) / over.value)
            yield checked(
                identity,
                False,
                (rate, over),
                (
                    f"{over.shown()} 中没有整数得到 {rate.shown()}，最近的 {nearest} 为 {possible}%",
                    f"no whole number of {over.shown('en')} gives {rate.shown('en')}; "
                    f"the nearest, {nearest}, is {possible}%",
                ),
                (abs(Fraction(nearest * 100) / over.value - rate.value), rate.interval.half_width, PERCENT),
            )
