"""From the value of a leaf to its points: by declared bands and lines, or by standing among peers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from duofeng.engine import groups
from duofeng.engine.groups import Kernel, PeerGroups
from duofeng.zone.kinds.scorecard import Entry, Scoring

Floats = NDArray[np.float64]
FULL = Decimal(100)
# A quotient such as 3/100 may differ from the bound 0.03 in its last bit; a person comparing them sees equal numbers.
NEARLY = 1e-12
Side = Callable[[Floats, float], NDArray[np.bool_]]
SIDES: dict[str, Side] = {
    "at_least": lambda values, bound: values >= bound - NEARLY * abs(bound),
    "above": lambda values, bound: values > bound + NEARLY * abs(bound),
    "at_most": lambda values, bound: values <= bound + NEARLY * abs(bound),
    "below": lambda values, bound: values < bound - NEARLY * abs(bound),
}


def full_marks(entry: Entry) -> float:
    assert entry.scoring is not None
    return float(entry.scoring.points or FULL)


def leaf_points(entry: Entry, values: Floats, peers: PeerGroups) -> Floats:
    """Points of every row, NaN where the value is unknown (or has no peers to stand among)."""
    scoring = entry.scoring
    assert scoring is not None
    prepared = _prepared(scoring, values)
    if scoring.by == "bands":
        return _by_bands(scoring, prepared)
    if scoring.by == "given":
        return np.clip(prepared, 0.0, full_marks(entry))
    if scoring.by in {"linear", "log"}:
        return _on_a_line(scoring, prepared) * full_marks(entry)
    signed = prepared if entry.direction == "up" else -prepared
    return peers.scatter(peers.apply(_kernel(scoring), peers.gather(signed))) / 100.0 * full_marks(entry)


def _prepared(scoring: Scoring, values: Floats) -> Floats:
    if scoring.clip is not None:
        values = np.clip(values, float(scoring.clip[0]), float(scoring.clip[1]))
    if scoring.log:
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.log1p(np.maximum(values, 0.0))
    return values


def _by_bands(scoring: Scoring, values: Floats) -> Floats:
    points, open_ = np.zeros_like(values), np.ones(values.shape, np.bool_)
    for band in scoring.bands:
        side, bound = band.bound
        reached = open_ if side == "else" else open_ & SIDES[side](values, float(bound))
        points[reached] = float(band.points)
        open_ &= ~reached
    return np.where(np.isnan(values), np.nan, points)


def _on_a_line(scoring: Scoring, values: Floats) -> Floats:
    assert scoring.from_ is not None
    assert scoring.to is not None
    start, stop = float(scoring.from_), float(scoring.to)
    if scoring.by == "log":
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.log(np.maximum(values, np.finfo(float).tiny))
        start, stop = float(np.log(start)), float(np.log(stop))
    return np.clip((values - start) / (stop - start), 0.0, 1.0)


def _kernel(scoring: Scoring) -> Kernel:
    """On one peer group, larger is better: 0 to 100."""
    first = [groups.winsorize(*(float(share) for share in scoring.winsorize))] if scoring.winsorize else []
    return groups.chain(*first, KERNELS[scoring.by])


def _by_rank(values: Floats) -> Floats:
    known = values.size - int(np.count_nonzero(np.isnan(values)))
    if known < 2:
        return np.full_like(values, np.nan)
    return (known - groups.rank("min")(values)) * (100.0 / (known - 1))


def _by_z(values: Floats) -> Floats:
    """The mean of the group scores 50, each standard deviation 10 more or less, within 0 and 100."""
    return np.clip(groups.z_score(50.0, 10.0)(values), 0.0, 100.0)


def _blend(values: Floats) -> Floats:
    """Half the percentile, half the place between the smallest and the largest."""
    return 0.5 * groups.percentile_rank()(values) + 0.5 * groups.min_max()(values)


KERNELS: dict[str, Kernel] = {
    "percentile": groups.percentile_rank(),
    "minmax": groups.min_max(),
    "rank": _by_rank,
    "zscore": _by_z,
    "blend": _blend,
}
