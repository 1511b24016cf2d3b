"""One firm asked alone gets what a whole run says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import answer
from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.policies.subject import answers_for
from duofeng.zone.zone import Zone

POLICIES = {
    "tiers": """conditions:
  clean: {title: clean, when: clean}
  patents: {title: patents, when: patents >= 2}
amount:
  tiers:
    - {when: 'revenue[-1] >= 5_000', amount: money(300)}
    - {when: 'staff[-1] >= 10', amount: 'revenue[-1] * 0.1'}
""",
    "capped": """conditions: {clean: {title: clean, when: clean}}
amount: {expression: 'revenue[-1] - costs[-1]', cap: 250}
""",
    "further": """conditions: {half: {title: half, when: "amount('tiers') >= 100"}}
amount: {expression: "amount('tiers') * 0.5"}
""",
}
FIRMS = [
    {"clean": clean, "patents": patents, "revenue[2023]": revenue, "costs[2023]": 900, "staff[2023]": staff}
    for clean in (True, False)
    for patents in (1, 3)
    for revenue in (700, 2000, 6000, None)
    for staff in (5, 10, None)
]


@pytest.fixture
def whole(declare: Callable[..., Zone], rows_for: Callable[..., pl.DataFrame]) -> tuple[Zone, Plan, pl.DataFrame]:
    zone = declare(POLICIES)
    planned = plan(zone, date(2024, 6, 30), "organisation")
    known = [{name: value for name, value in firm.items() if value is not None} for firm in FIRMS]
    return zone, planned, rows_for(zone, planned, *known)


def test_amounts_of_the_entitled_and_of_near_misses_are_those_of_the_table(
    whole: tuple[Zone, Plan, pl.DataFrame],
) -> None:
    zone, planned, frame = whole
    together = answer(planned, frame)
    entitled, near = together.entitled(), near_misses(together)
    assert entitled.height > 10
    assert near["amount"].null_count() < near.height > 10
    for row in range(frame.height):
        alone, subject = answer(planned, frame[row]), frame["subject"][row]
        mine = pl.col("subject") == subject
        assert alone.entitled().sort("policy").equals(entitled.filter(mine).sort("policy"))
        missed = {each.planned.id: each.amount for each in answers_for(zone, planned, frame[row]).near}
        assert missed == dict(near.filter(mine).select("policy", "amount").iter_rows())
