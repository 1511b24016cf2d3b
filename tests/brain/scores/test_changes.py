"""Why scores moved between two runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.runs.store import Manifest, Run, Runs
from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.changes import TOTAL, changed_entries, changed_scores
from duofeng.brain.scores.sheet import sheet
from duofeng.brain.scores.tables import score_tables
from duofeng.kernel.problem import ProblemError

CARD = """
rates: a > 0
stage: phase
peers: [sector]
missing: reweight
aggregate: arithmetic
parts:
  a: {title: {zh: 甲, en: A}, value: a, scoring: {by: percentile}}
  b: {title: {zh: 乙, en: B}, weight: {young: 3, old: 1}, value: b, scoring: {by: given}}
"""
AS_OF = date(2024, 6, 30)
Publish = Callable[..., Run]


@pytest.fixture
def card(compiled: Callable[[str], Compiled]) -> Compiled:
    return compiled(CARD)


@pytest.fixture
def publish(tmp_path: Path, card: Compiled) -> Publish:
    """A run of the card over a column each of a and b."""

    def write(
        id: str,
        rule: str = "1",
        as_of: date = AS_OF,
        as_card: Compiled | None = None,
        texts: Mapping[str, list[str]] | None = None,
        **columns: list[float | None],
    ) -> Run:
        runs = Runs(tmp_path / "runs")
        rows = len(columns["a"])
        given = {name: pl.Series(name, values, pl.Float64) for name, values in columns.items()}
        words = {"sector": ["x"] * rows, "phase": ["old"] * rows, **(texts or {})}
        profile = pl.DataFrame({"subject": [f"s{row}" for row in range(rows)], **words, **given})
        with runs.writing(id) as folder:
            place = folder / "organisation"
            place.mkdir()
            profile.write_parquet(place / "profile.parquet")
            for name, parts in score_tables(as_card or card, profile):
                pl.concat(parts).write_parquet(place / f"{name}.parquet")
            return runs.publish(folder, manifest(id, {"score:card": rule}, as_of))

    return write


def manifest(id: str, rules: Mapping[str, str], as_of: date = AS_OF) -> Manifest:
    clocks = {"as_of": as_of.isoformat(), "known_at": "2024-07-01T00:00:00+00:00"}
    return Manifest(
        id=id,
        zone="sample",
        fingerprint={},
        ledger_version=1,
        engine="polars",
        rules={"organisation": rules},
        counts={"organisation": {}},
        **clocks,
    )


def causes(before: Run, after: Run) -> list[tuple[str, str, str]]:
    return [
        (row["subject"], row["entry"], row["cause"])
        for row in changed_entries(before, after, "card", "organisation").iter_rows(named=True)
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
    after = publish("two", rule="2", a=[1, 2, 0.5], b=[10, 10, 10])
    assert causes(before, after) == [("s0", "a", "rule"), ("s1", "a", "rule"), ("s2", "a", "value")]


def test_weights_that_changed_alone_have_a_row_for_the_total(
    publish: Publish, compiled: Callable[[str], Compiled]
) -> None:
    heavier = compiled(CARD.replace("old: 1", "old: 2"))
    before = publish("one", a=[1, 2], b=[10, 20])
    after = publish("two", rule="2", as_card=heavier, a=[1, 2], b=[10, 20])
    assert causes(before, after) == [("s0", TOTAL, "rule"), ("s1", TOTAL, "rule")]
    moved = changed_entries(before, after, "card", "organisation", "s1").row(0, named=True)
    assert (moved["points_before"], moved["points"], moved["value"]) == (60.0, pytest.approx(46.6667, abs=1e-3), None)


def test_another_stage_has_a_row_beside_the_entries_that_moved(publish: Publish) -> None:
    before = publish("one", a=[1, 2], b=[10, 20], texts={"phase": ["young", "young"]})
    after = publish("two", a=[1, 2], b=[10, 30], texts={"phase": ["young", "old"]})
    assert causes(before, after) == [("s1", TOTAL, "stage"), ("s1", "b", "value")]


def test_other_peers_are_told_from_peers_that_moved(publish: Publish) -> None:
    before = publish("one", a=[1, 2, 3, 4, 5], b=[10] * 5, texts={"sector": ["x", "x", "x", "y", "y"]})
    after = publish("two", a=[1, 2, 3, 4, 5], b=[10] * 5, texts={"sector": ["x", "x", "y", "y", "y"]})
    assert causes(before, after) == [
        ("s1", "a", "peers"), ("s2", "a", "group"), ("s3", "a", "peers"),
    ]  # fmt: skip


def test_a_value_that_moved_with_the_date_alone_is_laid_to_the_date(publish: Publish) -> None:
    """The profile's columns are named by period: those of another year are other columns, and no fact changed."""
    before, later = publish("one", a=[1, 2], b=[10, 20]), date(2025, 6, 30)
    dated = publish("two", as_of=later, a=[1, 2], b=[10, 20])
    told = dated.folder / "organisation" / "breakdown-card.parquet"
    table = pl.read_parquet(told)
    moved = (pl.col("subject") == "s1") & (pl.col("entry") == "b")
    table.with_columns(
        pl.when(moved).then(99.0).otherwise("value").alias("value"),
        pl.when(moved).then(99.0).otherwise("points").alias("points"),
    ).write_parquet(told)
    assert causes(before, dated) == [("s1", "b", "calendar")]


def test_who_is_rated_in_one_run_only_has_one_row(publish: Publish) -> None:
    before = publish("one", a=[1, 2, 0], b=[10, 20, 30])
    after = publish("two", a=[0, 2, 3], b=[10, 20, 30])
    told = [(subject, cause) for subject, entry, cause in causes(before, after) if entry == TOTAL]
    assert told == [("s0", "left"), ("s2", "entered")]
    assert all(entry == TOTAL for subject, entry, _ in causes(before, after) if subject != "s1")


def test_scores_that_moved_come_with_their_ranks_the_largest_first(publish: Publish) -> None:
    before = publish("one", a=[1, 2, 3], b=[10, 20, 30])
    after = publish("two", a=[1, 2, 3], b=[80, 20, 31])
    moved = changed_scores(before, after, "card", "organisation")
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
        changed_scores(bare, run, "card", "organisation")


def test_a_sheet_is_refused_when_the_card_is_not_the_one_the_run_used(
    publish: Publish, compiled: Callable[[str], Compiled]
) -> None:
    run = publish("one", a=[1, 2, 3], b=[10, 20, 30])
    edited = compiled(CARD.replace("a: {title: {zh: 甲, en: A}, value", "a: {title: {zh: 甲, en: A}, weight: 5, value"))
    with pytest.raises(ProblemError, match="E604"):
        sheet(edited, run, "s2")
