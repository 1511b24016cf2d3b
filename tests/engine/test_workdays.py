"""Working days in rules: those of the calendar, and nothing is known of years it has not been announced for."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from duofeng.brain.rules.condition import Condition, Rule
from duofeng.brain.rules.explain import explain
from duofeng.engine.expression import Expression, parse
from duofeng.engine.program import evaluate
from duofeng.engine.words import Column, Standpoint
from duofeng.kernel.calendar import WorkCalendar
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError

AS_OF = date(2026, 6, 30)
WORDS = {"asked_on": Column("date"), "days": Column("integer", "天")}


def read(text: str, calendar: WorkCalendar | None = None) -> Expression:
    at = Standpoint("organisation", {"organisation": WORDS}, calendar=calendar or WorkCalendar())
    return parse(text, WORDS, at=at)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 2, 13), 3, date(2026, 2, 25)),
        (date(2026, 4, 30), 5, date(2026, 5, 11)),
        (date(2026, 9, 18), 5, date(2026, 9, 24)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a Sunday on which one works
        (date(2026, 2, 15), 0, date(2026, 2, 24)),
        (date(2026, 12, 30), 5, None),
        (None, 5, None),
    ],
)
def test_the_nth_working_day_and_back(start: date | None, days: int, end: date | None) -> None:
    table = pl.DataFrame({"asked_on": pl.Series([start], dtype=pl.Date), "days": [float(days)]})
    assert evaluate(read("add_workdays(asked_on, days)"), table, AS_OF).to_list() == [end]
    if start is not None and end is not None and days:
        apart = evaluate(read(f"workdays_between(asked_on, '{end}')"), table, AS_OF)
        assert apart.to_list() == [days]


def test_beyond_the_calendar_it_is_unknown_and_the_weekend_rule_is_told() -> None:
    condition = Condition("due", say("到期"), read("add_workdays(asked_on, 5) >= as_of"))
    row = pl.DataFrame({"asked_on": [date(2026, 12, 30)]})
    (found,) = explain(Rule("rule", (condition,)), row, AS_OF).conditions
    assert found.answer == "unknown"
    assert found.reasons == (("calendar not announced", "add_workdays(asked_on, 5)"),)
    assert found.provisional == (("add_workdays(asked_on, 5)", date(2027, 1, 6)),)


def test_without_a_calendar_no_working_day_is_counted() -> None:
    with pytest.raises(ProblemError) as caught:
        parse("workdays_between(asked_on, as_of) > 1", WORDS)
    assert [each.code for each in caught.value.problems] == ["E502"]
