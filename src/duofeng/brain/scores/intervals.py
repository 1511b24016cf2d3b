"""How far a rank rests on the weights: every weight moved at random within its declared bounds, many times."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.scores.card import Scored
from duofeng.brain.scores.points import Floats
from duofeng.brain.scores.tree import Path, Tree, combine, entries
from duofeng.zone.kinds.scorecard import Entry, Scorecard

DRAWS = 1_000
FEWEST_DRAWS = 50
MOST_RANKS = 5_000_000
"""Ranks drawn for a card: a thousand draws for 5,000 subjects. Beyond it draws get fewer, not below `FEWEST_DRAWS`:
a rank among a hundred thousand needs no third digit, and a run is to take seconds."""
CELLS = 250_000
"""Scores computed at once."""
DIGITS = 9
SHARES = (0.05, 0.95)
MOVED = frozenset({"sum", "arithmetic", "geometric"})
Ranks = NDArray[np.int32]


def draws_for(rows: int) -> int:
    """A thousand, or fewer for very many subjects."""
    return int(np.clip(MOST_RANKS // max(rows, 1), FEWEST_DRAWS, DRAWS))


def rank_intervals(scored: Scored, draws: int | None = None, shares: tuple[float, float] = SHARES) -> pl.DataFrame:
    """subject, rank_low, rank_high, group_rank_low, group_rank_high: nine ranks in ten lie within.

    Every weight is drawn evenly within ± `weights_within` of what the card says; a sum, which has no weights, has the
    full marks of its parts moved. The draws follow from the card's id alone: the same card and values give the same
    intervals. Subjects whose score is unknown or a range have none, and take no place from others.
    """
    known = np.flatnonzero(~np.isnan(scored.score))
    count = (draws or draws_for(known.size)) if _weighs(scored.compiled.card) else 1
    groups = _group_numbers(scored)[known]
    # Small numbers are sorted by their digits, which is much faster.
    narrow = groups.astype(np.int16) if groups.size == 0 or groups.max() < np.iinfo(np.int16).max else groups
    overall = np.empty((count, known.size), np.int32)
    inside = np.empty((count, known.size), np.int32)
    first = 0
    for totals in _totals(scored, known, count):
        last = first + totals.shape[0]
        for row, total in enumerate(totals, first):
            overall[row], inside[row] = _ranks(total, narrow)
        first = last
    columns = {}
    for name, ranks in (("rank", overall), ("group_rank", inside)):
        for end, found in zip(("low", "high"), _quantiles(ranks, shares), strict=True):
            columns[f"{name}_{end}"] = pl.Series(found, dtype=pl.Int64)
    table = pl.DataFrame({"subject": scored.subjects.gather(known), **columns})
    lost = pl.Series(groups < 0)
    return table.with_columns(pl.when(~lost).then(pl.col(name)) for name in ("group_rank_low", "group_rank_high"))


@dataclass(frozen=True)
class _Leaves:
    """A branch of leaves as two matrices (leaf × row): what each adds and how much it counts, before weights move."""

    aggregate: str
    paths: list[Path]
    worth: Floats
    counts: Floats
    whole: Floats
    anything: NDArray[np.bool_]

    @staticmethod
    def of(entry: Entry, path: Path, tree: Tree, points: Mapping[Path, Floats]) -> _Leaves:
        paths = [(*path, id) for id in entry.parts]
        parts = np.stack([points[each] for each in paths])
        rows = parts.shape[1]
        weights, full = (
            np.stack([np.broadcast_to(table[each], rows) for each in paths]) for table in (tree.weights, tree.full)
        )
        present = ~np.isnan(parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            worth = weights * np.log(np.maximum(parts, 0.0)) if entry.aggregate == "geometric" else weights * parts
        return _Leaves(
            entry.aggregate, paths, np.where(present & (weights != 0), worth, 0.0),
            np.where(present, weights * full if entry.aggregate == "sum" else weights, 0.0),
            full.sum(axis=0), np.asarray(present.any(axis=0)),
        )  # fmt: skip

    def total(self, factors: Mapping[Path, Floats]) -> Floats:
        """Scores of the branch, draw × row, under the moved weights."""
        drawn = np.concatenate([factors[each] for each in self.paths], axis=1)
        over, under = self._summed(drawn, self.worth), self._summed(drawn, self.counts)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.aggregate == "sum":
                result = over * np.where(under == 0, 1.0, self.whole / under)
            else:
                result = np.exp(over / under) if self.aggregate == "geometric" else over / under
        return np.where(self.anything, result, np.nan)

    @staticmethod
    def _summed(drawn: Floats, leaves: Floats) -> Floats:
        """Draw × leaf by leaf × row; one column where all rows are the same.

        Not the product of matrices of a linear-algebra library: its threads wait for each other on a busy machine, and
        it adds in an order of its own on every machine.
        """
        alike = leaves[:, :1]
        summed: Floats = np.einsum("dl,lr->dr", drawn, alike if (leaves == alike).all() else leaves)
        return summed


def _totals(scored: Scored, known: NDArray[np.int64], draws: int) -> Iterator[Floats]:
    """Totals under drawn weights: arrays of draws × subjects, some draws at a time."""
    card = scored.compiled.card
    spread = float(card.weights_within)
    random = np.random.default_rng(zlib.crc32(card.card.encode()))
    points = {path: array[known] for path, array in scored.tree.instead(scored.points, worst=True).items()}
    tree = Tree(card, _of_rows(scored.tree.weights, known), _of_rows(scored.tree.full, known))
    branches = {
        path: _Leaves.of(entry, path, tree, points)
        for path, entry in [((), card.root), *entries(card)]
        if entry.aggregate in MOVED and _only_leaves(entry)
    }
    at_once = max(1, CELLS // max(known.size, 1))
    for first in range(0, draws, at_once):
        several = min(at_once, draws - first)
        factors = {path: random.uniform(1 - spread, 1 + spread, (several, 1)) for path in tree.weights}
        total = _total(tree, points, branches, factors)
        yield np.broadcast_to(total, (several, known.size)).round(DIGITS)


def _weighs(card: Scorecard) -> bool:
    """Whether weights matter: not where the best or the worst part decides. Then every draw would be the same."""
    branches = (entry for _, entry in [((), card.root), *entries(card)] if entry.parts)
    return any(entry.aggregate in MOVED for entry in branches)


def _only_leaves(entry: Entry) -> bool:
    return bool(entry.parts) and not any(part.parts for part in entry.parts.values())


def _of_rows(table: Mapping[Path, Floats], known: NDArray[np.int64]) -> dict[Path, Floats]:
    return {path: array if np.ndim(array) == 0 else array[known] for path, array in table.items()}


def _total(
    tree: Tree, points: Mapping[Path, Floats], branches: Mapping[Path, _Leaves], factors: Mapping[Path, Floats]
) -> Floats:
    """The total alone, keeping no branch longer than it is needed."""

    def add(entry: Entry, path: Path) -> Floats:
        if path in branches:
            return branches[path].total(factors)
        if not entry.parts:
            return points[path]
        below = [(*path, id) for id in entry.parts]
        parts = [add(part, where) for part, where in zip(entry.parts.values(), below, strict=True)]
        weights = [factors[each] * tree.weights[each] for each in below]
        return combine(entry.aggregate, parts, weights, [tree.full[each] for each in below])

    return add(tree.card.root, ())


def _group_numbers(scored: Scored) -> NDArray[np.int64]:
    """The number of the peer group of every row; -1 without peers."""
    numbers = np.full(len(scored.subjects), -1)
    sizes = np.diff(scored.peers.bounds)
    numbers[scored.peers.order[: scored.peers.bounds[-1]]] = np.repeat(np.arange(sizes.size), sizes)
    return numbers


def _ranks(scores: Floats, groups: NDArray[np.int16] | NDArray[np.int64]) -> tuple[Ranks, Ranks]:
    """1 for the highest, among all and within each group; equal scores share the better place."""
    if scores.size == 0:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    order, ordered = _from_the_highest(scores)
    overall = _placed(order, _other(ordered))
    if (groups == groups[0]).all():
        return overall, overall
    of_order = groups[order]
    by_group = np.argsort(of_order, kind="stable")
    begins = _other(of_order[by_group])
    return overall, _placed(order[by_group], begins | _other(ordered[by_group]), begins)


def _from_the_highest(scores: Floats) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The order of scores with at most `DIGITS` decimals, and what tells them apart in it.

    Whole numbers that carry their row are sorted in a quarter of the time that sorting rows by scores takes.
    """
    bits = int(scores.size - 1).bit_length()
    if not np.abs(scores).max() * 10**DIGITS < 2 ** (62 - bits):  # too large, or not a number
        order = np.argsort(-scores)
        return order, scores[order]
    packed = (-np.rint(scores * 10**DIGITS).astype(np.int64) << bits) | np.arange(scores.size)
    packed.sort()
    return packed & ((1 << bits) - 1), packed >> bits


def _other(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Where another value begins."""
    return np.concatenate([[True], ordered[1:] != ordered[:-1]])


def _placed(order: NDArray[np.int64], fresh: NDArray[np.bool_], begins: NDArray[np.bool_] | None = None) -> Ranks:
    """The rank of every row: counted from where its equals begin, within the stretch that `begins` there or before."""
    places = np.arange(order.size, dtype=np.int32)
    better = np.maximum.accumulate(np.where(fresh, places, 0))
    if begins is not None:
        better -= np.maximum.accumulate(np.where(begins, places, 0))
    ranks = np.empty(order.size, np.int32)
    ranks[order] = better + 1
    return ranks


def _quantiles(ranks: Ranks, shares: tuple[float, float]) -> list[Ranks]:
    """Whole ranks: the draw at the share from below, and the one as far from above. Puts `ranks` in order."""
    count = ranks.shape[0]
    low, high = int(shares[0] * (count - 1)), count - 1 - int((1 - shares[1]) * (count - 1))
    ranks.sort(axis=0)  # in a quarter of the time that picking two of each column takes
    return [ranks[low], ranks[high]]
