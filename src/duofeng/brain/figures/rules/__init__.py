"""The relations an identity can declare: one function each, from statements to checks.

A check says whether the relation holds, breaks, or could not be decided, and always with its arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.rules import bases, growth, periods, shares, sums
from duofeng.brain.figures.rules.check import Check
from duofeng.zone.kinds.identity import Identity

RULES: dict[str, Callable[[Identity, Book], Iterator[Check]]] = {
    "sum": sums.total,
    "part": sums.part,
    "accumulates": sums.accumulates,
    "same_fact": periods.same_fact,
    "parts_of_period": periods.parts_of_period,
    "never_falls": periods.never_falls,
    "half_above_last_year": periods.half_above_last_year,
    "growth": growth.against_levels,
    "growth_of_parts": growth.of_parts,
    "share_of_count": shares.of_count,
    "share_bounded": shares.bounded,
    "completion": shares.completion,
    "rate_reachable": shares.rate_reachable,
    "one_base": bases.one_base,
}
"""Rule name → its function; the names are those of `zone.kinds.identity.Rule`."""
