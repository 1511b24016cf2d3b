"""The cheapest honest improvements."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from duofeng.brain.scores.card import Scored
from duofeng.brain.scores.improvements import improvements

ScoreCard = Callable[..., Scored]
BANDS = "{by: bands, points: 20, bands: [{at_least: 3, points: 20}, {above: 1, points: 10}, {points: 0}]}"


def card(*leaves: str, head: str = "") -> str:
    return head + "parts:\n" + "\n".join(f"  {leaf}" for leaf in leaves) + "\n"


def leaf(name: str, scoring: str, more: str = "", value: str | None = None) -> str:
    return f"{name}: {{title: {{zh: {name}, en: {name}}}, value: '{value or name}', {more}scoring: {scoring}}}"


def test_the_next_band_is_named_and_a_bound_to_be_passed_is_said_so(scored: ScoreCard) -> None:
    found = improvements(scored(card(leaf("a", BANDS)), a=[0]), 0)
    assert [(each.target, each.beyond, each.points_after, each.gain) for each in found] == [(1, True, 10, 10)]


def test_the_best_gain_per_effort_comes_first(scored: ScoreCard) -> None:
    text = card(leaf("a", BANDS, "effort: 5, "), leaf("b", BANDS, "effort: 1, "), leaf("c", BANDS, "effort: 2, "))
    found = improvements(scored(text, a=[2], b=[2], c=[0]), 0)
    assert [each.path for each in found] == [("b",), ("c",), ("a",)]
    assert [each.per_effort for each in found] == [10, 5, 2]


def test_what_a_firm_cannot_change_and_what_is_full_or_unknown_is_not_offered(scored: ScoreCard) -> None:
    text = card(leaf("a", BANDS, "improvable: false, "), leaf("b", BANDS), leaf("c", BANDS))
    assert improvements(scored(text, a=[0], b=[3], c=[None]), 0) == []


def test_a_line_moves_by_a_tenth_of_full_marks_and_stops_at_its_end(scored: ScoreCard) -> None:
    text = card(leaf("a", "{by: linear, from: 0, to: 50, points: 20}"))
    found = scored(text, a=[10, 48, 50])
    assert [(each.target, each.gain) for each in improvements(found, 0)] == [(pytest.approx(15), pytest.approx(2))]
    assert [(each.target, each.gain) for each in improvements(found, 1)] == [(50, pytest.approx(0.8))]
    assert improvements(found, 2) == []


def test_where_low_is_good_the_value_has_to_fall(scored: ScoreCard) -> None:
    scoring = "{by: bands, points: 10, bands: [{below: 0.5, points: 10}, {below: 0.7, points: 4}, {points: 0}]}"
    found = improvements(scored(card(leaf("a", scoring, "direction: down, ")), a=[0.9]), 0)
    assert [(each.target, each.beyond, each.gain) for each in found] == [(0.7, True, 4)]


def test_among_peers_the_nearest_value_that_passes_a_tenth_of_them_is_aimed_at(scored: ScoreCard) -> None:
    text = card(leaf("a", "{by: percentile}"), head="peers: [sector]\n")
    values = [float(value) for value in range(21)]
    found = improvements(scored(text, a=values, sector=["x"] * 21), 5)
    assert [(each.target, each.gain) for each in found] == [(7, pytest.approx(7.5))]


def test_among_many_equals_the_smallest_step_past_them_is_enough(scored: ScoreCard) -> None:
    text = card(leaf("a", "{by: percentile}"), head="peers: [sector]\n")
    found = improvements(scored(text, a=[0.0] * 8 + [3.0, 50.0], sector=["x"] * 10), 0)
    assert [each.target for each in found] == [3]


def test_the_gain_is_that_of_the_total_through_weights_and_means(scored: ScoreCard) -> None:
    text = card(
        leaf("a", "{by: linear, from: 0, to: 100}", "weight: 3, "), leaf("b", "{by: given}", "improvable: false, "),
        head="aggregate: geometric\n",
    )  # fmt: skip
    found = scored(text, a=[40], b=[60])
    expected = (50**3 * 60) ** 0.25 - (40**3 * 60) ** 0.25
    assert improvements(found, 0)[0].gain == pytest.approx(expected)


def test_a_ratio_says_how_much_more_of_its_numerator_is_meant(scored: ScoreCard) -> None:
    text = card(leaf("a", "{by: linear, from: 0, to: 1}", value="cost[-1] / sales[-1]"))
    columns = {"cost[2023]": [10_000_00], "sales[2023]": [100_000_00]}
    found = improvements(scored(text, **columns), 0, pl.DataFrame(columns))
    assert found[0].also == pytest.approx(10_000)


def test_an_improvement_of_a_branch_of_the_better_that_stays_behind_is_not_offered(scored: ScoreCard) -> None:
    text = """
parts:
  best:
    title: {zh: 取优, en: best}
    aggregate: best
    parts:
      a: {title: {zh: 甲, en: a}, value: a, scoring: {by: linear, from: 0, to: 100}}
      b: {title: {zh: 乙, en: b}, value: b, scoring: {by: linear, from: 0, to: 100}}
"""
    assert [each.path for each in improvements(scored(text, a=[80], b=[10]), 0)] == [("best", "a")]


def test_whole_things_in_a_numerator_are_counted_whole(scored: ScoreCard) -> None:
    text = card(leaf("a", "{by: bands, bands: [{at_least: 0.1, points: 5}, {points: 0}]}", value="count / a"))
    columns = {"count": [1.0], "a": [12.0]}
    found = improvements(scored(text, **columns), 0, pl.DataFrame(columns))
    assert found[0].also == 1
