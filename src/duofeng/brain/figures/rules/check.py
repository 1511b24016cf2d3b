"""What one identity says about one set of statements."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from duofeng.brain.figures.statement import Statement, show
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.model import Text


@dataclass(frozen=True, slots=True)
class Check:
    """`holds` is None when the statements cannot decide it; the arithmetic then says why.

    `difference` and `rounding` (all that rounding can hide) are in base units, read in `unit`.
    """

    identity: str
    title: Text
    severity: Literal["error", "warning"]
    holds: bool | None
    statements: tuple[Statement, ...]
    arithmetic: Text
    difference: Fraction = Fraction(0)
    rounding: Fraction = Fraction(0)
    unit: str = ""

    @property
    def times_rounding(self) -> Fraction | None:
        """How many times larger the difference is than rounding explains; None when the numbers are exact."""
        return self.difference / self.rounding if self.rounding else None

    def size(self, language: str = "zh") -> str:
        """`相差 6亿元，是舍入误差（0.01亿元）的 600 倍`."""
        gap = show(self.difference, self.unit, language=language)
        times = self.times_rounding
        if times is None:
            return f"相差 {gap}，数字均为准确数" if language == "zh" else f"difference {gap}; the numbers are exact"
        within, many = show(self.rounding, self.unit, 6, language), f"{float(times):.3g}"
        if language == "zh":
            return f"相差 {gap}，是舍入误差（{within}）的 {many} 倍"
        return f"difference {gap}, {many} times what rounding explains ({within})"


def checked(
    identity: Identity,
    holds: bool | None,
    said: tuple[Statement, ...],
    arithmetic: tuple[str, str],
    gap: tuple[Fraction, Fraction, str] = (Fraction(0), Fraction(0), ""),
) -> Check:
    """A check of that identity; `gap` is difference, rounding and unit."""
    zh, en = arithmetic
    return Check(identity.id, identity.title, identity.severity, holds, said, Text(zh=zh, en=en), *gap)
