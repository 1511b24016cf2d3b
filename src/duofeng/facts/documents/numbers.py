"""Number tokens → values, units and hedges."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from duofeng.facts.documents import lexer, units
from duofeng.facts.documents.lexer import Token
from duofeng.facts.documents.numerals import chinese_number, decimal_of
from duofeng.facts.documents.words import GROWTH_DOWN

ONE, FIFTY, HUNDRED = Decimal(1), Decimal(50), Decimal(100)
PERCENT_PLACES = Decimal("0.01")
PERSONS = re.compile(rf"{lexer.PEOPLE}|{lexer.PERSONS}")
GROWTH_ENDING = re.compile("[了率幅度速]+$")
FALLS = frozenset(GROWTH_DOWN.split())
FALLING_STARTS = tuple(word for word in FALLS if len(word) > 1)


class Quantity(NamedTuple):
    value: Decimal
    unit: str
    scale: Decimal
    """What one of `unit` is in its base: 10⁸ for 亿元."""
    base: str
    hedge: str = ""
    upper: Decimal | None = None
    """The far end of a range."""
    written: str = ""
    """As the sentence prints it, unit and hedge behind it included; empty when its unit stands elsewhere."""

    @property
    def in_base(self) -> Decimal:
        return self.value * self.scale


def quantity(token: Token) -> Quantity | None:
    """The value of a number token; None when its characters make no number."""
    return _QUANTITIES[token.tag](token.match)


def _plain(match: re.Match[str], value: Decimal, unit: str, hedge: str = "", upper: Decimal | None = None) -> Quantity:
    """A number whose unit has no scale."""
    return Quantity(value, unit, ONE, unit, hedge, upper, match.group())


def _written(match: re.Match[str]) -> Quantity:
    number, less, scale, upper, upper_scale, less2, unit, after = match.group(
        "num", "less", "scale", "num2", "scale2", "less2", "unit", "after"
    )
    base = units.MISREAD_UNITS.get(unit, unit) or _implied_unit(match)
    written_scale = (upper_scale if upper else scale) or ""
    first, last = _ends(number, upper)
    scale, hedge = units.scale_of(written_scale), _hedge(less or less2, after)
    return Quantity(first, written_scale + base, scale, base, hedge, last, match.group())


def _implied_unit(match: re.Match[str]) -> str:
    """Of a number without a unit: persons, money, or nothing where it ends the clause."""
    behind = match.string[match.end() :]
    if PERSONS.match(behind):
        return "人"
    return "元" if behind and behind[0] not in ",、;。" else ""


def _ends(number: str, upper: str | None) -> tuple[Decimal, Decimal | None]:
    """The two ends of a range; one number alone when the second is not above the first."""
    first, last = decimal_of(number), decimal_of(upper) if upper else None
    return (first, last) if last is None or last > first else (last, None)


def _hedge(within: str | None, after: str | None) -> str:
    return "余" if within in {"余", "多", "来", "几"} else (after or "")


def _in_chinese(match: re.Match[str]) -> Quantity | None:
    written, less, unit, after, one, one_unit, struct, struct_unit = match.group(
        "cn", "cnless", "cnunit", "cnafter", "one", "oneunit", "struct", "structunit"
    )
    if one:
        return Quantity(ONE, one_unit if one_unit != "日" else "天", ONE, one_unit, written=match.group())
    if struct:
        unit = struct_unit if struct_unit == "证" else "个"
        return _plain(match, Decimal(chinese_number(struct) or 0), unit)
    value = chinese_number(written)
    return _plain(match, Decimal(value), unit, _hedge(less, after)) if value is not None else None


def _percent(match: re.Match[str]) -> Quantity | None:
    written, less, upper, after, chinese, below, above, tenths, tenths_after = match.group(
        "pct", "pctless", "pct2", "pctafter", "pctcn", "below", "above", "tenths", "tenthsafter"
    )
    if match.group("half"):
        return _plain(match, FIFTY, "%")
    if written:
        value, end = decimal_of(written), decimal_of(upper or written)
        return _plain(match, value, "%", _hedge(less, after), end if end > value else None)
    if tenths:
        return _plain(match, Decimal(_integer(tenths) * 10), "%", tenths_after or "")
    share = _in_characters(chinese) if chinese else _fraction(below, above)
    return _plain(match, share, "%") if share is not None else None


def _integer(written: str) -> int:
    return int(written) if written.isdigit() else chinese_number(written) or 0


def _in_characters(written: str) -> Decimal | None:
    """三十点五."""
    whole, _, part = written.partition("点")
    value = chinese_number(whole)
    if value is None:
        return None
    digits = "".join(str(chinese_number(digit) or 0) for digit in part)
    return Decimal(f"{value}.{digits}" if digits else value)


def _fraction(below: str, above: str) -> Decimal | None:
    """四分之一, as the per cent it is."""
    parts, taken = chinese_number(below), chinese_number(above)
    if not parts or not taken:
        return None
    share = HUNDRED * taken / parts
    exact = (share * 100) % 1 == 0
    return (share if exact else share.quantize(PERCENT_PLACES)).normalize() + 0


def _points(match: re.Match[str]) -> Quantity:
    number, less, after = match.group("points", "pointsless", "pointsafter")
    return _plain(match, decimal_of(number), "个百分点", _hedge(less, after))


def _multiple(match: re.Match[str]) -> Quantity | None:
    written, less, after = match.group("times", "timesless", "timesafter")
    value = decimal_of(written) if written[:1].isdigit() else Decimal(_integer(written))
    return _plain(match, value, "倍", _hedge(less, after)) if value else None


def _ratio(match: re.Match[str]) -> Quantity | None:
    """1.68 of 1.68:1; the first of several parts."""
    return _plain(match, decimal_of(match.group("ratio").partition(":")[0]), "")


def parts_of(token: Token) -> list[Decimal]:
    """The parts of 22:38:40, which make a hundred; empty when they do not."""
    parts = [decimal_of(part) for part in token.match.group("ratio").split(":")]
    return parts if len(parts) > 1 and abs(sum(parts) - HUNDRED) <= ONE else []


def _bare(match: re.Match[str]) -> Quantity:
    return _plain(match, decimal_of(match.group()), "")


def _unknown(match: re.Match[str]) -> Quantity:
    """A number in a unit no list has, kept as it is written."""
    number, unit = match.group("loose", "looseunit")
    digits = number.rstrip("百十千万亿")
    scale = number[len(digits) :]
    return Quantity(decimal_of(digits), scale + unit, units.scale_of(scale), unit, written=match.group())


_QUANTITIES: dict[str, Callable[[re.Match[str]], Quantity | None]] = {
    "N": _written,
    "C": _in_chinese,
    "P": _percent,
    "D": _points,
    "X": _multiple,
    "R": _ratio,
    "U": _unknown,
    "B": _bare,
}


def falls(growth_word: str) -> bool:
    """Whether a growth word means less: 下降, 减少, 回落."""
    return GROWTH_ENDING.sub("", growth_word) in FALLS or growth_word.startswith(FALLING_STARTS)


def rank_of(token: Token) -> Quantity | None:
    """第六位 as a quantity of places."""
    place, first = token.match.group("place", "first")
    value = 1 if first else _integer(place)
    return _plain(token.match, Decimal(value), "位") if value else None
