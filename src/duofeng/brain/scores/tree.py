"""A card added up: leaves into branches, branches into the total.

Arrays hold one number per row, or one per row and draw of weights. NaN is a part that takes no part (left out by
re-weighting) or cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.scores.points import Floats, best_points, full_marks, worst_points
from duofeng.zone.kinds.scorecard import Aggregate, Entry, Scorecard

Path = tuple[str, ...]
WEIGHTED: frozenset[str] = frozenset({"arithmetic", "geometric"})


@dataclass(frozen=True)
class Tree:
    """A card with the weight and the full marks of every entry, for each row (or for all alike)."""

    card: Scorecard
    weights: Mapping[Path, Floats]
    full: Mapping[Path, Floats] = field(repr=False)

    @staticmethod
    def of(card: Scorecard, stage: pl.Series) -> Tree:
        """Weights for the stage of every row; NaN for a row whose stage is unknown where weights go by stage."""
        weights = {path: _weights(entry, stage) for path, entry in entries(card)}
        one = np.asarray(1.0)
        bare = Tree(card, weights, {(): one, **dict.fromkeys(weights, one)})
        marks = {path: np.asarray(full_marks(leaf)) for path, leaf in card.root.leaves()}
        return Tree(card, weights, bare.add_up(marks))

    def add_up(self, points: Mapping[Path, Floats]) -> dict[Path, Floats]:
        """The score of every entry, () being the whole card, from the points of its leaves."""
        scores = dict(points)

        def add(entry: Entry, path: Path) -> Floats:
            if entry.parts:
                below = [(*path, id) for id in entry.parts]
                parts = [add(part, where) for part, where in zip(entry.parts.values(), below, strict=True)]
                weights, full = [self.weights[each] for each in below], [self.full[each] for each in below]
                scores[path] = combine(entry.aggregate, parts, weights, full)
            return scores[path]

        add(self.card.root, ())
        return scores

    def extremes(self, points: Mapping[Path, Floats]) -> tuple[dict[Path, Floats], dict[Path, Floats]]:
        """Every entry if all that is unknown came out worst, and if it came out best."""
        return tuple(self.add_up(self.instead(points, worst=worst)) for worst in (True, False))  # type: ignore[return-value]  # two of them

    def instead(self, points: Mapping[Path, Floats], *, worst: bool) -> dict[Path, Floats]:
        """The points of leaves, unknown ones as the card says: their worst or best, zero, or left out."""
        match self.card.missing:
            case "reweight":
                return dict(points)
            case "zero":
                return {path: np.nan_to_num(array, nan=0.0) for path, array in points.items()}
        least = worst_points if worst else best_points
        leaves = dict(self.card.root.leaves())
        return {path: np.where(np.isnan(array), least(leaves[path]), array) for path, array in points.items()}

    def coverage(self, points: Mapping[Path, Floats]) -> Floats:
        """The share of the card's weight that rests on known values."""

        def known(entry: Entry, path: Path) -> Floats:
            if not entry.parts:
                return (~np.isnan(points[path])).astype(np.float64)
            shares = [self._share(entry.aggregate, (*path, id)) for id in entry.parts]
            parts = [known(part, (*path, id)) for id, part in entry.parts.items()]
            return np.asarray(sum(p * w for p, w in zip(parts, shares, strict=True)) / sum(shares))

        return known(self.card.root, ())

    def _share(self, aggregate: Aggregate, path: Path) -> Floats:
        if aggregate in WEIGHTED:
            return self.weights[path]
        return self.full[path] if aggregate == "sum" else np.asarray(1.0)


def combine(aggregate: Aggregate, parts: Sequence[Floats], weights: Sequence[Floats], full: Sequence[Floats]) -> Floats:
    """Parts of a branch put together; NaN parts take no part, and their weight goes to the others.

    A sum keeps its full marks: what is left out is scaled up by the full marks of what is there.
    """
    if aggregate == "best":
        return np.asarray(np.fmax.reduce(np.broadcast_arrays(*parts)))
    if aggregate == "worst":
        return np.asarray(np.fmin.reduce(np.broadcast_arrays(*parts)))
    total = share = whole = np.asarray(0.0)
    anything = np.asarray(False)
    with np.errstate(divide="ignore", invalid="ignore"):
        for part, weight, marks in zip(parts, weights, full, strict=True):
            present = ~np.isnan(part)
            anything = anything | present
            counts = weight * marks if aggregate == "sum" else weight
            worth = weight * np.log(np.maximum(part, 0.0)) if aggregate == "geometric" else weight * part
            # A part that weighs nothing adds nothing, even where its logarithm is minus infinity.
            total = total + _where(present & (weight != 0), worth, 0.0)
            share = share + _where(present, counts, 0.0)
            whole = whole + marks
        if aggregate == "sum":
            result = total * np.where(share == 0, 1.0, whole / share)
        else:
            result = np.exp(total / share) if aggregate == "geometric" else total / share
    return _where(anything, result, np.nan)


def _where(holds: NDArray[np.bool_], value: Floats, otherwise: float) -> Floats:
    """The value where it holds; as a rule that is everywhere."""
    return value if holds.all() else np.where(holds, value, otherwise)


def entries(card: Scorecard) -> list[tuple[Path, Entry]]:
    """Every entry with the ids that lead to it, branches before their parts."""
    return [(tuple(str(step) for step in path[1::2]), entry) for path, entry in card.entries()]


def _weights(entry: Entry, stage: pl.Series) -> Floats:
    if not isinstance(entry.weight, Mapping):
        return np.asarray(float(entry.weight))
    table = {name: float(weight) for name, weight in entry.weight.items()}
    return stage.replace_strict(table, default=None, return_dtype=pl.Float64).fill_null(float("nan")).to_numpy()
