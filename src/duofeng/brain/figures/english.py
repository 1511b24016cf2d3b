"""Stated numbers in English: `402.43亿元` as `40.243 billion yuan`, `力争 3600家` as `aim: 3,600`.

Magnitudes are shifted, never rounded: every digit that was printed is there.
"""

from __future__ import annotations

import re
from fractions import Fraction

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.unit_names import unit_name
from duofeng.kernel.units import unit as unit_of

MAGNITUDE = re.compile("^(千亿|百亿|亿|千万|百万|十万|万)(?=.)")
LARGE = ((10**9, "billion"), (10**6, "million"))
RANGE = re.compile(r"([0-9.]+)[-–~～]([0-9.]+)(\D*)")
HEDGES = {
    "约": "about", "左右": "about", "近": "nearly", "力争": "aim:", "突破": "more than", "超": "more than",
    "超过": "more than", "不少于": "at least", "以上": "at least", "以内": "at most", "以下": "below", "余": "over",
    "力争突破": "aim: more than", "力争左右": "aim: about", "力争以上": "aim: at least",
}  # fmt: skip


def in_english(value: Fraction, unit: str, digits: int = 6, *, written: str = "", hedge: str = "") -> str:
    """A value of base units with its unit; `written` is how a Chinese text printed it, `hedge` what it said around."""
    words = HEDGES.get(hedge or ("余" if "余" in written else ""), hedge)
    if unit == "位":
        return f"{words} no. {_grouped(value, digits)}".strip()
    both = RANGE.fullmatch(written)
    number = f"{both[1]}–{both[2]} {_name(unit, 2)}" if both else _number(value, unit, digits)
    return f"{words} {number}".strip()


def _number(value: Fraction, unit: str, digits: int) -> str:
    if unit == "%":
        return f"{_grouped(value, digits)}%"
    amount = value / _factor(MAGNITUDE.sub("", unit))
    scale, word = next(((scale, word) for scale, word in LARGE if abs(amount) >= scale), (1, ""))
    name = _name(unit, 1 if amount == 1 else 2)
    return " ".join(part for part in (_grouped(amount / scale, digits), word, name) if part)


def _name(unit: str, count: int) -> str:
    name = unit_name(MAGNITUDE.sub("", unit), "en")
    return {"people": "person"}.get(name, name.removesuffix("s")) if count == 1 else name


def _factor(unit: str) -> Fraction:
    try:
        return unit_of(unit).factor
    except ProblemError:
        return Fraction(1)


def _grouped(number: Fraction, digits: int) -> str:
    """Half-up at `digits` decimals, thousands separated, without trailing zeros."""
    scaled = int(abs(number) * 10**digits + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**digits)
    decimals = f".{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else ""
    return ("-" if number < 0 and scaled else "") + f"{whole:,}{decimals}"
