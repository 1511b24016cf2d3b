"""Why a score moved between two runs: which entries, and whether by value, by peers, by the card or by data."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from duofeng.brain.runs.store import Run
from duofeng.brain.scores import problems
from duofeng.kernel.problem import ProblemError

CAUSES: Mapping[str, tuple[str, str]] = {
    "data": ("补充了数据", "data arrived"),
    "lost": ("数据失效", "data lapsed"),
    "value": ("数值变化", "its value changed"),
    "rule": ("评分卡修改", "the card changed"),
    "peers": ("同组变化", "its peers changed"),
}
TINY = 1e-9


def changed_scores(before: Run, after: Run, card: str) -> pl.DataFrame:
    """One row per subject whose score or range moved, the largest move first.

    subject, before, after (score, or the middle of its range), change, rank_before, rank_after, stage_before, stage,
    entered: rated in one run only. Null where a run did not rate the subject.
    """
    _scored_both(before, after, card)
    name = f"score-{card}"
    columns = (pl.col("subject"), (pl.col("low") + pl.col("high")) / 2, pl.col("rank"), pl.col("stage"))
    old, new = (
        run.table(name).select(columns[0], columns[1].alias("score"), *columns[2:]).collect() for run in (before, after)
    )
    both = old.join(new, on="subject", how="full", coalesce=True, suffix="_after")
    return (
        both.select(
            "subject",
            before="score",
            after="score_after",
            change=pl.col("score_after") - pl.col("score"),
            rank_before="rank",
            rank_after="rank_after",
            stage_before="stage",
            stage="stage_after",
        )
        .filter((pl.col("change").abs() > TINY) | (pl.col("before").is_null() != pl.col("after").is_null()))
        .sort(pl.col("change").abs(), "subject", descending=[True, False], nulls_last=True)
    )


def changed_entries(before: Run, after: Run, card: str, subject: str | None = None) -> pl.DataFrame:
    """One row per subject and leaf that moved: subject, entry, value_before, value, points_before, points, cause.

    A leaf whose value stayed while its points moved was moved by its peers, or by the card where its meaning changed.
    """
    _scored_both(before, after, card)
    rule = before.manifest.rules.get(f"score:{card}") != after.manifest.rules.get(f"score:{card}")
    old, new = (_leaves(run, card, subject) for run in (before, after))
    both = old.join(new, on=["subject", "entry"], how="full", coalesce=True, suffix="_after")
    moved = (pl.col("value") - pl.col("value_after")).abs() > TINY * (1 + pl.col("value").abs())
    cause = (
        pl.when(pl.col("value").is_null() & pl.col("value_after").is_not_null())
        .then(pl.lit("data"))
        .when(pl.col("value").is_not_null() & pl.col("value_after").is_null())
        .then(pl.lit("lost"))
        .when(moved)
        .then(pl.lit("value"))
        .otherwise(pl.lit("rule" if rule else "peers"))
    )
    points = (pl.col("points") - pl.col("points_after")).abs() > TINY
    there = pl.col("points").is_null() != pl.col("points_after").is_null()
    return (
        both.filter(points | there)
        .select(
            "subject",
            "entry",
            value_before="value",
            value="value_after",
            points_before="points",
            points="points_after",
            cause=cause,
        )
        .sort("subject", (pl.col("points") - pl.col("points_before")).abs(), "entry", descending=[False, True, False])
    )


def _scored_both(before: Run, after: Run, card: str) -> None:
    """Raises ProblemError (E605) when one of the runs did not score the card."""
    for run in (before, after):
        if not run.has(f"score-{card}"):
            raise ProblemError(problems.NOT_SCORED_THEN.at(run=run.id, card=card))


def _leaves(run: Run, card: str, subject: str | None) -> pl.DataFrame:
    table = run.table(f"breakdown-{card}").select("subject", "entry", "value", "points")
    if subject is not None:
        table = table.filter(pl.col("subject") == subject)
    return table.collect()
