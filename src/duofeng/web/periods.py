"""Periods as people read them: `2024年上半年`, `H1 2024`. Addresses, exports and programs keep `2024H1`."""

from __future__ import annotations

from functools import lru_cache

from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.tell.values import period_name
from duofeng.web.context import language


def written_period(period: Period | str | None) -> str:
    """In the language of the request; a text that is no period stays as it is."""
    return _written(str(period), language()) if period else ""


@lru_cache(maxsize=4096)
def _written(text: str, _language: str) -> str:
    try:
        period = Period.parse(text)
    except ProblemError:
        return text
    return period_name(period)
