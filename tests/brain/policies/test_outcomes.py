from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import answer
from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.policies.subject import answers_for
from duofeng.brain.rules.explain import explain
from duofeng.zone.zone import Zone

Declare = Callable[..., Zone]
Rows = Callable[..., pl.DataFrame]
POLICIES = {
    "sound": "gives: recognition\nconditions: {clean: {title: clean, when: clean}}\n",
    "large": """conditions:
  sound: {title: sound, when: outcome('sound')}
  revenue: {title: revenue, when: 'revenue[-1] >= 1_000'}
  margin: {title: margin, when: '(revenue[-1] - costs[-1]) / revenue[-1] >= 0.1 or patents >= 2'}
  listed: {title: not on a list, when: 'not absent(listed, false)'}
  people: {title: people, when: 'at_least(1, staff[-1] > 10, patents > 5)'}
amount:
  tiers:
    - {when: 'revenue[-1] >= 5_000', amount: money(300)}
    - {when: 'patents >= 3', amount: money(200)}
    - {when: true, amount: money(100)}
""",
    "further": """conditions:
  large: {title: large, when: "outcome('large')"}
  amount: {title: amount, when: "amount('large') >= 200"}
amount: {expression: "amount('large') * 0.5", cap: 120}
""",
}
COLUMNS = ("clean", "revenue[2023]", "costs[2023]", "patents", "staff[2023]")
given_rows = st.fixed_dictionaries(
    {
        "clean": st.sampled_from([True, False]),
        "revenue[2023]": st.sampled_from([0, 500, 1000, 4000, 6000]),
        "costs[2023]": st.sampled_from([0, 900, 3600, 7000]),
        "patents": st.integers(0, 7),
        "staff[2023]": st.sampled_from([5, 10, 11]),
    }
)


@pytest.fixture
def zone(declare: Declare) -> Zone:
    return declare(POLICIES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=given_rows, gone=st.sets(st.sampled_from(COLUMNS), min_size=1))
def test_removing_facts_moves_an_answer_only_to_unknown(
    zone: Zone, rows_for: Rows, row: Mapping[str, Any], gone: set[str]
) -> None:
    planned = plan(zone, date(2024, 6, 30), "organisation")
    less = {name: value for name, value in row.items() if name not in gone}
    outcomes = answer(planned, rows_for(zone, planned, row, less))
    for policy in POLICIES:
        full, left = (_three_valued(name) for name in outcomes.names(policy))
        assert left in {full, "unknown"} or full == "unknown", (policy, full, left)


def _three_valued(name: str) -> str:
    """A near miss is a no."""
    return "no" if name == "near" else name


def test_policies_read_the_answers_and_amounts_of_those_below(zone: Zone, rows_for: Rows) -> None:
    planned = plan(zone, date(2024, 6, 30), "organisation")
    rich = {"clean": True, "revenue[2023]": 6000, "costs[2023]": 10, "patents": 3, "staff[2023]": 20}
    outcomes = answer(planned, rows_for(zone, planned, rich, {**rich, "clean": False}, {**rich, "clean": None}))
    assert outcomes.names("further").to_list() == ["yes", "no", "unknown"]
    due = {row["policy"]: row["amount"] for row in outcomes.entitled().iter_rows(named=True)}
    assert due == {"large": 300_00, "further": 120_00}


def test_past_an_unknown_tier_the_amount_is_unknown(zone: Zone, rows_for: Rows) -> None:
    planned = plan(zone, date(2024, 6, 30), "organisation")
    base = {"clean": True, "revenue[2023]": 2000, "costs[2023]": 10, "staff[2023]": 20}
    outcomes = answer(planned, rows_for(zone, planned, base, {**base, "patents": 0}))
    assert outcomes.names("large").to_list() == ["yes", "yes"]
    assert outcomes.entitled().filter(pl.col("policy") == "large")["amount"].to_list() == [None, 100_00]
    assert outcomes.names("further").to_list() == ["unknown", "no"]


def test_a_division_by_zero_is_unknown_and_says_so(zone: Zone, rows_for: Rows) -> None:
    planned = plan(zone, date(2024, 6, 30), "organisation")
    row = rows_for(zone, planned, {"clean": True, "revenue[2023]": 0, "costs[2023]": 1, "patents": 0})
    margin = explain(planned["large"].rule, answer(planned, row).frame, planned.as_of).conditions[2]
    assert margin.answer == "unknown"
    assert [reason for reason, _ in margin.reasons] == ["division by zero"]


def test_a_policy_that_is_not_in_force_gives_nobody_anything(declare: Declare, rows_for: Rows) -> None:
    gone = "source: {document: d, trust: illustrative}\nfrom: 2020-01-01\nuntil: 2021-12-31\n" + POLICIES["sound"]
    zone = declare({**POLICIES, "sound": gone})
    planned = plan(zone, date(2024, 6, 30), "organisation")
    outcomes = answer(planned, rows_for(zone, planned, {"patents": 1}))
    assert outcomes.failing("large", 0) == ("sound",)


def test_the_version_of_its_date_answers(declare: Declare) -> None:
    head = "source: {document: d, trust: illustrative}\npolicy: p\n"
    zone = declare(
        {
            "p-2020": head + "from: 2020-01-01\nuntil: 2023-12-31\n" + POLICIES["sound"],
            "p-2024": head + "from: 2024-01-01\n" + POLICIES["sound"].replace("when: clean", "when: not clean"),
        }
    )
    versions = [plan(zone, day, "organisation").policies[0].policy.id for day in (date(2023, 12, 31), date(2024, 1, 1))]
    assert versions == ["p-2020", "p-2024"]
    assert plan(zone, date(2019, 1, 1), "organisation").policies == ()


def test_a_near_miss_says_what_is_missing_how_far_and_what_it_is_worth(zone: Zone, rows_for: Rows) -> None:
    planned = plan(zone, date(2024, 6, 30), "organisation")
    short = {"clean": True, "revenue[2023]": 800, "costs[2023]": 100, "patents": 0, "staff[2023]": 20}
    near = near_misses(answer(planned, rows_for(zone, planned, short, {**short, "staff[2023]": 9})), ["large"])
    assert near.select("subject", "missing", "gap", "amount", "effort", "worth").rows() == [
        ("s0", ["revenue"], 200_00.0, 100_00, 3, 100 / 3),
        ("s1", ["revenue", "people"], 200_00.0, 100_00, 6, 100 / 6),
    ]


def test_one_firm_is_answered_as_in_the_table_of_all(zone: Zone, rows_for: Rows) -> None:
    planned = plan(zone, date(2024, 6, 30), "organisation")
    values = [{"clean": clean, "revenue[2023]": revenue, "costs[2023]": 100, "patents": patents, "staff[2023]": 8}
              for clean in (True, False, None) for revenue in (0, 900, 6000) for patents in (0, 3, 7)]  # fmt: skip
    frame = rows_for(zone, planned, *values)
    together = near_misses(answer(planned, frame))
    for row in frame.iter_slices(1):
        mine = together.filter(pl.col("subject") == row["subject"][0])
        alone = answers_for(zone, planned, row).near
        assert [(each.planned.id, list(each.missing), each.amount, each.effort) for each in alone] == (
            mine.select("policy", "missing", "amount", "effort").rows()
        )
        assert all(len(each.explanation.failed) == len(each.missing) for each in alone)


def test_no_subjects_at_all_is_no_mistake(zone: Zone, rows_for: Rows) -> None:
    planned: Plan = plan(zone, date(2024, 6, 30), "organisation")
    outcomes = answer(planned, rows_for(zone, planned, {}).clear())
    assert outcomes.entitled().is_empty()
    assert near_misses(outcomes).is_empty()
