"""Number tokens → values, units and hedges."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from duofeng.facts.documents import units
from duofeng.facts.documents.lexer import Token
from duofeng.facts.documents.numerals import chinese_number, decimal_of
from duofeng.facts.documents.words import GROWTH_DOWN

HUNDRED = Decimal(100)
PERCENT_PLACES = Decimal("0.01")
COUNTED = re.compile("|".join(units.COUNTED_PEOPLE))
GROWTH_ENDING = re.compile("[了率幅度速]+$")
FALLS = frozenset(GROWTH_DOWN.split())


@dataclass(slots=True)
class Quantity:
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


def quantity(token: Token) -> Quantity | None:
    """The value of a number token; None when its characters make no number."""
    found = {"N": _written, "C": _in_chinese, "P": _percent, "D": _points, "X": _multiple}[token.tag](token.match)
    return replace(found, written=token.match.group()) if found else None


def _written(match: re.Match[str]) -> Quantity:
    number, less, scale, upper, upper_scale, less2, unit, after = match.group(
        "num", "less", "scale", "num2", "scale2", "less2", "unit", "after"
    )
    base = units.MISREAD_UNITS.get(unit, unit) or ("人" if COUNTED.match(match.string, match.end()) else "元")
    written_scale = (upper_scale if upper else scale) or ""
    hedge = _hedge(less or less2, after)
    found = Quantity(decimal_of(number), written_scale + base, units.scale_of(written_scale), base, hedge)
    if upper:
        found.upper = decimal_of(upper)
        if found.upper <= found.value:
            found.value, found.upper = found.upper, None
    return found


def _hedge(within: str | None, after: str | None) -> str:
    return "余" if within in {"余", "多", "来", "几"} else (after or "")


def _in_chinese(match: re.Match[str]) -> Quantity | None:
    written, less, unit, after, one, one_unit, struct, struct_unit = match.group(
        "cn", "cnless", "cnunit", "cnafter", "one", "oneunit", "struct", "structunit"
    )
    if one:
        return Quantity(Decimal(1), one_unit if one_unit != "日" else "天", Decimal(1), one_unit)
    if struct:
        unit = struct_unit if struct_unit == "证" else "个"
        return Quantity(Decimal(chinese_number(struct) or 0), unit, Decimal(1), unit)
    value = chinese_number(written)
    if value is None:
        return None
    return Quantity(Decimal(value), unit, Decimal(1), unit, _hedge(less, after))


def _percent(match: re.Match[str]) -> Quantity | None:
    written, less, upper, after, chinese, below, above, tenths, tenths_after = match.group(
        "pct", "pctless", "pct2", "pctafter", "pctcn", "below", "above", "tenths", "tenthsafter"
    )
    if written:
        found = Quantity(decimal_of(written), "%", Decimal(1), "%", _hedge(less, after))
        if upper and decimal_of(upper) > found.value:
            found.upper = decimal_of(upper)
        return found
    if chinese:
        whole, _, part = chinese.partition("点")
        value = chinese_number(whole)
        if value is None:
            return None
        digits = "".join(str(chinese_number(digit) or 0) for digit in part)
        return Quantity(Decimal(f"{value}.{digits}" if digits else value), "%", Decimal(1), "%")
    if below:
        parts, taken = chinese_number(below), chinese_number(above)
        if not parts or not taken:
            return None
        share = HUNDRED * taken / parts
        exact = share == share.to_integral_value() or (share * 100) % 1 == 0
        return Quantity((share if exact else share.quantize(PERCENT_PLACES)).normalize() + 0, "%", Decimal(1), "%")
    tenth = chinese_number(tenths) if not tenths.isdigit() else int(tenths)
    return Quantity(Decimal((tenth or 0) * 10), "%", Decimal(1), "%", tenths_after or "")


def _points(match: re.Match[str]) -> Quantity:
    number, less, after = match.group("points", "pointsless", "pointsafter")
    return Quantity(decimal_of(number), "个百分点", Decimal(1), "个百分点", _hedge(less, after))


def _multiple(match: re.Match[str]) -> Quantity | None:
    written, less, after = match.group("times", "timesless", "timesafter")
    value = decimal_of(written) if written[:1].isdigit() else Decimal(chinese_number(written) or 0)
    return Quantity(value, "倍", Decimal(1), "倍", _hedge(less, after)) if value else None


def falls(growth_word: str) -> bool:
    """Whether a growth word means less: 下降, 减少, 回落."""
    return GROWTH_ENDING.sub("", growth_word) in FALLS or growth_word.startswith(tuple(w for w in FALLS if len(w) > 1))


def rank_of(token: Token) -> Decimal | None:
    place, first = token.match.group("place", "first")
    if first:
        return Decimal(1)
    value = int(place) if place.isdigit() else chinese_number(place)
    return Decimal(value) if value else None
