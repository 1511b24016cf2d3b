"""A number with its unit, before it is written in any language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import count_in
from duofeng.kernel.units import unit as unit_of

PERCENT = "%"
RANK = "位"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in base units, read in `unit`; `upper` ends a range. `written` is how a document printed it, `hedge` what
    it said around it; what nobody printed is rounded at `digits` decimals of its unit."""

    value: Fraction
    unit: str
    digits: int = 2
    written: str = ""
    hedge: str = ""
    upper: Fraction | None = None

    @property
    def ends(self) -> tuple[Fraction, ...]:
        return (self.value,) if self.upper is None else (self.value, self.upper)

    def __str__(self) -> str:
        return self.written or plain(self.value / base_factor(self.unit), self.digits) + self.unit


@dataclass(frozen=True, slots=True)
class Amount:
    """A value of a run in its main unit: exact where it is a Decimal, else worth `digits` decimals."""

    value: float | Decimal
    unit: str | None
    digits: int = 6

    def __str__(self) -> str:
        return f"{self.value} {self.unit or ''}".rstrip()


def base_factor(unit: str) -> Fraction:
    """Base units in one `unit`; per cent counts as its own base. An unknown unit counts as itself."""
    if unit == PERCENT:
        return Fraction(1)
    try:
        return unit_of(unit).factor
    except ProblemError:
        return Fraction(1)


def is_count(unit: str) -> bool:
    try:
        counted = count_in(unit_of(unit))
    except ProblemError:
        return False
    return counted is not None and " per " not in counted


def plain(number: Fraction, digits: int = 2, *, grouped: bool = False) -> str:
    """Half-up at `digits` decimals, without trailing zeros."""
    rounded = int(abs(number) * 10**digits + Fraction(1, 2))
    whole, rest = divmod(rounded, 10**digits)
    decimals = f".{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else ""
    return ("-" if number < 0 and rounded else "") + (f"{whole:,}" if grouped else str(whole)) + decimals
