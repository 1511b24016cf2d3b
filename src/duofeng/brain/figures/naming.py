"""Which indicator a person means: by id, title or alias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from duofeng.brain.figures.problems import INDICATOR_UNKNOWN
from duofeng.kernel.problem import ProblemError, hint

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator


def indicator_named(word: str, indicators: Mapping[str, Indicator]) -> Indicator:
    """The indicator with that id, title or alias. Raises ProblemError (E450) with the nearest."""
    asked = word.strip().casefold()
    names = {
        name.casefold(): each for each in indicators.values() for name in (*each.aliases, *each.title.texts.values())
    }
    names |= {each.id: each for each in indicators.values()}
    if asked in names:
        return names[asked]
    raise ProblemError(INDICATOR_UNKNOWN.at(word=word, **hint(asked, names)))
