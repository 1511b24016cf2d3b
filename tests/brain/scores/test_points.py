"""Every way of scoring a leaf, against numbers worked out by hand."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.scores.points import best_points, leaf_points, worst_points
from duofeng.engine.groups import PeerGroups
from duofeng.zone.kinds.scorecard import Entry

NAN = float("nan")
METHODS = ("percentile", "minmax", "rank", "zscore", "blend")


def typed(value: object) -> object:
    """Numbers as a card's file gives them: decimals."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(typed(each) for each in value)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def leaf(direction: str = "up", **scoring: object) -> Entry:
    return Entry.model_validate(
        {"title": {"zh": "项", "en": "entry"}, "value": "a", "direction": direction, "scoring": typed(scoring)}
    )


def points(entry: Entry, *values: float) -> list[float]:
    return [round(float(each), 6) for each in leaf_points(entry, np.array(values), PeerGroups.single(len(values)))]


def bands(*steps: tuple[str | None, float], **more: object) -> dict[str, object]:
    written = []
    for bound, given_points in steps:
        side, _, number = (bound or "").partition(" ")
        written.append({"points": given_points} | ({side: float(number)} if side else {}))
    return {"by": "bands", "bands": written, **more}


def test_the_first_band_reached_counts_and_its_bound_belongs_to_it() -> None:
    entry = leaf(**bands(("at_least 5", 40), ("above 0", 10), (None, 0), points=50))
    assert points(entry, 7, 5, 4.999, 0, -1) == [40, 40, 10, 0, 0]


def test_a_quotient_that_equals_the_bound_in_decimals_reaches_it() -> None:
    entry = leaf(**bands(("at_least 0.07", 10), (None, 0)))
    assert points(entry, 0.1 * 0.7, 7 / 100) == [10, 10]


def test_where_low_is_good_the_bands_are_upper_bounds() -> None:
    entry = leaf("down", **bands(("below 0.55", 10), ("at_most 0.75", 5), (None, 0)))
    assert points(entry, 0.5, 0.55, 0.75, 0.76) == [10, 5, 5, 0]


def test_full_marks_of_bands_without_marks_are_those_of_the_best_band() -> None:
    assert best_points(leaf(**bands(("at_least 5", 30), (None, 5)))) == 30


def test_what_an_unknown_value_could_give_follows_the_bands() -> None:
    entry = leaf(**bands(("at_least 5", 27.5), (None, 5), points=30))
    assert (worst_points(entry), best_points(entry)) == (5, 27.5)
    open_ended = leaf(**bands(("at_least 5", 27.5), points=30))
    assert worst_points(open_ended) == 0


def test_a_line_gives_nothing_below_and_no_more_than_full_marks_above() -> None:
    entry = leaf(by="linear", points=20, **{"from": 10.0, "to": 30.0})
    assert points(entry, 5, 10, 15, 30, 99) == [0, 0, 5, 20, 20]


def test_a_line_may_fall() -> None:
    entry = leaf("down", by="linear", **{"from": 0.8, "to": 0.3})
    assert points(entry, 0.8, 0.55, 0.3, 0.1) == [0, 50, 100, 100]


def test_a_line_of_logarithms_gives_half_at_the_geometric_middle() -> None:
    entry = leaf(by="log", **{"from": 1.0, "to": 10000.0})
    assert points(entry, 100, 0, -5, 10000) == [50, 0, 0, 100]


def test_a_known_value_scores_at_least_the_least() -> None:
    entry = leaf(by="linear", least=10, **{"from": 0.0, "to": 1.0})
    assert points(entry, 0, 0.5, 1) == [10, 55, 100]


def test_given_points_are_taken_as_they_are_within_full_marks() -> None:
    assert points(leaf(by="given", points=30), 24, 31, -2) == [24, 30, 0]


def test_the_percentile_counts_who_is_below_and_shares_places() -> None:
    assert points(leaf(by="percentile"), 1, 2, 2, 9) == [0, 50, 50, 100]


def test_the_smallest_and_the_largest_span_min_max() -> None:
    assert points(leaf(by="minmax"), 0, 5, 20) == [0, 25, 100]


def test_ranks_share_the_better_place() -> None:
    assert points(leaf(by="rank"), 3, 3, 1, 0) == [100, 100, 33.333333, 0]


def test_a_standard_deviation_is_ten_points() -> None:
    assert points(leaf(by="zscore"), 1, 2, 3) == [40, 50, 60]


def test_the_blend_is_half_percentile_and_half_min_max() -> None:
    assert points(leaf(by="blend"), 0, 5, 20) == [0, 37.5, 100]


def test_extremes_are_cut_at_the_declared_quantiles_before_the_direction_is_turned() -> None:
    values = np.arange(101.0)
    up = leaf(by="minmax", winsorize=[0.1, 1.0])
    down = leaf("down", by="minmax", winsorize=[0.1, 1.0])
    group = PeerGroups.single(101)
    upward, downward = leaf_points(up, values, group), leaf_points(down, values, group)
    assert upward[0] == upward[10] == 0
    assert upward[100] == 100
    np.testing.assert_allclose(downward, 100 - upward)


def test_bounds_cut_the_value_and_then_its_logarithm_is_taken() -> None:
    entry = leaf(by="minmax", clip=[0, math.e**2 - 1], log=True)
    assert points(entry, -5, math.e - 1, 1e9) == [0, 50, 100]


@pytest.mark.parametrize("method", METHODS)
def test_nobody_stands_among_peers_alone(method: str) -> None:
    assert np.isnan(leaf_points(leaf(by=method), np.array([3.0]), PeerGroups.single(1))).all()
    assert np.isnan(leaf_points(leaf(by=method), np.array([3.0, NAN]), PeerGroups.single(2))).all()


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_value_stays_unknown_and_takes_no_place(method: str) -> None:
    with_gap = leaf_points(leaf(by=method), np.array([1.0, NAN, 2.0, 5.0]), PeerGroups.single(4))
    without = leaf_points(leaf(by=method), np.array([1.0, 2.0, 5.0]), PeerGroups.single(3))
    assert np.isnan(with_gap[1])
    np.testing.assert_allclose(with_gap[[0, 2, 3]], without)


SCORINGS = [
    {"by": "linear", "from": 0.0, "to": 50.0},
    {"by": "log", "from": 1.0, "to": 50.0},
    {"by": "given"},
    bands(("at_least 30", 30), ("above 10", 10), (None, 0)),
    *({"by": method, "winsorize": [0.05, 0.95]} for method in METHODS),
    *({"by": method, "log": True, "clip": [0, 40]} for method in METHODS),
]


@pytest.mark.parametrize("scoring", SCORINGS, ids=lambda each: "-".join(map(str, list(each.values())[:1])))
@given(
    values=st.lists(st.floats(-10, 60, allow_nan=False, width=32), min_size=2, max_size=12),
    more=st.floats(0, 30, allow_nan=False, width=32),
    which=st.integers(0, 11),
)
def test_more_is_never_worse_where_high_is_good(
    scoring: dict[str, object], values: list[float], more: float, which: int
) -> None:
    entry, at = leaf(**scoring), which % len(values)
    group = PeerGroups.single(len(values))
    before = leaf_points(entry, np.array(values), group)[at]
    raised = np.array(values)
    raised[at] += more
    assert leaf_points(entry, raised, group)[at] >= before - 1e-7


@pytest.mark.parametrize("method", METHODS)
@given(values=st.lists(st.floats(-10, 60, allow_nan=False, width=32), min_size=2, max_size=12))
def test_direction_down_scores_the_negative_of_a_value(method: str, values: list[float]) -> None:
    group, numbers = PeerGroups.single(len(values)), np.array(values)
    down, up = leaf("down", by=method), leaf(by=method)
    np.testing.assert_allclose(leaf_points(down, numbers, group), leaf_points(up, -numbers, group))
