"""Numbers, units and periods as the reader's language writes them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from duofeng.facts.hedge import HEDGE_OF, hedge_of
from duofeng.kernel.message import Message, inflected, say
from duofeng.kernel.money import format_money
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import PERCENT, RANK, Amount, Quantity, base_factor, plain
from duofeng.kernel.units import MAGNITUDES, forms_of_count, known_unit, split_magnitude
from duofeng.tell.language import SOURCE, language
from duofeng.tell.words import spoken, told

UNIT = "unit"
SPOKEN = {"day": "天", "month": "个月", "year": "年", "月": "个月", "pp": "个百分点", "%": "%"}
"""What some units are called behind a number, where that is not what they are called alone."""
YUAN = "元"
SIX = 6

# ---- units ----------------------------------------------------------------------------------------------------------


def unit_name(unit: str | None, number: float | Fraction | Decimal | None = None) -> str:
    """The unit as it is written behind a number, in the form this number takes; nothing for a measure word that the
    language has none for. A unit nobody translated stays as it is declared."""
    if not unit:
        return ""
    count = 2.0 if number is None else abs(float(number))
    if forms := forms_of_count(unit):
        return inflected(forms, count, language())
    if language() == SOURCE:
        return SPOKEN.get(unit, unit)
    magnitude, bare = split_magnitude(unit)
    if magnitude in MAGNITUDES:
        return _spaced(told(magnitude, context="magnitude"), unit_name(bare))
    above, slash, below = unit.partition("/")
    if slash and known_unit(unit) is None:
        name = unit_name(above, number)
        return f"{name}/{unit_name(below, 1)}" if name else told("每{unit}", unit=unit_name(below, 1))
    symbol = known_unit(unit) or unit
    return told(Message(SPOKEN.get(symbol, symbol), {"count": count}, UNIT)).strip()


def _spaced(*parts: str) -> str:
    return " ".join(part for part in parts if part)


# ---- quantities -----------------------------------------------------------------------------------------------------

AFTER = ("以上", "左右", "以内", "以下")
"""Hedges that Chinese writes behind the number."""
LARGE = ((10**9, say("十亿", context="magnitude")), (10**6, say("百万", context="magnitude")))
RANGE = re.compile(r"([0-9.]+)[-–~～]([0-9.]+)(\D*)")


@spoken.register
def quantity(said: Quantity) -> str:
    """In Chinese as it was printed; elsewhere the same digits with the magnitudes of the language: `402.43亿元` is
    `40.243 billion yuan`. Magnitudes are shifted, never rounded."""
    if language() == SOURCE:
        return _as_printed(said)
    hedge = said.hedge or hedge_of(said.written)
    around = told(HEDGE_OF.get(hedge, hedge), context="hedge") if hedge else ""
    both = RANGE.fullmatch(said.written)
    if both:
        return _spaced(around, f"{both[1]}–{both[2]}", unit_name(split_magnitude(said.unit)[1]))
    factor = base_factor(said.unit)
    # What was printed keeps its digits; anything else is rounded in the unit it is read in.
    ends = [each if said.written else Fraction(plain(each / factor, said.digits)) * factor for each in said.ends]
    lower = f"{plain(ends[0] / factor, said.digits, grouped=True)}–" if len(ends) == 2 else ""
    return _spaced(around, lower + _shifted(ends[-1], said.unit, max(SIX, said.digits)))


def _as_printed(said: Quantity) -> str:
    if said.written:
        hedged = said.hedge and said.hedge not in said.written
        return f"{said.written}（{said.hedge}）" if hedged else said.written
    number = "–".join(plain(each / base_factor(said.unit), said.digits) for each in said.ends)
    after = next((each for each in AFTER if said.hedge.endswith(each)), "")
    before = said.hedge.removesuffix(after)
    name = unit_name(said.unit)
    return (
        f"{before + ' ' if before else ''}{number}{' ' if name[:1].isascii() and name != PERCENT else ''}{name}{after}"
    )


def _shifted(value: Fraction, unit: str, digits: int) -> str:
    if unit == PERCENT:
        return f"{plain(value, digits, grouped=True)}%"
    if unit == RANK:
        return told("第{number}位", number=plain(value, digits, grouped=True))
    bare = split_magnitude(unit)[1]
    amount = value / base_factor(bare)
    scale, word = next(((scale, told(word)) for scale, word in LARGE if abs(amount) >= scale), (1, ""))
    return _spaced(plain(amount / scale, digits, grouped=True), word, unit_name(bare, amount))


@spoken.register
def amount(said: Amount) -> str:
    """Yuan in 万元 or 亿元 where Chinese is read."""
    value = said.value
    if said.unit == YUAN and language() == SOURCE:
        return format_money(value if isinstance(value, Decimal) else Decimal(f"{value:.2f}"))
    return _spaced(decimals(value, said.digits), unit_name(said.unit, value))


def large(number: float) -> str:
    """A large amount as a tile shows it: in 万 or 亿 of its unit, or in thousands and millions."""
    steps = ((1e8, "亿"), (1e4, "万")) if language() == SOURCE else ((1e6, "百万"), (1e3, "千"))
    size, word = next(((size, word) for size, word in steps if abs(number) >= size), (1.0, ""))
    name = told(word, context="magnitude") if word else ""
    return f"{number / size:,.2f}{'' if language() == SOURCE else ' '}{name}".rstrip()


def decimals(number: float | Decimal, digits: int) -> str:
    """Thousands separated, without trailing zeros. What so few decimals would hide keeps three digits that count."""
    if not isinstance(number, Decimal) and 0 < abs(number) < 10.0 ** (1 - digits):
        return f"{number:.3g}"
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---- periods --------------------------------------------------------------------------------------------------------

MONTHS = (
    say("1月", context="month"), say("2月", context="month"), say("3月", context="month"), say("4月", context="month"),
    say("5月", context="month"), say("6月", context="month"), say("7月", context="month"), say("8月", context="month"),
    say("9月", context="month"), say("10月", context="month"), say("11月", context="month"),
    say("12月", context="month"),
)  # fmt: skip
MONTHS_OF_YEAR = say("{year}年{first}~{last}月")
QUARTERS = (say("{year}年第一季度"), say("{year}年第二季度"), say("{year}年第三季度"), say("{year}年第四季度"))


@spoken.register
def period_name(period: Period | None) -> str:
    """`2024年上半年`, `H1 2024`; nothing for no period."""
    return told(_period(period)) if period is not None else ""


def _period(period: Period) -> Message:
    first, last = period.first_day, period.last_day
    if period.grain == "day":
        ends = [
            say("{year}年{month}月{day}日", year=each.year, month=each.month, day=each.day) for each in (first, last)
        ]
        return ends[0] if first == last else _span(*ends)
    if period.grain == "year":
        one_year = first.year == last.year
        return (
            say("{year}年", year=first.year) if one_year else say("{first}~{last}年", first=first.year, last=last.year)
        )
    if first.year != last.year:
        return _span(_month(first.year, first.month), _month(last.year, last.month))
    return _part_of_year(period)


def _span(first: Message, last: Message) -> Message:
    return say("{first}~{last}", context="period", first=first, last=last)


def _day(day: date) -> Message:
    return say("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def _month(year: int, month: int) -> Message:
    return say("{year}年{month}", year=year, month=MONTHS[month - 1])


def _part_of_year(period: Period) -> Message:
    year, first, last = period.year, period.first_day.month, period.last_day.month
    match period.grain, period.count:
        case "half", _:
            return say("{year}年上半年", year=year) if first == 1 else say("{year}年下半年", year=year)
        case "quarter", 1:
            return Message(QUARTERS[last // 3 - 1].id, {"year": year})
        case "quarter", 3 if first == 1:
            return say("{year}年前三季度", year=year)
    if first == last:
        return _month(year, first)
    ends = {"first_name": MONTHS[first - 1], "last_name": MONTHS[last - 1], "first": first, "last": last}
    return Message(MONTHS_OF_YEAR.id, {"year": year, **ends})
