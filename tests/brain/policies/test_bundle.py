from __future__ import annotations

from datetime import date
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.brain.policies import bundle, conflicts
from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.plan import Plan

IDS = "abcdefgh"


def plan_of(count: int, edges: set[tuple[int, int]]) -> Plan:
    excludes = {IDS[one]: tuple(IDS[other] for first, other in edges if first == one) for one in range(count)}
    policies: Any = tuple(
        SimpleNamespace(
            id=id, award=object(), policy=SimpleNamespace(families={}, excludes=excludes[id], once_per=None)
        )
        for id in IDS[:count]
    )
    return Plan("organisation", date(2024, 6, 30), policies, ())


def best_by_trying(
    amounts: dict[str, int], edges: set[tuple[int, int]], ids: str, forced: str = "", without: str = ""
) -> int:
    """The worth of the best allowed set that contains `forced` and not `without`; -1 when there is none."""
    best = -1
    for size in range(len(ids) + 1):
        for chosen in combinations(ids, size):
            clash = any(IDS[one] in chosen and IDS[other] in chosen for one, other in edges)
            if not clash and (not forced or forced in chosen) and without not in chosen:
                best = max(best, sum(amounts[id] for id in chosen))
    return best


graphs = st.integers(2, 7).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda edge: edge[0] < edge[1])),
        st.lists(
            st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=count, max_size=count), min_size=1, max_size=4
        ),
    )
)


def check_against_trying(count: int, edges: set[tuple[int, int]], subjects: list[list[int | None]]) -> None:
    entitled = pl.DataFrame(
        [
            (IDS[at], f"s{row}", amount)
            for row, amounts in enumerate(subjects)
            for at, amount in enumerate(amounts)
            if amount is not None
        ],
        schema={"policy": pl.String, "subject": pl.String, "amount": pl.Int64},
        orient="row",
    )
    found = bundles(plan_of(count, edges), entitled)
    assert found.height == entitled.height
    for row, given_amounts in enumerate(subjects):
        amounts = {IDS[at]: amount for at, amount in enumerate(given_amounts) if amount is not None}
        mine = found.filter(pl.col("subject") == f"s{row}")
        taken = mine.filter("taken")["policy"].to_list()
        ids = "".join(amounts)
        best = best_by_trying(amounts, edges, ids)
        assert sum(amounts[id] for id in taken) == best
        assert not any(IDS[one] in taken and IDS[other] in taken for one, other in edges)
        for each in mine.iter_rows(named=True):
            other = (
                best_by_trying(amounts, edges, ids, without=each["policy"])
                if each["taken"]
                else best_by_trying(amounts, edges, ids, forced=each["policy"])
            )
            assert each["loss"] == best - other
        assert taken == first_of_the_best(amounts, edges, best)


def first_of_the_best(amounts: dict[str, int], edges: set[tuple[int, int]], best: int) -> list[str]:
    """Policy by policy in order: in, if a set worth as much still contains all that is in so far."""
    chosen: list[str] = []
    for id in amounts:
        wanted = [*chosen, id]
        for size in range(len(amounts) + 1):
            for one in combinations(amounts, size):
                clash = any(IDS[first] in one and IDS[other] in one for first, other in edges)
                if not clash and set(wanted) <= set(one) and sum(amounts[each] for each in one) == best:
                    chosen = wanted
    return chosen


@settings(max_examples=80, deadline=None)
@given(graphs)
def test_the_bundle_is_the_best_of_all_sets_and_its_losses_are_exact(
    graph: tuple[int, set[tuple[int, int]], list[list[int | None]]],
) -> None:
    check_against_trying(*graph)


@settings(max_examples=25, deadline=None)
@given(graphs)
def test_integer_programmes_find_the_same_where_sets_are_too_many_to_list(
    graph: tuple[int, set[tuple[int, int]], list[list[int | None]]],
) -> None:
    kept, conflicts.MOST_SETS = conflicts.MOST_SETS, 0
    try:
        check_against_trying(*graph)
    finally:
        conflicts.MOST_SETS = kept


def test_what_another_policy_would_push_out_is_named() -> None:
    entitled = pl.DataFrame({"policy": ["a", "b", "c"], "subject": ["s"] * 3, "amount": [500, 300, 300]})
    found = bundles(plan_of(3, {(0, 1), (0, 2)}), entitled).sort("policy")
    assert found["taken"].to_list() == [False, True, True]
    assert found.row(0, named=True) == {
        "subject": "s", "policy": "a", "amount": 500, "taken": False, "loss": 100, "instead": "b, c",
        "paid_to": None,
    }  # fmt: skip


def test_an_amount_that_is_not_known_is_listed_and_not_taken() -> None:
    entitled = pl.DataFrame({"policy": ["a", "b"], "subject": ["s", "s"], "amount": [None, 7]})
    found = bundles(plan_of(2, {(0, 1)}), entitled).sort("policy")
    assert found["taken"].to_list() == [False, True]


def test_many_subjects_are_weighed_in_pieces_with_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    entitled = pl.DataFrame(
        [(id, f"s{row:03}", (row * 7 + at * 13) % 29 + 1) for row in range(100) for at, id in enumerate("abc")],
        schema=["policy", "subject", "amount"],
        orient="row",
    )
    plan = plan_of(3, {(0, 1), (1, 2)})
    whole = bundles(plan, entitled)
    monkeypatch.setattr(bundle, "CELLS_AT_ONCE", 8)
    assert bundles(plan, entitled).equals(whole)
