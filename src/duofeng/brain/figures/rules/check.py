"""What one identity says about one set of statements."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, Said, say
from duofeng.kernel.quantity import Quantity
from duofeng.zone.kinds.identity import Identity


@dataclass(frozen=True, slots=True)
class Check:
    """`holds` is None when the statements cannot decide it; the arithmetic then says why.

    `difference` and `rounding` (all that rounding can hide) are in base units, read in `unit`.
    """

    identity: str
    """The declared identity, or the relation that a text states."""
    title: Said
    severity: Literal["error", "warning"]
    holds: bool | None
    statements: tuple[Statement, ...]
    arithmetic: Message
    difference: Fraction = Fraction(0)
    rounding: Fraction = Fraction(0)
    unit: str = ""
    rule: str = ""

    @property
    def times_rounding(self) -> Fraction | None:
        """How many times larger the difference is than rounding explains; None when the numbers are exact."""
        return self.difference / self.rounding if self.rounding else None

    @property
    def size(self) -> Message:
        """`相差 6亿元，是舍入误差（0.01亿元）的 600 倍`."""
        gap, times = Quantity(self.difference, self.unit), self.times_rounding
        if times is None:
            return say("相差 {gap}，数字均为准确数", gap=gap)
        within = Quantity(self.rounding, self.unit, 6)
        return say(
            "相差 {gap}，是舍入误差（{within}）的 {times} 倍", gap=gap, within=within, times=f"{float(times):.3g}"
        )


def checked(
    identity: Identity,
    holds: bool | None,
    said: tuple[Statement, ...],
    arithmetic: Message,
    gap: tuple[Fraction, Fraction, str] = (Fraction(0), Fraction(0), ""),
) -> Check:
    """A check of that identity; `gap` is difference, rounding and unit."""
    return Check(identity.id, identity.title, identity.severity, holds, said, arithmetic, *gap, identity.rule)
