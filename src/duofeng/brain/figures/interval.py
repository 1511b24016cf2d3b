"""What a printed number can stand for: the values that would have been printed so.

`564.6亿元` is anything from 564.55 to 564.65; `3045家` is exactly that; `2810余` is 2810 up to 2820.
Fractions, never floats.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from duofeng.facts.hedge import SENSES, Sense, hedge_of
from duofeng.kernel.units import MAGNITUDES

_NUMERAL = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<more>[余多])?"
    r"(?P<magnitude>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万)?(?P<over>[余多])?"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included. None is an open end."""

    low: Fraction | None
    high: Fraction | None

    def overlaps(self, other: Interval) -> bool:
        return not self.below(other) and not other.below(self)

    def below(self, other: Interval) -> bool:
        """Whether every value here is smaller than every value there."""
        return self.high is not None and other.low is not None and self.high < other.low

    def __add__(self, other: Interval) -> Interval:
        return Interval(_both(self.low, other.low), _both(self.high, other.high))

    def over(self, divisor: Interval) -> Interval:
        """The quotient of two non-negative intervals."""
        low = None if self.low is None or not divisor.high else self.low / divisor.high
        high = None if self.high is None or not divisor.low else self.high / divisor.low
        return Interval(low if low is not None else Fraction(0), high)

    def scaled(self, factor: Fraction | int) -> Interval:
        return Interval(
            None if self.low is None else self.low * factor, None if self.high is None else self.high * factor
        )

    def integers(self, most: int = 3) -> tuple[int, ...]:
        """The first whole numbers inside, at most `most`."""
        if self.low is None or self.high is None:
            return ()
        first, last = math.ceil(self.low), math.floor(self.high)
        return tuple(range(first, min(last, first + most - 1) + 1))

    @property
    def half_width(self) -> Fraction:
        """How much rounding can hide; 0 for an exact or half-open interval."""
        return Fraction(0) if self.low is None or self.high is None else (self.high - self.low) / 2


def _both(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def printed(value: Fraction, written: str, base: Fraction, *, count: bool, hedge: str = "") -> Interval:
    """What `written` can stand for. `value` is its number in base units, `base` one unit without its magnitude.

    A count without magnitude or hedge is exact; everything else was rounded at its last digit.
    """
    found = _NUMERAL.search(written)
    step, last_digit = _steps(found, base) if found else (Fraction(0), base)
    if "分之" in written:
        return Interval(value * Fraction(9, 10), value * Fraction(11, 10))
    rounding = Fraction(0) if count and step <= base else step / 2
    inside = (found["more"] or found["over"] or "") if found else ""
    return _hedged(SENSES.get(hedge_of(hedge or inside)), value, rounding, last_digit)


def _hedged(sense: Sense | None, value: Fraction, rounding: Fraction, last_digit: Fraction) -> Interval:
    match sense:
        case "at least":
            return Interval(value - rounding, None)
        case "at most":
            return Interval(None, value + rounding)
        case "over":
            return Interval(value, value + last_digit)
        case "nearly":
            return Interval(value - last_digit, value + rounding)
        case "about":
            rounding = max(rounding, last_digit / 2)
    return Interval(value - rounding, value + rounding)


def _steps(found: re.Match[str], base: Fraction) -> tuple[Fraction, Fraction]:
    """The value of the last printed digit, and of the last printed digit that is not a zero of a whole number."""
    number = found["number"].replace(",", "")
    scale = base * 10 ** MAGNITUDES.get(found["magnitude"] or "", 0)
    whole, _, decimals = number.partition(".")
    step = scale / 10 ** len(decimals)
    zeros = 0 if decimals else len(whole) - len(whole.rstrip("0"))
    return step, step * 10 ** (zeros if zeros < len(whole) else 0)


def exactly(value: Decimal | int | Fraction) -> Interval:
    return Interval(Fraction(value), Fraction(value))
