"""Scores inside peer groups: winsorise, normalise, rank, weigh. Unknown is NaN; it takes no part and stays unknown.

Rows are put into the order of their groups once (`PeerGroups.gather`); every kernel works on contiguous slices, and
`scatter` puts the result back. A chain of steps stays in group order and pays for the moving once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ties = Literal["average", "min", "max", "dense"]
Missing = Literal["unknown", "renormalise"]
Kernel = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class PeerGroups:
    """`order` lists the rows group by group, `bounds` where each group begins (and the end), `keys` what it is called.

    Rows with an unknown key come last, after `bounds[-1]`; they have no peers and every result of theirs is NaN.
    """

    order: NDArray[np.int64]
    bounds: NDArray[np.int64]
    keys: pl.DataFrame

    @staticmethod
    def of(keys: pl.DataFrame | pl.Series) -> PeerGroups:
        """Groups of equal keys, sorted by key; several columns make one key (industry × stage)."""
        frame = keys.to_frame() if isinstance(keys, pl.Series) else keys
        names = frame.columns
        numbered = frame.with_row_index("#").drop_nulls(names).sort(*names, "#")
        sizes = numbered.group_by(names, maintain_order=True).len("#")
        known = numbered["#"].to_numpy().astype(np.int64)
        lost = np.setdiff1d(np.arange(frame.height), known, assume_unique=True)
        bounds = np.concatenate([[0], np.cumsum(sizes["#"].to_numpy())]).astype(np.int64)
        return PeerGroups(np.concatenate([known, lost]), bounds, sizes.drop("#"))

    @staticmethod
    def single(rows: int) -> PeerGroups:
        """Everybody is everybody's peer; nobody at all makes no group."""
        bounds = [0, rows] if rows else [0]
        return PeerGroups(np.arange(rows), np.array(bounds), pl.DataFrame({"group": ["all"][: len(bounds) - 1]}))

    def gather(self, values: Floats | pl.Series) -> Floats:
        """A copy in group order; nulls become NaN."""
        array = values.cast(pl.Float64).to_numpy() if isinstance(values, pl.Series) else values
        return np.asarray(array, np.float64)[self.order]

    def scatter(self, gathered: Floats) -> Floats:
        """Back into the order of the rows."""
        result = np.empty_like(gathered)
        result[self.order] = gathered
        return result

    def apply(self, kernel: Kernel, gathered: Floats) -> Floats:
        """`kernel` on each group of a column in group order."""
        result = np.full_like(gathered, np.nan)
        for start, stop in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            result[start:stop] = kernel(gathered[start:stop])
        return result


def chain(*kernels: Kernel) -> Kernel:
    """One kernel that runs the given ones after each other on a group while it is in the cache."""

    def run(values: Floats) -> Floats:
        for kernel in kernels:
            values = kernel(values)
        return values

    return run


# ---- kernels for one group ------------------------------------------------------------------------------------------


def quantiles(values: Floats, shares: Iterable[float]) -> list[float]:
    """Exact, linearly interpolated between neighbours (type 7, as numpy and Excel); NaN for an empty group."""
    known = _known(values)
    if known.size == 0:
        return [float("nan") for _ in shares]
    places = [(known.size - 1) * share for share in shares]
    below = [int(place) for place in places]
    above = [min(low + 1, known.size - 1) for low in below]
    split = np.partition(known, sorted({*below, *above}))
    return [
        float(split[low] + (split[high] - split[low]) * (place - low))
        for place, low, high in zip(places, below, above, strict=True)
    ]


def winsorize(low: float = 0.05, high: float = 0.95) -> Kernel:
    """Values beyond the quantiles `low` and `high` of the group are set to them."""

    def clip(values: Floats) -> Floats:
        least, most = quantiles(values, (low, high))
        return np.clip(values, least, most)

    return clip


def min_max(lowest: float = 0.0, highest: float = 100.0) -> Kernel:
    """Linear from the group's smallest to its largest value; a group without spread gets the middle."""

    def scale(values: Floats) -> Floats:
        known = _known(values)
        if known.size == 0:
            return np.full_like(values, np.nan)
        least, most = known.min(), known.max()
        if least == most:
            return np.where(np.isnan(values), np.nan, (lowest + highest) / 2)
        step = (highest - lowest) / float(most - least)
        return lowest + (values - float(least)) * step

    return scale


def z_score(mean: float = 0.0, deviation: float = 1.0) -> Kernel:
    """Standard deviations from the group's mean (sample deviation), moved to `mean` and `deviation`."""

    def scale(values: Floats) -> Floats:
        known = _known(values)
        spread = float(known.std(ddof=1)) if known.size > 1 else 0.0
        if spread == 0.0:
            return np.where(np.isnan(values), np.nan, mean)
        return mean + (values - float(known.mean())) * (deviation / spread)

    return scale


def rank(ties: Ties = "min", *, largest_first: bool = True) -> Kernel:
    """1 for the best. Equal values share their smallest place (`min`), the largest, the mean, or none is skipped."""

    def places(values: Floats) -> Floats:
        return _ranks(-values if largest_first else values, ties)

    return places


def percentile_rank(ties: Ties = "average") -> Kernel:
    """0 for the smallest, 100 for the largest: (rank − 1) ÷ (peers − 1). Alone in its group nobody has one."""

    def shares(values: Floats) -> Floats:
        peers = _known(values).size
        if peers < 2:
            return np.full_like(values, np.nan)
        return (_ranks(values, ties) - 1.0) * (100.0 / (peers - 1))

    return shares


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)] if _any_unknown(values) else values


def _any_unknown(values: Floats) -> bool:
    """The smallest of values with a NaN is NaN: one pass and nothing allocated."""
    return values.size > 0 and bool(np.isnan(np.min(values)))


def _ranks(values: Floats, ties: Ties) -> Floats:
    order = np.argsort(values)
    ordered = values[order]
    known = _known(ordered).size
    ranks = np.full_like(values, np.nan)
    if known == 0:
        return ranks
    ordered = ordered[:known]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    if begins.size == known:
        ranks[order[:known]] = np.arange(1, known + 1)
        return ranks
    sizes = np.diff(np.append(begins, known))
    ranks[order[:known]] = np.repeat(_shared(begins, sizes, ties), sizes)
    return ranks


def _shared(begins: NDArray[np.int64], sizes: NDArray[np.int64], ties: Ties) -> Floats:
    """The rank of each run of equal values, from where the run begins and how long it is."""
    if ties == "dense":
        return np.arange(1.0, begins.size + 1)
    past = {"min": np.zeros_like(sizes), "max": sizes - 1, "average": (sizes - 1) / 2.0}[ties]
    return np.asarray(begins + 1.0 + past, np.float64)


# ---- levels ---------------------------------------------------------------------------------------------------------


def arithmetic(columns: Sequence[Floats], weights: Sequence[float], missing: Missing = "unknown") -> Floats:
    """Weighted mean of columns. An unknown part makes the whole unknown, or the known weights are scaled up."""
    return _weighted(columns, weights, missing)


def _weighted(columns: Sequence[Floats], weights: Sequence[float], missing: Missing) -> Floats:
    total = np.zeros(columns[0].shape)
    if missing == "unknown":
        whole = float(sum(weights))
        for column, weight in zip(columns, weights, strict=True):
            total += column * (weight / whole)
        return total
    share = np.zeros_like(total)
    for column, weight in zip(columns, weights, strict=True):
        known = ~np.isnan(column)
        total += np.where(known, column, 0.0) * weight
        share += known * weight
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / np.where(share > 0, share, np.nan)
