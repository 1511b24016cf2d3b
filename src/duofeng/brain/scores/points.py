"""From the value of a leaf to its points: by declared bands and lines, or by standing among peers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from duofeng.engine import groups
from duofeng.engine.groups import Kernel, PeerGroups
from duofeng.zone.kinds.scorecard import PEER_METHODS, Entry, Scoring

Floats = NDArray[np.float64]
# A quotient such as 3/100 may differ from the bound 0.03 in its last bit; a person comparing them sees equal numbers.
NEARLY = 1e-12
FEWEST_PEERS = 2
"""Nobody stands above or below anybody alone: with fewer known values in the group a leaf is unknown."""
Side = Callable[[Floats, float], NDArray[np.bool_]]
SIDES: dict[str, Side] = {
    "at_least": lambda values, bound: values >= bound - NEARLY * abs(bound),
    "above": lambda values, bound: values > bound + NEARLY * abs(bound),
    "at_most": lambda values, bound: values <= bound + NEARLY * abs(bound),
    "below": lambda values, bound: values < bound - NEARLY * abs(bound),
}


def scoring_of(entry: Entry) -> Scoring:
    """How a leaf is scored; only leaves have that."""
    assert entry.scoring is not None
    return entry.scoring


def full_marks(entry: Entry) -> float:
    return float(scoring_of(entry).full_marks)


def best_points(entry: Entry) -> float:
    """The most that an unknown value of a leaf could turn out to give."""
    scoring = scoring_of(entry)
    return float(max(band.points for band in scoring.bands)) if scoring.by == "bands" else full_marks(entry)


def worst_points(entry: Entry) -> float:
    """The least that an unknown value of a leaf could turn out to give."""
    scoring = scoring_of(entry)
    if scoring.by != "bands":
        return float(scoring.least)
    given = [float(band.points) for band in scoring.bands]
    return min(given if scoring.bands[-1].bound[0] == "else" else [*given, 0.0])


def leaf_points(entry: Entry, values: Floats, peers: PeerGroups) -> Floats:
    """Points of every row, NaN where the value is unknown (or has no peers to stand among)."""
    scoring = scoring_of(entry)
    scaled = prepared(scoring, values)
    if scoring.by == "bands":
        return _by_bands(scoring, scaled)
    least, full = float(scoring.least), full_marks(entry)
    if scoring.by == "given":
        return np.clip(scaled, least, full)
    if scoring.by in PEER_METHODS:
        share = peers.scatter(peers.apply(kernel(entry), peers.gather(scaled))) / 100.0
    else:
        share = _on_a_line(scoring, scaled)
    return least + share * (full - least)


def prepared(scoring: Scoring, values: Floats) -> Floats:
    """Values within the declared bounds, then as logarithms, as the card says."""
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


def kernel(entry: Entry) -> Kernel:
    """What is done to the prepared values of one peer group: 0 to 100, whichever direction is good."""
    scoring = scoring_of(entry)
    steps = [groups.winsorize(*(float(share) for share in scoring.winsorize))] if scoring.winsorize else []
    # Extremes are cut first and the direction turned afterwards: the declared quantiles are those of the value.
    if entry.direction == "down":
        steps.append(np.negative)
    return _among_peers(groups.chain(*steps, KERNELS[scoring.by]))


def _among_peers(inner: Kernel) -> Kernel:
    def run(values: Floats) -> Floats:
        known = values.size - int(np.count_nonzero(np.isnan(values)))
        return inner(values) if known >= FEWEST_PEERS else np.full_like(values, np.nan)

    return run


def _by_rank(values: Floats) -> Floats:
    known = values.size - int(np.count_nonzero(np.isnan(values)))
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
