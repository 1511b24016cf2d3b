"""Near is a promise: only what a subject can change, this year, by little, is missing of who is near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl
import pytest

from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import answer
from duofeng.brain.policies.plan import plan
from duofeng.brain.rules.explain import explain
from duofeng.tell.words import told
from duofeng.zone.zone import Zone

AS_OF = date(2024, 6, 30)
Declare = Callable[..., Zone]
Rows = Callable[..., pl.DataFrame]


def condition(when: str, more: str = "") -> str:
    return f'conditions: {{it: {{title: it, when: "{when}"{more}}}}}\ngives: recognition'


def outcome(declare: Declare, rows_for: Rows, policy: str, *given: Mapping[str, object]) -> list[str]:
    zone = declare({"p": policy})
    planned = plan(zone, AS_OF, "organisation")
    return answer(planned, rows_for(zone, planned, *given)).names("p").to_list()


@pytest.mark.parametrize(
    ("more", "has", "expected"),
    [
        (", reach: never", 990, "no"),
        (", reach: year", 800, "near"),  # a quarter of what it has
        (", reach: year", 790, "no"),
        (", reach: year, within: 300", 700, "near"),
        (", reach: year, within: 300", 699, "no"),
        (", reach: now", 1, "near"),
    ],
)
def test_who_is_near_lacks_little_of_what_it_can_change(
    declare: Declare, rows_for: Rows, more: str, has: int, expected: str
) -> None:
    assert outcome(declare, rows_for, condition("revenue[-1] >= 1000", more), {"revenue[2023]": has}) == [expected]


def test_who_has_nothing_is_not_near_unless_the_condition_says_how_much_is_little(
    declare: Declare, rows_for: Rows
) -> None:
    asked = "patents >= 1"
    assert outcome(declare, rows_for, condition(asked, ", reach: year"), {"patents": 0}) == ["no"]
    assert outcome(declare, rows_for, condition(asked, ", reach: year, within: 1"), {"patents": 0}) == ["near"]


def test_of_alternatives_the_nearest_decides(declare: Declare, rows_for: Rows) -> None:
    either = condition("revenue[-1] >= 1000 or patents >= 10", ", reach: year")
    given = [{"revenue[2023]": 10, "patents": 9}, {"revenue[2023]": 10, "patents": 2}]
    assert outcome(declare, rows_for, either, *given) == ["near", "no"]


def test_a_yes_or_no_beside_a_number_is_not_made_up_by_the_number(declare: Declare, rows_for: Rows) -> None:
    both = condition("listed and revenue[-1] >= 1000", ", reach: year")
    given = [{"listed": True, "revenue[2023]": 900}, {"listed": False, "revenue[2023]": 900}]
    assert outcome(declare, rows_for, both, *given) == ["near", "no"]


def test_each_of_two_failing_conditions_has_to_be_within_reach(declare: Declare, rows_for: Rows) -> None:
    two = "conditions:\n" + "".join(
        f"  {id}: {{title: {id}, when: '{when}', reach: {reach}}}\n"
        for id, when, reach in (("clean", "clean", "now"), ("size", "staff[-1] <= 10", "never"))
    )
    given = [{"clean": False, "staff[2023]": 9}, {"clean": False, "staff[2023]": 11}]
    assert outcome(declare, rows_for, two + "gives: recognition", *given) == ["near", "no"]


def test_who_is_not_near_is_in_no_list(declare: Declare, rows_for: Rows) -> None:
    zone = declare({"p": condition("revenue[-1] >= 1000", ", reach: year")})
    planned = plan(zone, AS_OF, "organisation")
    answered = answer(planned, rows_for(zone, planned, {"revenue[2023]": 900}, {"revenue[2023]": 100}))
    assert near_misses(answered)["subject"].to_list() == ["s0"]


def test_the_check_asks_for_what_is_not_said(declare: Declare) -> None:
    assert [each.code for each in declare({"p": condition("clean")}).warnings] == ["E558"]
    assert declare({"p": condition("clean", ", reach: never")}).warnings == ()


def test_the_check_warns_of_years_that_let_more_days_pass(declare: Declare) -> None:
    trap = "years_between('2014-05-10', as_of) <= 10"
    assert [each.code for each in declare({"p": condition(trap, ", reach: never")}).warnings] == ["E524"]
    assert declare({"p": condition("at_most_years('2014-05-10', as_of, 10)", ", reach: never")}).warnings == ()


@pytest.mark.parametrize(
    ("when", "given", "said"),
    [
        ("revenue[-1] > 0", {"revenue[2023]": -951_829_600}, ["须大于零"]),
        ("revenue[-1] >= 1000 or patents >= 10", {"revenue[2023]": 10, "patents": 9}, ["还差 1 件"]),
    ],
)
def test_a_gap_is_told_in_words_that_help(
    declare: Declare, rows_for: Rows, when: str, given: Mapping[str, object], said: list[str]
) -> None:
    zone = declare({"p": condition(when, ", reach: never")})
    planned = plan(zone, AS_OF, "organisation")
    (found,) = explain(planned["p"].rule, answer(planned, rows_for(zone, planned, given)).frame, AS_OF).conditions
    assert [told(gap.said) for gap in found.gaps] == said
