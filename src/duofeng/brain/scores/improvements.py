"""What a subject can honestly do about its score, cheapest first: the smallest change of a leaf that gains points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from duofeng.brain.scores.card import SAME, Scored
from duofeng.brain.scores.points import SIDES, Floats, leaf_points, scoring_of
from duofeng.brain.scores.tree import Path, Tree
from duofeng.engine import tree as nodes
from duofeng.engine.expression import Expression, bind
from duofeng.engine.groups import PeerGroups
from duofeng.engine.program import evaluate_nodes
from duofeng.zone.kinds.scorecard import PEER_METHODS, Entry, Scoring

Step = Literal["band", "line", "peers"]
TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Improvement:
    """Move one leaf to `target` (beyond it, where `beyond`) and the total gains `gain`, if nobody else moves.

    `step` says how the target was chosen: the next `band`; a tenth of a `line`; among `peers` the next tenth of the
    group. `also` is the same change in the numerator of a ratio, in `also_unit`: how much more research spending makes
    up the share.
    """

    path: Path
    entry: Entry
    value: float
    target: float
    beyond: bool
    step: Step
    points: float
    points_after: float
    gain: float
    also: float | None = None
    also_unit: str | None = None

    @property
    def per_effort(self) -> float:
        return self.gain / self.entry.effort


def improvements(scored: Scored, row: int, profile: pl.DataFrame | None = None) -> list[Improvement]:
    """By gain per effort, the best first. `scored` holds the whole peer group of the row; `profile` is its one row.

    A total that is still a range is measured by its lower end.
    """
    found = list(_candidates(scored, row, profile))
    if not found:
        return []
    base = {path: array[row] for path, array in scored.tree.instead(scored.points, worst=True).items()}
    variants = {path: np.full(len(found), points) for path, points in base.items()}
    for number, each in enumerate(found):
        variants[each.path][number] = each.points_after
    alone = row_tree(scored, row)
    totals = np.broadcast_to(alone.add_up(variants)[()], len(found))
    gained = [replace(each, gain=float(total - scored.low[()][row])) for each, total in zip(found, totals, strict=True)]
    worth = [each for each in gained if each.gain > SAME]
    return sorted(worth, key=lambda each: (-round(each.per_effort, 9), each.entry.effort, each.path))


def row_tree(scored: Scored, row: int) -> Tree:
    """The card as it is added up for one row."""
    weights = {path: _at(array, row) for path, array in scored.tree.weights.items()}
    return Tree(scored.compiled.card, weights, {path: _at(array, row) for path, array in scored.tree.full.items()})


def _at(array: Floats, row: int) -> Floats:
    return np.asarray(array if np.ndim(array) == 0 else array[row])


def _candidates(scored: Scored, row: int, profile: pl.DataFrame | None) -> Iterator[Improvement]:
    for path, (leaf, expression) in scored.compiled.leaves.items():
        value = float(scored.values[path][row])
        if not leaf.improvable or np.isnan(value) or np.isnan(scored.points[path][row]):
            continue
        found = _next(leaf, value, scored.values[path])
        if found is None:
            continue
        target, beyond, step = found
        points = float(scored.points[path][row])
        after = _points_at(scored, leaf, path, row, _just_past(target, _way(leaf)) if beyond else target)
        if after > points + SAME:
            also, unit = _in_numerator(expression, scored, profile, target - value)
            yield Improvement(path, leaf, value, target, beyond, step, points, after, 0.0, also, unit)


def _just_past(bound: float, way: int) -> float:
    """Farther than the tolerance by which a quotient equals its bound."""
    return bound + way * max(abs(bound) * 1e-9, 1e-9)


def _way(leaf: Entry) -> int:
    return -1 if leaf.direction == "down" else 1


def _next(leaf: Entry, value: float, group: Floats) -> tuple[float, bool, Step] | None:
    """The next value worth reaching, whether it must be passed, and how it was chosen."""
    scoring = scoring_of(leaf)
    if scoring.by == "bands":
        return _next_band(scoring, value)
    if scoring.by in PEER_METHODS:
        target = _next_tenth(leaf, value, group)
        return None if target is None else (target, False, "peers")
    if scoring.by == "given":
        step = float(scoring.full_marks) * TENTH
        target = min(value + step, float(scoring.full_marks))
        return (target, False, "line") if target > value else None
    return _along_the_line(scoring, value)


def _next_band(scoring: Scoring, value: float) -> tuple[float, bool, Step] | None:
    now = _band_points(scoring, value)
    for band in reversed(scoring.bands):
        side, bound = band.bound
        if bound is not None and float(band.points) > now:
            return float(bound), side in {"above", "below"}, "band"
    return None


def _band_points(scoring: Scoring, value: float) -> float:
    for band in scoring.bands:
        side, bound = band.bound
        if side == "else" or SIDES[side](np.array([value]), float(bound))[0]:
            return float(band.points)
    return 0.0


def _along_the_line(scoring: Scoring, value: float) -> tuple[float, bool, Step] | None:
    assert scoring.from_ is not None
    assert scoring.to is not None
    start, stop = float(scoring.from_), float(scoring.to)
    if scoring.by == "log":
        share = (np.log(max(value, min(start, stop))) - np.log(start)) / (np.log(stop) - np.log(start))
    else:
        share = (value - start) / (stop - start)
    if share >= 1:
        return None
    share = min(max(share, 0.0) + TENTH, 1.0)
    if scoring.by == "log":
        return float(np.exp(np.log(start) + share * (np.log(stop) - np.log(start)))), False, "line"
    return start + share * (stop - start), False, "line"


def _next_tenth(leaf: Entry, value: float, group: Floats) -> float | None:
    """The nearest peer's value that passes a tenth of the group; the best peer's where fewer are ahead."""
    way = _way(leaf)
    peers = np.sort(way * group[~np.isnan(group)])
    mine = way * value
    ahead = np.unique(peers[peers > mine])
    if ahead.size == 0:
        return None
    passed = np.searchsorted(peers, ahead, "left") - np.searchsorted(peers, mine, "left")
    enough = np.flatnonzero(passed >= TENTH * (peers.size - 1))
    return float(way * ahead[enough[0] if enough.size else -1])


def _points_at(scored: Scored, leaf: Entry, path: Path, row: int, value: float) -> float:
    """The points of the leaf if its value were another, among the same peers."""
    if scoring_of(leaf).by not in PEER_METHODS:
        return float(leaf_points(leaf, np.array([value]), PeerGroups.single(1))[0])
    values = scored.values[path].copy()
    values[row] = value
    return float(leaf_points(leaf, values, scored.peers)[row])


def _in_numerator(
    expression: Expression, scored: Scored, profile: pl.DataFrame | None, change: float
) -> tuple[float | None, str | None]:
    """The change of a ratio as one of its numerator, and the unit of that."""
    node = bind(expression, scored.compiled.as_of)
    if profile is None or not isinstance(node, nodes.Arithmetic) or node.operator != "/":
        return None, None
    below = evaluate_nodes([node.right], profile)[0][0]
    if below is None:
        return None, None
    more = change * float(below) / (100.0 if node.right.type == "money" else 1.0)
    # Nobody hires a fifth of a person: whole things are counted whole.
    whole = node.left.type == "integer"
    return (math.copysign(math.ceil(abs(more) - SAME), more) if whole else more), node.left.unit
