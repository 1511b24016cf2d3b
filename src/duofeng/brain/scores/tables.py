"""What a run keeps of a card: scores with ranks and rank intervals, the breakdown, statistics of its peer groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from duofeng.brain.scores.card import Compiled, Scored, score
from duofeng.brain.scores.intervals import rank_intervals
from duofeng.brain.scores.statistics import group_statistics


def score_tables(compiled: Compiled, profile: pl.DataFrame) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Names and tables, each in parts: `score-<card>`, `breakdown-<card>`, `groups-<card>`.

    `profile` is that of the card's register. `score-<card>` is the table of `Scored.table` with `rank_low`,
    `rank_high`, `group_rank_low`, `group_rank_high` (see `rank_intervals`).
    """
    name = compiled.card.card
    scored = score(compiled, profile)
    yield f"score-{name}", [with_intervals(scored)]
    yield f"breakdown-{name}", scored.breakdown()
    yield f"groups-{name}", [group_statistics(scored)]


def with_intervals(scored: Scored) -> pl.DataFrame:
    return scored.table().join(rank_intervals(scored), on="subject", how="left", maintain_order="left")
