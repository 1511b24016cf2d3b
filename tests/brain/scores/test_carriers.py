"""Carriers judged by what became of their tenants: a card whose values look back at them."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from duofeng.brain.scores.card import Compiled, score
from duofeng.engine.links import linked

CARD = """
of: park
rates: "count(organisation.park where a > 0) >= 2"
aggregate: arithmetic
parts:
  surviving:
    title: {zh: 存续, en: survival}
    value: "share(organisation.park, done where a > 0 and known(done))"
    scoring: {by: linear, from: 0, to: 1}
  typical:
    title: {zh: 中位, en: median}
    value: "median(organisation.park, b where a > 0 and known(b))"
    scoring: {by: linear, from: 0, to: 10}
"""
PARKS = pl.DataFrame({"subject": ["north", "south"]})
TENANTS = pl.DataFrame(
    {
        "subject": ["t1", "t2", "t3", "t4", "t5", "t6"],
        "park": ["north", "north", "north", "south", None, "north"],
        "a": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        "done": [True, False, None, True, True, True],
        "b": [2.0, None, 6.0, None, 9.0, 99.0],
    }
)


@pytest.fixture
def card(compiled: Callable[[str], Compiled]) -> Compiled:
    return compiled(CARD)


def test_a_card_of_carriers_asks_for_its_tenants(card: Compiled) -> None:
    assert card.profile_columns == ()
    assert set(card.links.columns["organisation"]) == {"park", "a", "done", "b"}


def test_carriers_are_scored_like_anybody_else(card: Compiled) -> None:
    found = score(card, linked(PARKS, card.links, {"organisation": TENANTS}))
    assert found.subjects.to_list() == ["north"]
    assert found.score[0] == pytest.approx((50 + 40) / 2)
