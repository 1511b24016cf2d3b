"""A policy that a household has once: one of its members is paid, once, whoever of them asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.claims import Claims
from duofeng.brain.policies.history import after_history
from duofeng.brain.policies.plan import Plan
from duofeng.kernel.problem import ProblemError

IDS, PEOPLE, HOMES = "abc", [f"p{number}" for number in range(6)], ["h1", "h2", None]
YEAR = 2024
Amounts = Mapping[tuple[str, str], int]

claims_made = st.dictionaries(
    st.tuples(st.sampled_from(IDS), st.sampled_from(PEOPLE)), st.integers(1, 9).map(lambda each: each * 100)
)
homes = st.fixed_dictionaries({person: st.sampled_from(HOMES) for person in PEOPLE})
exclusions = st.sets(st.sampled_from(list(combinations(IDS, 2))))
paid_before = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(PEOPLE), st.just(YEAR), st.integers(1, 900)), max_size=4
)


def plan_of(edges: set[tuple[str, str]]) -> Plan:
    policies: Any = tuple(
        SimpleNamespace(
            id=id,
            award=object(),
            policy=SimpleNamespace(
                families={}, excludes=tuple(other for one, other in edges if one == id), once_per="home",
                once_every_years=1, amount=SimpleNamespace(lifetime_cap=None), policy=id,
            ),
        )
        for id in IDS
    )  # fmt: skip
    return Plan("person", date(YEAR, 6, 30), policies, ())


def living(homes: Mapping[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame({"subject": list(homes), "home": list(homes.values())}, schema_overrides={"home": pl.String})


def entitled(amounts: Amounts) -> pl.DataFrame:
    rows = [(policy, person, amount) for (policy, person), amount in sorted(amounts.items())]
    return pl.DataFrame(rows, schema={"policy": pl.String, "subject": pl.String, "amount": pl.Int64}, orient="row")


def most_by_trying(amounts: Amounts, members: list[str], edges: set[tuple[str, str]]) -> int:
    best = {id: max((amounts.get((id, person), 0) for person in members), default=0) for id in IDS}
    sets = (chosen for size in range(len(IDS) + 1) for chosen in combinations(IDS, size))
    return max(sum(best[id] for id in chosen) for chosen in sets if not edges & set(combinations(chosen, 2)))


@settings(max_examples=150, deadline=None)
@given(amounts=claims_made, homes=homes, edges=exclusions)
def test_no_home_is_paid_twice_and_each_gets_the_most_it_may(
    amounts: Amounts, homes: Mapping[str, str | None], edges: set[tuple[str, str]]
) -> None:
    plan, frame = plan_of(edges), living(homes)
    found = bundles(plan, entitled(amounts), Claims.of(plan, frame))
    assert found.height == len(amounts)
    taken = found.filter("taken").with_columns(
        home=pl.col("subject").replace_strict(homes).fill_null(pl.col("subject"))
    )
    assert not taken.select("policy", "home").is_duplicated().any()
    for home in {home or person for person, home in homes.items()}:
        members = [person for person, lives in homes.items() if (lives or person) == home]
        had = taken.filter(pl.col("home") == home)
        assert not edges & set(combinations(sorted(had["policy"]), 2))
        assert had["amount"].sum() == most_by_trying(amounts, members, edges)
    told = found.drop_nulls("paid_to").join(taken, left_on=["policy", "paid_to"], right_on=["policy", "subject"])
    assert told.height == found["paid_to"].count()


@settings(max_examples=100, deadline=None)
@given(amounts=claims_made, homes=homes, paid=paid_before)
def test_what_one_of_a_home_was_paid_bars_them_all(
    amounts: Amounts, homes: Mapping[str, str | None], paid: list[tuple[str, str, int, int]]
) -> None:
    plan, frame = plan_of(set()), living(homes)
    schema = {"policy": pl.String, "subject": pl.String, "year": pl.Int32, "paid": pl.Int64}
    before = pl.DataFrame(paid, schema=schema, orient="row")
    due, barred = after_history(plan, entitled(amounts), before, Claims.of(plan, frame))
    had = {(policy, homes[person] or person) for policy, person, _, _ in paid}
    assert not {(policy, homes[person] or person) for policy, person, _ in due.iter_rows()} & had
    assert due.height + barred.height == len(amounts)


DEED = "of: person\nonce_per: home\nconditions: {buys: {title: Buys, when: buys}}\namount: {expression: money(100)}\n"
WORDS = "buys: {title: Buys, type: flag}\nhome: {title: Home, type: reference, to: place}\n"


def refused(folder_of: Callable[..., Path], policies: Mapping[str, str]) -> set[str]:
    from duofeng.zone.load import load_zone  # noqa: PLC0415

    with pytest.raises(ProblemError) as error:
        load_zone(folder_of(policies, {"vocabulary/person.yaml": WORDS}))
    return {problem.code for problem in error.value.problems}


def test_a_policy_for_whom_no_source_speaks_is_warned_of(folder_of: Callable[..., Path]) -> None:
    from duofeng.zone.load import load_zone  # noqa: PLC0415

    source = (
        "title: Firms\nof: organisation\nreader: csv\nfiles: f.csv\nsubject: Id\ncolumns: {Name: {attribute: name}}\n"
    )
    asserts = "asserts: {rows: {min: 1}, unknown_columns: warn}\n"
    whole = {"vocabulary/person.yaml": WORDS, "sources/firms.yaml": source + asserts}
    zone = load_zone(folder_of({"deed": DEED}, whole))
    assert [(problem.code, problem.params["register"]) for problem in zone.warnings if problem.code == "E033"] == [
        ("E033", "person")
    ]


def test_once_per_names_a_reference_and_those_that_exclude_each_other_name_the_same(
    folder_of: Callable[..., Path],
) -> None:
    assert refused(folder_of, {"deed": DEED.replace("once_per: home", "once_per: buys")}) == {"E078"}
    other = DEED.replace("once_per: home", "excludes: [deed]")
    assert refused(folder_of, {"deed": DEED, "other": other}) == {"E079"}
