"""Carriers judged by what became of their tenants."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from duofeng.brain.scores.card import Compiled, score
from duofeng.brain.scores.carriers import gathered

CARD = """
of: place
rates: tenants >= 2
aggregate: arithmetic
members:
  by: park
  where: a > 0
  values:
    tenants: {how: count, of: a > 0}
    surviving: {how: share, of: done}
    typical: {how: median, of: b}
    spent: {how: sum, of: "cost[-1]"}
parts:
  surviving: {title: {zh: 存续, en: survival}, value: surviving, scoring: {by: linear, from: 0, to: 1}}
  typical: {title: {zh: 中位, en: median}, value: typical, scoring: {by: linear, from: 0, to: 10}}
"""
TENANTS = pl.DataFrame(
    {
        "subject": ["t1", "t2", "t3", "t4", "t5", "t6"],
        "park": ["north", "north", "north", "south", None, "north"],
        "a": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        "done": [True, False, None, True, True, True],
        "b": [2.0, None, 6.0, None, 9.0, 99.0],
        "cost[2023]": pl.Series([100_00, None, 50_00, None, 1, 1], dtype=pl.Int64),
    }
)


@pytest.fixture
def card(compiled: Callable[[str], Compiled]) -> Compiled:
    return compiled(CARD)


def test_a_card_of_carriers_asks_for_its_tenants(card: Compiled) -> None:
    assert card.of == "organisation"
    assert set(card.profile_columns) == {"park", "a", "done", "b", "cost[2023]"}


def test_each_carrier_gets_the_facts_of_its_tenants_and_the_unknown_takes_no_part(card: Compiled) -> None:
    assert card.members is not None
    found = gathered(card.members, TENANTS)
    assert found.rows(named=True) == [
        {"subject": "north", "tenants": 3, "surviving": 0.5, "typical": 4, "spent": 150_00},
        {"subject": "south", "tenants": 1, "surviving": 1, "typical": None, "spent": None},
    ]


def test_carriers_are_scored_like_anybody_else(card: Compiled) -> None:
    assert card.members is not None
    found = score(card, gathered(card.members, TENANTS))
    assert found.subjects.to_list() == ["north"]
    assert found.score[0] == pytest.approx((50 + 40) / 2)
