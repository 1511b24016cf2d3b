"""What a person needs of a peer group to redo a standing by hand: how many, the bounds, the mean, the deviation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from duofeng.brain.scores.card import Scored
from duofeng.brain.scores.points import Floats, prepared, scoring_of
from duofeng.engine import groups
from duofeng.zone.kinds.scorecard import PEER_METHODS, Entry

COLUMNS = ("minimum", "p_low", "p_high", "maximum", "mean", "deviation")
GROUPS = pl.Schema(
    {"group": pl.String(), "entry": pl.String(), "peers": pl.Int64(), "known": pl.Int64()}
    | dict.fromkeys(COLUMNS, pl.Float64())
)
"""One row per peer group and leaf that compares with peers. `known` are the peers whose value is known; all numbers are
of the value after `clip` and `log`; `p_low` and `p_high` are the winsorizing quantiles, null where nothing is cut;
`mean` and `deviation` (of a sample) are taken after cutting."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One value among its peers: `place` counts from the lowest in the good direction, equal values share the mean."""

    known: int
    place: float
    prepared: float
    cut: float


def group_statistics(scored: Scored) -> pl.DataFrame:
    """The table `GROUPS` of a scored card; empty for a card that compares nobody."""
    names = scored.group.to_numpy()
    firsts = scored.peers.order[scored.peers.bounds[:-1]]
    parts = []
    for path, (leaf, _) in scored.compiled.leaves.items():
        if scoring_of(leaf).by not in PEER_METHODS:
            continue
        gathered = scored.peers.gather(prepared(scoring_of(leaf), scored.values[path]))
        slices = zip(scored.peers.bounds[:-1], scored.peers.bounds[1:], strict=True)
        rows = [_of_group(leaf, gathered[start:stop]) for start, stop in slices]
        sizes = np.diff(scored.peers.bounds)
        table = pl.DataFrame(rows, schema=["known", *COLUMNS], orient="row")
        parts.append(
            table.select(
                pl.Series("group", names[firsts], pl.String),
                pl.lit(".".join(path)).alias("entry"),
                pl.Series("peers", sizes, pl.Int64),
                pl.col("known").cast(pl.Int64),
                pl.col(COLUMNS).cast(pl.Float64).fill_nan(None),
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=GROUPS)


def _of_group(leaf: Entry, values: Floats) -> tuple[float, ...]:
    known = values[~np.isnan(values)]
    if known.size == 0:
        return (0, *[float("nan")] * len(COLUMNS))
    shares = scoring_of(leaf).winsorize
    low, high = groups.quantiles(known, [float(share) for share in shares]) if shares else [float("nan")] * 2
    cut = np.clip(known, low, high) if shares else known
    deviation = float(cut.std(ddof=1)) if cut.size > 1 else float("nan")
    return known.size, float(known.min()), low, high, float(known.max()), float(cut.mean()), deviation


def standing(leaf: Entry, value: float, group: Floats) -> Standing:
    """Where `value` stands among the values of its whole group, itself included; as the percentile counts."""
    scoring = scoring_of(leaf)
    peers = prepared(scoring, group)
    mine = float(prepared(scoring, np.array([value]))[0])
    known = peers[~np.isnan(peers)]
    cut = mine
    if scoring.winsorize:
        low, high = groups.quantiles(known, [float(share) for share in scoring.winsorize])
        known, cut = np.clip(known, low, high), float(np.clip(mine, low, high))
    better = known > cut if leaf.direction == "down" else known < cut
    equal = int(np.count_nonzero(known == cut))
    return Standing(known.size, int(np.count_nonzero(better)) + (equal + 1) / 2, mine, cut)
