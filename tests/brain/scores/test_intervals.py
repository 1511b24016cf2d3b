"""How far ranks rest on weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from duofeng.brain.scores.card import Scored
from duofeng.brain.scores.intervals import draws_for, rank_intervals

ScoreCard = Callable[..., Scored]
CARD = """
peers: [sector]
aggregate: arithmetic
parts:
  a: {title: {zh: 甲, en: A}, value: a, scoring: {by: given}}
  b: {title: {zh: 乙, en: B}, value: b, scoring: {by: given}}
"""


def test_who_is_better_in_everything_keeps_its_rank_and_close_rivals_may_swap(scored: ScoreCard) -> None:
    found = rank_intervals(scored(CARD, a=[90, 60, 40], b=[90, 40, 60], sector=["x", "x", "y"]))
    assert found.select("rank_low", "rank_high").rows() == [(1, 1), (2, 3), (2, 3)]
    assert found.select("group_rank_low", "group_rank_high").rows() == [(1, 1), (2, 2), (1, 1)]


def test_certain_weights_leave_no_interval(scored: ScoreCard) -> None:
    found = rank_intervals(scored(f"weights_within: 0\n{CARD}", a=[60, 40], b=[40, 60.1], sector=["x", "x"]))
    assert found.select("rank_low", "rank_high").rows() == [(2, 2), (1, 1)]


def test_the_same_card_and_values_give_the_same_intervals(scored: ScoreCard) -> None:
    random = np.random.default_rng(7)
    columns = {name: random.uniform(0, 100, 60).tolist() for name in ("a", "b")}
    card = scored(CARD, **columns, sector=["x", "y"] * 30)
    assert rank_intervals(card).equals(rank_intervals(card))


def test_the_rank_itself_lies_within_its_interval_when_weights_are_all_the_same_way_off(scored: ScoreCard) -> None:
    random = np.random.default_rng(3)
    columns = {name: random.uniform(0, 100, 200).tolist() for name in ("a", "b")}
    card = scored(CARD, **columns, sector=["x"] * 200)
    table = card.table().join(rank_intervals(card), on="subject")
    inside = table.filter(pl.col("rank").is_between(pl.col("rank_low"), pl.col("rank_high")))
    assert inside.height >= 198


def test_ranges_have_no_interval_and_take_nobodys_place(scored: ScoreCard) -> None:
    found = rank_intervals(scored(CARD, a=[90, 50, 40], b=[None, 50, 40], sector=["x"] * 3))
    assert found["subject"].to_list() == ["s1", "s2"]
    assert found["rank_low"].to_list() == [1, 2]


def test_who_has_no_peers_has_no_interval_among_them(scored: ScoreCard) -> None:
    found = rank_intervals(scored(CARD, a=[90, 50], b=[90, 50], sector=[None, "x"]))
    assert found["group_rank_low"].to_list() == [None, 1]


def test_a_sum_has_the_marks_of_its_parts_moved(scored: ScoreCard) -> None:
    card = CARD.replace("aggregate: arithmetic", "aggregate: sum")
    found = rank_intervals(scored(card, a=[90, 60, 40], b=[90, 40, 60], sector=["x"] * 3))
    assert found.select("rank_low", "rank_high").rows() == [(1, 1), (2, 3), (2, 3)]


def test_a_card_that_rates_nobody_has_no_intervals(scored: ScoreCard) -> None:
    found = rank_intervals(scored(f"rates: done\n{CARD}", a=[1], b=[1], done=[False], sector=["x"]))
    assert found.is_empty()


def test_draws_get_fewer_for_many_but_stay_enough() -> None:
    assert draws_for(5_000) == 1_000
    assert draws_for(20_000) == 250
    assert draws_for(10_000_000) == 50
