"""Cards added up: aggregates, unknown parts, weights by stage, grades, ranks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.scores.card import Scored
from duofeng.brain.scores.tree import combine

ScoreCard = Callable[..., Scored]
NAN = float("nan")


def leaves(**weights: str) -> str:
    lines = ["parts:"]
    for name in ("a", "b"):
        weight = f"weight: {weights[name]}, " if name in weights else ""
        lines.append(f"  {name}: {{title: {{zh: {name}, en: {name}}}, {weight}value: {name}, scoring: {{by: given}}}}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("aggregate", "weights", "expected"),
    [
        ("sum", {}, 100),
        ("arithmetic", {"a": "3", "b": "1"}, 35),
        ("geometric", {"a": "1", "b": "1"}, 40),
        ("geometric", {"a": "2", "b": "1"}, 20 ** (2 / 3) * 80 ** (1 / 3)),
        ("best", {}, 80),
        ("worst", {}, 20),
    ],
)
def test_parts_are_put_together_as_the_card_says(
    scored: ScoreCard, aggregate: str, weights: dict[str, str], expected: float
) -> None:
    found = scored(f"aggregate: {aggregate}\n{leaves(**weights)}", a=[20], b=[80])
    assert found.score[0] == pytest.approx(expected)


def test_a_geometric_mean_with_a_part_of_nothing_is_nothing(scored: ScoreCard) -> None:
    assert scored(f"aggregate: geometric\n{leaves()}", a=[0], b=[80]).score[0] == 0


def test_an_unknown_part_leaves_a_range_and_no_score_and_no_rank(scored: ScoreCard) -> None:
    found = scored(f"aggregate: arithmetic\n{leaves()}", a=[20, 20], b=[None, 80])
    table = found.table()
    assert table["low"].to_list() == [10, 50]
    assert table["high"].to_list() == [60, 50]
    assert table["score"].to_list() == [None, 50]
    assert table["rank"].to_list() == [None, 1]
    assert table["coverage"].to_list() == [0.5, 1]


def test_a_range_that_cannot_matter_is_no_range(scored: ScoreCard) -> None:
    """The worst of two is nothing whatever the other is."""
    assert scored(f"aggregate: worst\n{leaves()}", a=[0], b=[None]).score[0] == 0


def test_reweighting_leaves_an_unknown_part_out_and_tells_the_coverage(scored: ScoreCard) -> None:
    found = scored(f"missing: reweight\naggregate: arithmetic\n{leaves(a='3', b='1')}", a=[20, None], b=[None, None])
    table = found.table()
    assert table["score"].to_list() == [20, None]
    assert table["coverage"].to_list() == [0.75, 0]


def test_reweighting_a_sum_keeps_its_full_marks(scored: ScoreCard) -> None:
    """Half of the marks that could be judged is half of all marks; nothing unknown lowers a score."""
    found = scored(f"missing: reweight\n{leaves()}", a=[50], b=[None])
    assert found.score[0] == 100


def test_counting_the_unknown_as_nothing_is_possible_where_a_card_says_so(scored: ScoreCard) -> None:
    found = scored(f"missing: zero\naggregate: arithmetic\n{leaves()}", a=[20], b=[None])
    assert found.score[0] == 10
    assert found.coverage[0] == 0.5


def test_weights_follow_the_stage_and_an_unknown_stage_leaves_no_score(scored: ScoreCard) -> None:
    weights = {"a": "{young: 3, old: 1}", "b": "{young: 1, old: 1}"}
    found = scored(
        f"stage: phase\naggregate: arithmetic\n{leaves(**weights)}",
        a=[20] * 3, b=[80] * 3, phase=["young", "old", None],
    )  # fmt: skip
    assert found.table()["score"].to_list() == [35, 50, None]


def test_grades_begin_at_their_bounds_and_a_range_has_none(scored: ScoreCard) -> None:
    card = f"aggregate: arithmetic\n{leaves()}grades: [{{grade: A, from: 75}}, {{grade: B, from: 60}}]\n"
    found = scored(card, a=[75, 74.9, 10, 80], b=[75, 75, 10, None])
    assert found.table()["grade"].to_list() == ["A", "B", None, None]


def test_equal_scores_share_the_better_rank_among_all_and_among_peers(scored: ScoreCard) -> None:
    found = scored(
        f"peers: [sector]\naggregate: arithmetic\n{leaves()}",
        a=[50, 70, 70, 10, 90], b=[50, 70, 70, 10, 90], sector=["x", "x", "y", "y", None],
    )  # fmt: skip
    table = found.table()
    assert table["rank"].to_list() == [4, 2, 2, 5, 1]
    assert table["group_rank"].to_list() == [2, 1, 1, 2, None]
    assert table["group"].to_list() == ["x", "x", "y", "y", None]


def test_only_those_the_card_rates_are_scored_or_are_anybodys_peers(scored: ScoreCard) -> None:
    found = scored(
        f"rates: done\naggregate: arithmetic\n{leaves()}", a=[1, 2, 3], b=[1, 2, 3], done=[True, None, False]
    )
    assert found.subjects.to_list() == ["s0"]


def test_money_scores_in_whole_units_and_a_flag_as_one(scored: ScoreCard) -> None:
    card = """
parts:
  cost: {title: {zh: 费, en: cost}, value: "cost[-1]", scoring: {by: given, points: 1000}}
  done: {title: {zh: 办, en: done}, value: done, scoring: {by: linear, points: 10, from: 0, to: 1}}
"""
    found = scored(card, **{"cost[2023]": [12345], "done": [True]})
    assert found.score[0] == pytest.approx(133.45)


def test_the_breakdown_adds_up_to_the_table(scored: ScoreCard) -> None:
    found = scored(f"aggregate: arithmetic\n{leaves(a='3', b='1')}", a=[20, 40, None], b=[80, 10, 5])
    parts = pl.concat(found.breakdown()).pivot("entry", index="subject", values="low", maintain_order=True)
    assert ((parts["a"] * 3 + parts["b"]) / 4).to_list() == found.table()["low"].to_list()


NUMBERS = st.lists(st.floats(0, 100, allow_nan=False), min_size=2, max_size=6)
MEANS = st.sampled_from(["arithmetic", "geometric", "best", "worst", "sum"])


def put_together(aggregate: str, parts: list[float], weights: list[float]) -> float:
    arrays = [np.array([part]) for part in parts]
    return float(combine(aggregate, arrays, [np.array(w) for w in weights], [np.array(100.0)] * len(parts))[0])  # type: ignore[arg-type]  # drawn from the five


@given(MEANS, NUMBERS, st.data(), st.floats(0.01, 1000))
def test_scaling_all_weights_changes_nothing(
    aggregate: str, parts: list[float], data: st.DataObject, by: float
) -> None:
    weights = data.draw(st.lists(st.floats(0.1, 10), min_size=len(parts), max_size=len(parts)))
    scaled = put_together(aggregate, parts, [weight * by for weight in weights])
    assert scaled == pytest.approx(put_together(aggregate, parts, weights), abs=1e-6)


@given(MEANS, NUMBERS, st.data())
def test_the_order_of_parts_changes_nothing(aggregate: str, parts: list[float], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.floats(0.1, 10), min_size=len(parts), max_size=len(parts)))
    turned = data.draw(st.permutations(list(zip(parts, weights, strict=True))))
    shuffled = put_together(aggregate, [part for part, _ in turned], [weight for _, weight in turned])
    assert shuffled == pytest.approx(put_together(aggregate, parts, weights), abs=1e-6)


@given(MEANS, NUMBERS, st.integers(0, 5), st.floats(0, 50))
def test_a_better_part_never_makes_a_worse_whole(aggregate: str, parts: list[float], which: int, more: float) -> None:
    raised, at = list(parts), which % len(parts)
    raised[at] += more
    weights = [1.0] * len(parts)
    assert put_together(aggregate, raised, weights) >= put_together(aggregate, parts, weights) - 1e-9


@given(NUMBERS, st.lists(st.booleans(), min_size=6, max_size=6))
def test_learning_a_value_never_leaves_the_range_there_was(values: list[float], known: list[bool]) -> None:
    arrays = [(value if there else None) for value, there in zip(values, known, strict=False)]
    low = [0.0 if each is None else each for each in arrays]
    high = [100.0 if each is None else each for each in arrays]
    weights = [1.0] * len(values)
    for aggregate in ("arithmetic", "geometric", "best", "worst", "sum"):
        whole = put_together(aggregate, values, weights)
        assert put_together(aggregate, low, weights) - 1e-9 <= whole <= put_together(aggregate, high, weights) + 1e-9


def test_a_column_of_unknowns_only_scores_nobody(scored: ScoreCard) -> None:
    found = scored(f"missing: reweight\naggregate: geometric\n{leaves()}", a=[None, None], b=[None, None])
    assert found.table().select("score", "rank").null_count().row(0) == (2, 2)
    assert pl.concat(found.breakdown())["points"].null_count() == 4
