from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.policies.budget import _in_order, _pro_rata, within_budget
from duofeng.brain.policies.plan import Plan

RULE = "conditions: {ok: {title: ok, when: clean}}\namount: {expression: money(1000)}\n"
FRAME = pl.DataFrame({"subject": ["s0", "s1", "s2"], "revenue[2023]": [100, 900, None]})


def pairs(*amounts: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"policy": ["p"] * len(amounts), "subject": [f"s{at}" for at in range(len(amounts))], "amount": amounts},
        schema={"policy": pl.String, "subject": pl.String, "amount": pl.Int64},
    )


@given(st.lists(st.integers(1, 10**13), min_size=1, max_size=30), st.data())
def test_in_proportion_the_parts_add_up_to_the_budget_to_the_cent(amounts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(amounts)))
    paid = _pro_rata(pairs(*amounts), total)["paid"].to_list()
    assert sum(paid) == total
    assert all(0 <= part <= amount for part, amount in zip(paid, amounts, strict=True))
    exact = [amount * total / sum(amounts) for amount in amounts]
    assert all(abs(part - share) <= 1 + 1e-9 * share for part, share in zip(paid, exact, strict=True))


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.integers(0, 5000))
def test_in_order_each_is_paid_in_full_until_the_next_does_not_fit(amounts: list[int], total: int) -> None:
    paid = _in_order(pairs(*amounts), total)["paid"].to_list()
    full = sum(part > 0 for part in paid)
    assert paid == amounts[:full] + [0] * (len(amounts) - full)
    assert sum(paid) <= total
    assert full == len(amounts) or sum(amounts[: full + 1]) > total


@pytest.mark.parametrize(
    ("rule", "paid"),
    [
        ("budget: {total: 20, when_out: pro_rata}", [667, 667, 666]),
        ("budget: {total: 20, when_out: order}", [1000, 1000, 0]),
        ("budget: {total: 20, when_out: order, order_by: 'revenue[-1]'}", [1000, 1000, 0]),
        ("budget: {total: 10, when_out: order, order_by: 'revenue[-1]'}", [0, 1000, 0]),
        ("budget: {total: 0}", [0, 0, 0]),
        ("budget: {total: 0, when_out: pro_rata}", [0, 0, 0]),
    ],
)
def test_a_budget_runs_out_by_its_own_rule(planned: Callable[..., Plan], rule: str, paid: list[int]) -> None:
    plan = planned({"p": RULE + rule})
    found, warnings = within_budget(plan, pairs(1000, 1000, 1000), FRAME, {})
    assert found["paid"].to_list() == paid
    assert [warning.code for warning in warnings] == ["E556"]


def test_what_was_paid_this_year_is_no_longer_in_the_budget(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": RULE + "budget: {total: 30}"})
    assert within_budget(plan, pairs(1000, 1000, 1000), FRAME, {})[0]["paid"].sum() == 3000
    assert within_budget(plan, pairs(1000, 1000, 1000), FRAME, {"p": 1500})[0]["paid"].sum() == 1000
    assert within_budget(plan, pairs(1000), FRAME, {"p": 9000})[0]["paid"].sum() == 0


def test_relief_is_worth_its_amount_and_nobody_pays_it_out(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": "gives: relief\n" + RULE})
    found, warnings = within_budget(plan, pairs(1000, 2000), FRAME, {})
    assert found["amount"].to_list() == [1000, 2000]
    assert found["paid"].to_list() == [0, 0]
    assert not warnings
