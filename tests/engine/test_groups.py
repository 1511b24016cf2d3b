"""Scores inside peer groups against numpy, scipy and the definitions."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from duofeng.engine.groups import (
    PeerGroups,
    Ties,
    arithmetic,
    min_max,
    percentile_rank,
    quantiles,
    rank,
    winsorize,
    z_score,
)

NAN = float("nan")
VALUES = st.lists(st.sampled_from([0.0, 1.0, 1.5, 2.0, -3.0, 1e9]) | st.floats(-1e6, 1e6), min_size=1, max_size=40)


@given(values=VALUES, ties=st.sampled_from(["average", "min", "max", "dense"]))
@settings(max_examples=200, deadline=None)
def test_ranks_follow_the_rule_for_ties(values: list[float], ties: Ties) -> None:
    array = np.array(values)
    assert rank(ties, largest_first=False)(array).tolist() == stats.rankdata(array, ties).tolist()
    assert rank(ties)(array).tolist() == stats.rankdata(-array, ties).tolist()


@given(values=VALUES, share=st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_quantiles_are_those_of_numpy(values: list[float], share: float) -> None:
    assert quantiles(np.array(values), [share])[0] == pytest.approx(np.quantile(values, share), rel=1e-9, abs=1e-6)


def test_the_unknown_take_no_part_and_stay_unknown() -> None:
    values = np.array([1.0, NAN, 3.0, 5.0])
    for kernel, expected in (
        (min_max(), [0, NAN, 50, 100]),
        (percentile_rank(), [0, NAN, 50, 100]),
        (rank(), [3, NAN, 2, 1]),
        (z_score(), [-1, NAN, 0, 1]),
        (winsorize(0, 0.5), [1, NAN, 3, 3]),
    ):
        np.testing.assert_allclose(kernel(values), expected)


def test_groups_without_spread_or_peers_are_said_so() -> None:
    same, alone = np.array([2.0, 2.0, NAN]), np.array([7.0])
    np.testing.assert_array_equal(min_max()(same), [50, 50, NAN])
    np.testing.assert_array_equal(z_score(50, 10)(same), [50, 50, NAN])
    np.testing.assert_array_equal(percentile_rank()(same), [50, 50, NAN])
    np.testing.assert_array_equal(percentile_rank()(alone), [NAN])
    np.testing.assert_array_equal(winsorize()(np.array([NAN])), [NAN])


def test_every_group_is_its_own_population_and_rows_come_back_in_order() -> None:
    keys = pl.DataFrame({"industry": ["乙", "甲", "乙", None, "甲", "乙"], "stage": [1, 1, 1, 1, 1, 2]})
    groups = PeerGroups.of(keys)
    values = pl.Series([3.0, 10.0, 1.0, 9.0, 20.0, 5.0])
    assert groups.keys.rows() == [("乙", 1), ("乙", 2), ("甲", 1)]
    ranks = groups.scatter(groups.apply(rank(), groups.gather(values)))
    np.testing.assert_array_equal(ranks, [1, 2, 2, NAN, 1, 1])


def test_levels_weigh_their_parts_and_say_what_an_unknown_part_means() -> None:
    columns = [np.array([1.0, 0.0, NAN, 4.0]), np.array([4.0, 4.0, 4.0, NAN])]
    np.testing.assert_allclose(arithmetic(columns, [1, 3]), [3.25, 3, NAN, NAN])
    np.testing.assert_allclose(arithmetic(columns, [1, 3], "renormalise"), [3.25, 3, 4, 4])
