from __future__ import annotations

from collections.abc import Callable

import polars as pl

from duofeng.brain.policies.history import after_history, payment_columns, payments
from duofeng.brain.policies.plan import Plan

RULE = "conditions: {ok: {title: ok, when: clean}}\n"


def money(amount: int, more: str = "") -> str:
    return f"{RULE}amount: {{expression: money({amount}){more}}}\n"


def due_for(plan: Plan, amounts: dict[str, int | None], **paid: int) -> tuple[dict[str, int | None], dict[str, str]]:
    """Amounts due of one subject after payments given as policy_year=amount, and what bars what."""
    columns = {f"paid:{key.rpartition('_')[0]}[{key.rpartition('_')[2]}]": amount for key, amount in paid.items()}
    frame = pl.DataFrame({"subject": ["s"], **{name: [amount] for name, amount in columns.items()}})
    known = {f"paid:{each.id}" for each in plan.policies}
    assert set(columns) <= set(payment_columns(plan, known)) or not columns
    entitled = pl.DataFrame(
        {"policy": list(amounts), "subject": "s", "amount": list(amounts.values())},
        schema={"policy": pl.String, "subject": pl.String, "amount": pl.Int64},
    )
    due, barred = after_history(plan, entitled, payments(plan, frame))
    return dict(due.select("policy", "amount").iter_rows()), dict(barred.select("policy", "by").iter_rows())


def test_nothing_is_due_twice_within_a_year(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": money(1000)})
    assert due_for(plan, {"p": 1000}) == ({"p": 1000}, {})
    assert due_for(plan, {"p": 1000}, p_2024=1000) == ({}, {})
    assert due_for(plan, {"p": 1000}, p_2024=300) == ({"p": 700}, {})


def test_once_in_three_years_bars_until_they_are_over(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": money(1000) + "once_every_years: 3"})
    assert due_for(plan, {"p": 1000}, p_2022=1) == ({}, {"p": "p"})
    assert "paid:p[2021]" not in payment_columns(plan, {"paid:p"})


def test_a_new_version_sees_what_the_old_one_paid(planned: Callable[..., Plan]) -> None:
    version = "source: {document: d, trust: illustrative}\npolicy: p\nfrom: 2024-01-01\n"
    plan = planned({"p-2024": version + money(1000) + "once_every_years: 3"})
    assert due_for(plan, {"p": 1000}, p_2022=1000) == ({}, {"p": "p"})


def test_a_family_of_differences_pays_what_is_missing_to_all_that_was_received(planned: Callable[..., Plan]) -> None:
    ladder = "families: {ladder: difference}"
    plan = planned({name: money(1) + ladder for name in ("low", "middle", "top")})
    # 200 for the first rung and 300 more for the second: 1000 for the third leaves 500.
    assert due_for(plan, {"top": 1000}, low_2020=200, middle_2022=300) == ({"top": 500}, {})


def test_a_cap_for_life_and_a_difference_do_not_count_the_same_payment_twice(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": money(500, ", lifetime_cap: 6") + "families: {own: difference}"})
    assert due_for(plan, {"p": 500}, p_2022=300) == ({"p": 200}, {})
    assert due_for(plan, {"p": 900}, p_2022=300) == ({"p": 300}, {})


def test_of_a_family_that_pays_the_highest_this_years_payment_counts(planned: Callable[..., Plan]) -> None:
    plan = planned({name: money(1) + "families: {f: highest}" for name in ("a", "b")})
    assert due_for(plan, {"b": 500}, a_2024=200) == ({"b": 300}, {})


def test_a_policy_is_barred_by_one_it_excludes_that_was_paid_this_year(planned: Callable[..., Plan]) -> None:
    plan = planned({"a": money(1) + "excludes: [b]", "b": money(1)})
    assert due_for(plan, {"a": 5, "b": 5}, b_2024=5) == ({}, {"a": "b"})
    assert due_for(plan, {"a": 5, "b": 5}, a_2024=5) == ({}, {"b": "a"})


def test_an_unknown_amount_stays_unknown(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": money(1, ", lifetime_cap: 6")})
    assert due_for(plan, {"p": None}, p_2024=100) == ({"p": None}, {})


def test_payments_nobody_ever_recorded_are_not_asked_for(planned: Callable[..., Plan]) -> None:
    plan = planned({"p": money(1), "q": money(1)})
    assert payment_columns(plan, {"paid:q"}) == ("paid:q[2024]",)
