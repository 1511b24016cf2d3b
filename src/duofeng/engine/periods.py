"""What stands in brackets after an attribute, and which profile columns it means as of a date."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from duofeng.engine import tree
from duofeng.engine.problems import PERIOD_WRONG, TOO_LONG
from duofeng.engine.syntax import Text
from duofeng.kernel.message import say
from duofeng.kernel.period import Grain, Period, last_complete
from duofeng.kernel.problem import ProblemError

MOST_PERIODS = 120
EXAMPLES = {"year": "2022", "half": "2022H1", "quarter": "2022Q3", "month": "2022-06", "day": "2022-06-15"}
PERS = {
    "year": say("年", context="per"),
    "half": say("半年", context="per"),
    "quarter": say("季度", context="per"),
    "month": say("月", context="per"),
    "day": say("日", context="per"),
}
A_YEAR = date(2100, 12, 31)
"""Some year asked, where only lengths and the order of places matter."""
_OFFSET = re.compile(r"-\s*(\d{1,4})")


def read_bracket(source: Text, name: str, per: str, text: str, at: int) -> tuple[tree.Period, tree.Period] | None:
    """First and last period of `-1`, `2022`, `H1`, `-12:-1`, `M01:M06` or `2020:2022`; None, with the problem
    reported, if wrong."""
    parts = [part.strip() for part in text.split(":")]
    found = [_read(part, per) for part in parts]
    first, last = found[0], found[-1]
    if len(parts) > 2 or first is None or last is None or not _forward(first, last):
        source.report(PERIOD_WRONG, at, name=name, text=text, per=PERS[per], nearest=f"{name}[{EXAMPLES[per]}]")
        return None
    count = _count(first, last, per)
    if count > MOST_PERIODS:
        source.report(TOO_LONG, at, what=say("时期"), size=count, limit=MOST_PERIODS)
        return None
    return first, last


def columns(attribute: tree.Attribute, as_of: date) -> tuple[str, ...]:
    """Names of the profile columns an attribute stands for: one, or one per period of its range."""
    if attribute.first is None or attribute.last is None:
        return (attribute.name,)
    grain = cast(Grain, attribute.per)
    first, last = _dated(attribute.first, grain, as_of), _dated(attribute.last, grain, as_of)
    return tuple(f"{attribute.name}[{period}]" for period in Period.span(first, last).split(grain))


def periods_in(attribute: tree.Attribute) -> int:
    """How many periods a range stands for, whatever the year asked."""
    return len(columns(attribute, A_YEAR))


def _read(text: str, per: str) -> tree.Period | None:
    if match := _OFFSET.fullmatch(text):
        return tree.Period(f"-{int(match[1])}") if int(match[1]) else None
    named = tree.Period(re.sub(r"\s", "", text).upper())
    try:
        if named.place is not None:
            return named if _dated(named, cast(Grain, per), A_YEAR).grain == per else None
        period = Period.parse(text) if re.match(r"\d{4}", text) and ".." not in text else None
    except ProblemError:
        return None
    return tree.Period(str(period)) if period and period.grain == per and period.count == 1 else None


def _forward(first: tree.Period, last: tree.Period) -> bool:
    """Whether both are of one kind, counted back, places in the year or dated, and in order."""
    if first.offset is not None and last.offset is not None:
        return first.offset <= last.offset
    if first.offset is not None or last.offset is not None or (first.place is None) != (last.place is None):
        return False
    return _dated(first, "year", A_YEAR) <= _dated(last, "year", A_YEAR)


def _count(first: tree.Period, last: tree.Period, per: str) -> int:
    if first.offset is not None and last.offset is not None:
        return last.offset - first.offset + 1
    span = Period.span(_dated(first, "year", A_YEAR), _dated(last, "year", A_YEAR))
    return span.days // {"year": 365, "half": 181, "quarter": 90, "month": 28, "day": 1}[per]


def _dated(period: tree.Period, grain: Grain, as_of: date) -> Period:
    if period.place is not None:
        years, within = period.place
        return Period.parse(f"{as_of.year + years}{within}")
    if period.offset is None:
        return Period.parse(period.text)
    latest = last_complete(grain, as_of)
    return latest if period.offset == -1 else latest.shifted(period.offset + 1)
