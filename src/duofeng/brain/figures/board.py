"""The contradiction board: every declared identity run over every stated figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.rules import RULES
from duofeng.brain.figures.rules.check import Check
from duofeng.zone.kinds.identity import Identity


@dataclass(frozen=True, slots=True)
class Board:
    breaks: tuple[Check, ...]
    """What cannot hold together: errors first, then warnings, the largest against rounding first."""
    held: tuple[Check, ...]
    undecided: tuple[Check, ...]
    """What the statements cannot decide, with the reason."""

    @property
    def checks(self) -> tuple[Check, ...]:
        return (*self.breaks, *self.held, *self.undecided)


def contradictions(identities: Iterable[Identity], book: Book) -> Board:
    checks = [check for identity in identities for check in RULES[identity.rule](identity, book)]
    return Board(
        breaks=tuple(sorted((check for check in checks if check.holds is False), key=_worst_first)),
        held=tuple(check for check in checks if check.holds),
        undecided=tuple(check for check in checks if check.holds is None),
    )


def _worst_first(check: Check) -> tuple[bool, float, str]:
    times = check.times_rounding
    return (check.severity != "error", -float(times) if times is not None else float("-inf"), check.identity)
