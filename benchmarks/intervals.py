"""Rank intervals of 5,000 firms: 18 indicators in three groups, weights by stage, 8 % unknown, 1,000 draws of weights.

Peers do the same draws with the same rule for what is unknown. By hand: two products of matrices for each group and
draw, ranks by sorting. pandas: a data frame for each draw. The note is a sum over the interval ends of all firms; it
differs a little between cases, whose random numbers are not the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
from benchmarks.harness import Case, Scale, Subject, Timed
from numpy.typing import NDArray

from duofeng.brain.scores.card import Compiled, Scored, compile_card, scored
from duofeng.brain.scores.intervals import rank_intervals
from duofeng.zone.kinds.scorecard import Scorecard
from duofeng.zone.load import load_zone

HERE = "benchmarks.intervals:"
ZONES = Path(__file__).resolve().parents[1] / "zones"
CARD = "innovation-points"
ROWS = {"quick": 1_000, "full": 5_000, "large": 50_000}
DRAWS = {"quick": 200, "full": 1_000, "large": 1_000}
STAGES = ("startup", "growth", "steady")
SPREAD = 0.25
Floats = NDArray[np.float64]


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    return Subject(
        f"Rank intervals, {ROWS[scale]:,} firms × {DRAWS[scale]:,} draws of weights within ± 25 %",
        [
            Case("**Duofeng, zone and peer group**", HERE + "duofeng", size),
            Case("numpy by hand, zone only", HERE + "by_hand", size),
            Case("pandas, a frame for each draw, zone only", HERE + "with_pandas", size, most_rounds=1),
        ],
        remark="Only Duofeng also ranks inside the peer groups. Making the firms is not timed.",
    )


@dataclass(frozen=True)
class Firms:
    card: Scored
    points: dict[str, Floats]
    stage: NDArray[np.int64]


@cache
def firms(scale: Scale) -> Firms:
    """The card of the points over made-up values, scored once."""
    random, rows = np.random.default_rng(1), ROWS[scale]
    zone = load_zone(ZONES / (ZONES / "DEFAULT").read_text("utf-8").strip())
    card = next(each for each in zone.declared(Scorecard).values() if each.card == CARD)
    compiled: Compiled = compile_card(zone, card, card.from_)
    values = {path: np.exp(random.normal(10, 2, rows)) for path in compiled.leaves}
    for array in values.values():
        array[random.random(rows) < 0.08] = np.nan
    stage = random.integers(0, 3, rows)
    names = pl.Series("stage", [STAGES[each] for each in stage])
    sector = pl.Series("0", random.integers(0, 20, rows).astype(str))
    found = scored(compiled, pl.Series([f"{row:06}" for row in range(rows)]), names, [sector, names.alias("1")], values)
    return Firms(found, {".".join(path): array for path, array in found.points.items()}, stage)


def duofeng(scale: Scale) -> Timed:
    made = firms(scale)
    start = perf_counter()
    found = rank_intervals(made.card, DRAWS[scale])
    total = int(found.select(pl.col("rank_low").sum() + pl.col("rank_high").sum()).item())
    return Timed(perf_counter() - start, f"{total:,}")


def _weights(made: Firms) -> tuple[list[str], list[Floats]]:
    """Groups, and for each the weight by row."""
    parts = made.card.compiled.card.parts
    tables = [np.array([float(entry.weight[stage]) for stage in STAGES]) for entry in parts.values()]
    return list(parts), [table[made.stage] for table in tables]


def by_hand(scale: Scale) -> Timed:
    made = firms(scale)
    groups, weights = _weights(made)
    start = perf_counter()
    random, draws, rows = np.random.default_rng(2), DRAWS[scale], made.stage.size
    over, under = np.zeros((draws, rows)), np.zeros((draws, rows))
    for group, weight in zip(groups, weights, strict=True):
        leaves = np.stack([array for name, array in made.points.items() if name.startswith(f"{group}.")])
        known = (~np.isnan(leaves)).astype(np.float64)
        factors = random.uniform(1 - SPREAD, 1 + SPREAD, (draws, leaves.shape[0]))
        with np.errstate(invalid="ignore"):
            mean = (factors @ np.nan_to_num(leaves)) / (factors @ known)
        share = weight * random.uniform(1 - SPREAD, 1 + SPREAD, (draws, 1)) * ~np.isnan(mean)
        over += np.nan_to_num(mean) * share
        under += share
    ranks = np.empty((draws, rows), np.int32)
    for row, totals in enumerate(np.round(over / under, 9)):
        order = np.argsort(-totals, kind="stable")
        ranks[row, order] = np.arange(1, rows + 1)
    split = np.partition(ranks, [int(0.05 * (draws - 1)), draws - 1 - int(0.05 * (draws - 1))], axis=0)
    total = split[int(0.05 * (draws - 1))].sum() + split[draws - 1 - int(0.05 * (draws - 1))].sum()
    return Timed(perf_counter() - start, f"{int(total):,}")


def with_pandas(scale: Scale) -> Timed:
    import pandas as pd  # type: ignore[import-untyped]  # noqa: PLC0415  # no stubs; only this case needs it

    made = firms(scale)
    groups, weights = _weights(made)
    frames = {
        group: pd.DataFrame({name: array for name, array in made.points.items() if name.startswith(f"{group}.")})
        for group in groups
    }
    start = perf_counter()
    random, ranks = np.random.default_rng(2), []
    for _ in range(DRAWS[scale]):
        over = under = pd.Series(0.0, index=range(made.stage.size))
        for group, weight in zip(groups, weights, strict=True):
            frame = frames[group]
            factors = random.uniform(1 - SPREAD, 1 + SPREAD, frame.shape[1])
            mean = (frame * factors).sum(axis=1) / (frame.notna() * factors).sum(axis=1)
            share = weight * random.uniform(1 - SPREAD, 1 + SPREAD) * mean.notna()
            over, under = over + mean.fillna(0.0) * share, under + share
        ranks.append((over / under).rank(ascending=False, method="min"))
    table = pd.concat(ranks, axis=1)
    total = table.quantile(0.05, axis=1).sum() + table.quantile(0.95, axis=1).sum()
    return Timed(perf_counter() - start, f"{int(total):,}")
