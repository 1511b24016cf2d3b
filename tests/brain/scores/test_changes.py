"""Why scores moved between two runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.runs.store import Manifest, Run, Runs
from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.changes import changed_entries, changed_scores
from duofeng.brain.scores.sheet import sheet
from duofeng.brain.scores.tables import score_tables
from duofeng.kernel.problem import ProblemError

CARD = """
peers: [sector]
missing: reweight
aggregate: arithmetic
parts:
  a: {title: {zh: 甲, en: A}, value: a, scoring: {by: percentile}}
  b: {title: {zh: 乙, en: B}, value: b, scoring: {by: given}}
"""
Publish = Callable[..., Run]


@pytest.fixture
def card(compiled: Callable[[str], Compiled]) -> Compiled:
    return compiled(CARD)


@pytest.fixture
def publish(tmp_path: Path, card: Compiled) -> Publish:
    """A run of the card over a column each of a and b."""

    def write(id: str, rule: str = "1", **columns: list[float | None]) -> Run:
        runs = Runs(tmp_path / "runs")
        rows = len(columns["a"])
        given = {name: pl.Series(name, values, pl.Float64) for name, values in columns.items()}
        profile = pl.DataFrame({"subject": [f"s{row}" for row in range(rows)], "sector": ["x"] * rows, **given})
        with runs.writing(id) as folder:
            profile.write_parquet(folder / "profile.parquet")
            for name, parts in score_tables(card, profile):
                pl.concat(parts).write_parquet(folder / f"{name}.parquet")
            return runs.publish(folder, manifest(id, {"score:card": rule}))

    return write


def manifest(id: str, rules: Mapping[str, str]) -> Manifest:
    clocks = {"as_of": date(2024, 6, 30).isoformat(), "known_at": "2024-07-01T00:00:00+00:00"}
    return Manifest(id=id, zone="sample", fingerprint={}, ledger_version=1, engine="polars", rules=rules, **clocks)


def causes(before: Run, after: Run) -> list[tuple[str, str, str]]:
    return [
        (row["subject"], row["entry"], row["cause"])
        for row in changed_entries(before, after, "card").iter_rows(named=True)
    ]


def test_a_value_that_changed_is_told_from_peers_that_did(publish: Publish) -> None:
    before = publish("one", a=[1, 2, 3], b=[10, 10, 10])
    after = publish("two", a=[1, 4, 3], b=[10, 10, 10])
    assert causes(before, after) == [("s1", "a", "value"), ("s2", "a", "peers")]


def test_data_that_arrived_or_lapsed_is_said_so(publish: Publish) -> None:
    before = publish("one", a=[1, 2], b=[None, 10])
    after = publish("two", a=[1, 2], b=[40, None])
    assert causes(before, after) == [("s0", "b", "data"), ("s1", "b", "lost")]


def test_points_that_moved_under_another_card_are_laid_to_the_card(publish: Publish) -> None:
    before = publish("one", a=[1, 2, 3], b=[10, 10, 10])
    after = publish("two", rule="2", a=[1, 2, 0], b=[10, 10, 10])
    assert causes(before, after) == [("s0", "a", "rule"), ("s1", "a", "rule"), ("s2", "a", "value")]


def test_scores_that_moved_come_with_their_ranks_the_largest_first(publish: Publish) -> None:
    before = publish("one", a=[1, 2, 3], b=[10, 20, 30])
    after = publish("two", a=[1, 2, 3], b=[80, 20, 31])
    moved = changed_scores(before, after, "card")
    assert moved.select("subject", "change", "rank_before", "rank_after").rows() == [
        ("s0", 35, 3, 2),
        ("s2", 0.5, 1, 1),
    ]


def test_a_run_without_the_card_cannot_be_compared_with(publish: Publish, tmp_path: Path) -> None:
    run = publish("one", a=[1, 2], b=[1, 2])
    runs = Runs(tmp_path / "runs")
    with runs.writing("bare") as folder:
        bare = runs.publish(folder, manifest("bare", {}))
    with pytest.raises(ProblemError, match="E605"):
        changed_scores(bare, run, "card")


def test_a_sheet_is_refused_when_the_card_is_not_the_one_the_run_used(
    publish: Publish, compiled: Callable[[str], Compiled]
) -> None:
    run = publish("one", a=[1, 2, 3], b=[10, 20, 30])
    edited = compiled(CARD.replace("a: {title: {zh: 甲, en: A}, value", "a: {title: {zh: 甲, en: A}, weight: 5, value"))
    with pytest.raises(ProblemError, match="E604"):
        sheet(edited, run, "s2")
