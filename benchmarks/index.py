"""A composite index: 30 indicators, percentile rank in 60 peer groups after winsorising, three levels, rank in group.

Every case does the same: winsorise at 5 % and 95 % of the group, percentile rank with ties shared and moved to 1–100,
weighted geometric means 30 → 10, arithmetic 10 → 4, geometric 4 → 1, then the rank in the group. The note is the sum of
scores and of ranks and must agree.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from benchmarks.harness import Case, Scale, Subject
from numpy.typing import NDArray

from duofeng.engine.groups import PeerGroups, arithmetic, chain, geometric, percentile_rank, rank, winsorize

ROWS = {"quick": 100_000, "full": 1_000_000, "large": 10_000_000}
INDICATORS, PEERS, LOW, HIGH = 30, 60, 0.05, 0.95
NAMES = [f"x{number:02}" for number in range(INDICATORS)]
HERE = "benchmarks.index:"
Floats = NDArray[np.float64]


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    return Subject(
        title=f"{ROWS[scale]:,} firms × {INDICATORS} indicators, percentile in {PEERS} peer groups, three levels, rank",
        cases=[
            Case("reading the file, which every case does", HERE + "reading", size),
            Case("**Duofeng peer groups**", HERE + "duofeng", size),
            Case("numpy by hand, group slices, 2 threads", HERE + "by_hand", size),
            Case("Polars, rank over groups", HERE + "polars_over", size),
            Case("pandas, groupby and transform", HERE + "pandas_transform", size, most_rounds=2),
        ],
        prepare=[Case("data", HERE + "prepare", size)],
    )


def path(scale: str) -> Path:
    return Path(tempfile.gettempdir()) / "duofeng-benchmarks" / f"index-{ROWS[scale]}.parquet"


def prepare(scale: str) -> None:
    target, rows, random = path(scale), ROWS[scale], np.random.default_rng(11)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        columns = {name: np.round(random.lognormal(3, 1, rows), 2) for name in NAMES}
        pl.DataFrame({"peers": random.integers(0, PEERS, rows), **columns}).write_parquet(target, compression="lz4")


def weights() -> list[Floats]:
    random = np.random.default_rng(12)
    return [random.uniform(1, 3, size) for size in (30, 10, 4)]


def noted(score: Floats, ranks: Floats) -> str:
    return f"scores {score.sum():.3f}, ranks {ranks.sum():.0f}"


def levels(columns: list[Floats], mean: Callable[..., Floats], geometric_mean: Callable[..., Floats]) -> Floats:
    """30 → 10 → 4 → 1 with the given means."""
    first, second, third = weights()
    ten = [geometric_mean(columns[at : at + 3], first[at : at + 3]) for at in range(0, 30, 3)]
    bounds = [0, 3, 6, 8, 10]
    four = [mean(ten[a:b], second[a:b]) for a, b in itertools.pairwise(bounds)]
    return geometric_mean(four, third)


def reading(scale: Scale) -> str:
    return f"{pl.read_parquet(path(scale)).height:,} rows"


def duofeng(scale: Scale) -> str:
    frame = pl.read_parquet(path(scale))
    peers = PeerGroups.of(frame["peers"])
    kernel = chain(winsorize(LOW, HIGH), percentile_rank(), _from_one)
    with ThreadPoolExecutor(2) as pool:
        columns = list(pool.map(lambda name: peers.apply(kernel, peers.gather(frame[name])), NAMES))
    score = levels(columns, arithmetic, geometric)
    ranks = peers.apply(rank(), score)
    return noted(peers.scatter(score), peers.scatter(ranks))


def _from_one(values: Floats) -> Floats:
    return 1.0 + values * 0.99


# ---- by hand --------------------------------------------------------------------------------------------------------


def by_hand(scale: Scale) -> str:
    frame = pl.read_parquet(path(scale))
    codes = frame["peers"].to_numpy()
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(PEERS + 1))

    def one(name: str) -> Floats:
        values = frame[name].to_numpy()[order]
        for start, stop in itertools.pairwise(bounds):
            part = values[start:stop]
            place = (part.size - 1) * LOW, (part.size - 1) * HIGH
            low, high = int(place[0]), int(place[1])
            cut = np.partition(part, (low, low + 1, high, high + 1))
            least = cut[low] + (cut[low + 1] - cut[low]) * (place[0] - low)
            most = cut[high] + (cut[high + 1] - cut[high]) * (place[1] - high)
            part = np.clip(part, least, most)
            values[start:stop] = 1.0 + (_average_ranks(part) - 1.0) * (99.0 / (part.size - 1))
        return values

    with ThreadPoolExecutor(2) as pool:
        columns = list(pool.map(one, NAMES))
    score = levels(columns, _mean, _geometric)
    ranks = np.empty_like(score)
    for start, stop in itertools.pairwise(bounds):
        down = -score[start:stop]
        ordered = np.sort(down)
        ranks[start:stop] = np.searchsorted(ordered, down) + 1
    back_score, back_ranks = np.empty_like(score), np.empty_like(ranks)
    back_score[order], back_ranks[order] = score, ranks
    return noted(back_score, back_ranks)


def _average_ranks(part: Floats) -> Floats:
    order = np.argsort(part)
    ordered = part[order]
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(begins, part.size))
    ranks = np.empty_like(part)
    ranks[order] = np.repeat(begins + (sizes + 1) / 2, sizes)
    return ranks


def _mean(columns: list[Floats], by: Floats) -> Floats:
    total = columns[0] * (by[0] / by.sum())
    for column, weight in zip(columns[1:], by[1:], strict=True):
        total += column * (weight / by.sum())
    return total


def _geometric(columns: list[Floats], by: Floats) -> Floats:
    return np.exp(_mean([np.log(column) for column in columns], by))


# ---- peers ----------------------------------------------------------------------------------------------------------


def polars_over(scale: Scale) -> str:
    frame = pl.read_parquet(path(scale))
    bounds = frame.group_by("peers").agg(
        *(pl.col(name).quantile(LOW, "linear").alias(f"{name}<") for name in NAMES),
        *(pl.col(name).quantile(HIGH, "linear").alias(f"{name}>") for name in NAMES),
    )
    clipped = frame.join(bounds, on="peers", maintain_order="left").select(
        "peers", *(pl.col(name).clip(pl.col(f"{name}<"), pl.col(f"{name}>")) for name in NAMES)
    )
    ranked = clipped.select(
        "peers",
        *(
            (1 + (pl.col(name).rank("average").over("peers") - 1) * (99 / (pl.len().over("peers") - 1))).alias(name)
            for name in NAMES
        ),
    )
    score = levels([ranked[name].to_numpy() for name in NAMES], _mean, _geometric)
    scored = pl.DataFrame({"peers": ranked["peers"], "score": score})
    ranks = scored.select(pl.col("score").rank("min", descending=True).over("peers")).to_series()
    return noted(score, ranks.cast(pl.Float64).to_numpy())


def pandas_transform(scale: Scale) -> str:
    frame = pd.read_parquet(path(scale))
    grouped = frame.groupby("peers")[NAMES]
    low, high = (grouped.quantile(share).reindex(frame["peers"]).to_numpy() for share in (LOW, HIGH))
    clipped = frame[NAMES].clip(low, high)
    sizes = frame.groupby("peers")["peers"].transform("size").to_numpy()
    ranks = clipped.groupby(frame["peers"]).rank()
    columns = [1 + (ranks[name].to_numpy() - 1) * (99 / (sizes - 1)) for name in NAMES]
    score = levels(columns, _mean, _geometric)
    places = pd.Series(score).groupby(frame["peers"]).rank("min", ascending=False)
    return noted(score, places.to_numpy())
