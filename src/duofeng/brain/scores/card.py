"""One scorecard over a profile: every leaf, every branch, the total with its range, grade and ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.scores.points import full_marks, leaf_points
from duofeng.engine import groups
from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.groups import PeerGroups
from duofeng.engine.program import evaluate
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.scorecard import Entry, Scorecard
from duofeng.zone.zone import Zone

Floats = NDArray[np.float64]
Path = tuple[str, ...]
NO_STAGE = ""


@dataclass(frozen=True)
class Compiled:
    """A card with its expressions parsed."""

    card: Scorecard
    as_of: date
    leaves: Mapping[Path, tuple[Entry, Expression]]
    rates: Expression | None
    stage: Expression | None
    peers: tuple[Expression, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Profile columns to ask for."""
        others = [each for each in (self.rates, self.stage, *self.peers) if each is not None]
        return columns_needed([*(leaf for _, leaf in self.leaves.values()), *others], self.as_of)


@dataclass(frozen=True)
class Scored:
    """Results in the order of `subjects`; unknown is NaN. Keys of the mappings are paths of ids, () the whole card.

    `points` are what leaves scored, `low` and `high` what every entry scores if all that is unknown came out worst or
    best; they are equal where all is known. `score` is the total, NaN where the card says an unknown part leaves a
    range. `coverage` is the share of full marks that rests on known values.
    """

    compiled: Compiled
    subjects: pl.Series
    stage: pl.Series
    group: pl.Series
    values: Mapping[Path, Floats] = field(repr=False)
    points: Mapping[Path, Floats] = field(repr=False)
    low: Mapping[Path, Floats] = field(repr=False)
    high: Mapping[Path, Floats] = field(repr=False)
    coverage: Floats = field(repr=False)
    peers: PeerGroups = field(repr=False)

    @property
    def score(self) -> Floats:
        low, high = self.low[()], self.high[()]
        return np.where(np.isclose(low, high, rtol=0, atol=1e-9), low, np.nan)

    def table(self) -> pl.DataFrame:
        """subject, stage, group, score, low, high, grade, rank, group_rank, coverage: one row per rated subject.

        Ranks go by score; a score that is still a range has none. Equal scores share the better rank.
        """
        score = np.round(self.score, 9)
        in_group = self.peers.scatter(self.peers.apply(groups.rank("min"), self.peers.gather(score)))
        return pl.DataFrame(
            {
                "subject": self.subjects,
                "stage": self.stage,
                "group": self.group,
                "score": score,
                "low": np.round(self.low[()], 9),
                "high": np.round(self.high[()], 9),
                "grade": grades(self.compiled.card, score),
                "rank": groups.rank("min")(score),
                "group_rank": in_group,
                "coverage": np.round(self.coverage, 9),
            }
        ).with_columns(
            pl.col("score", "low", "high").fill_nan(None), pl.col("rank", "group_rank").fill_nan(None).cast(pl.Int64)
        )

    def breakdown(self) -> pl.DataFrame:
        """subject, entry (ids joined by dots), value, points, low, high: one row per subject and entry, for the run."""
        parts = []
        for path in self.low:
            if path == ():
                continue
            leaf = path in self.points
            blank = np.full(len(self.subjects), np.nan)
            parts.append(
                pl.DataFrame(
                    {
                        "subject": self.subjects,
                        "entry": pl.repeat(".".join(path), len(self.subjects), eager=True),
                        "value": self.values[path] if leaf else blank,
                        "points": self.points[path] if leaf else blank,
                        "low": self.low[path],
                        "high": self.high[path],
                    }
                )
            )
        return pl.concat(parts).with_columns(pl.col("value", "points").fill_nan(None))


def compile_card(zone: Zone, card: Scorecard, as_of: date) -> Compiled:
    def parsed(text: str) -> Expression:
        return expression(zone, card.kind, text, None)

    leaves = {path: (leaf, parsed(leaf.value or "")) for path, leaf in card.root.leaves()}
    rates = expression(zone, card.kind, card.rates, "flag") if card.rates else None
    stage = parsed(card.stage) if card.stage else None
    return Compiled(card, as_of, leaves, rates, stage, tuple(parsed(text) for text in card.peers))


def score(compiled: Compiled, frame: pl.DataFrame) -> Scored:
    """The card for the rows of a profile that it rates. `frame` has `subject` and the card's columns."""
    card, as_of = compiled.card, compiled.as_of
    if compiled.rates is not None:
        frame = frame.filter(evaluate(compiled.rates, frame, as_of).fill_null(False))
    stage = evaluate(compiled.stage, frame, as_of).cast(pl.String) if compiled.stage else _blank(frame.height)
    keys = [evaluate(peer, frame, as_of).cast(pl.String).alias(str(index)) for index, peer in enumerate(compiled.peers)]
    peers = PeerGroups.of(pl.DataFrame(keys)) if keys else PeerGroups.single(frame.height)
    values = {path: _values(leaf, frame, as_of) for path, (_, leaf) in compiled.leaves.items()}
    points = {path: leaf_points(leaf, values[path], peers) for path, (leaf, _) in compiled.leaves.items()}
    low, high = _Tree(card, points, stage, worst=True), _Tree(card, points, stage, worst=False)
    low.total(), high.total()
    group = (
        pl.select(pl.concat_str(keys, separator=" · ", ignore_nulls=True)).to_series() if keys else _blank(frame.height)
    )
    return Scored(
        compiled,
        frame["subject"],
        stage,
        group.alias("group"),
        values,
        points,
        low.scores,
        high.scores,
        low.coverage(),
        peers,
    )


def grades(card: Scorecard, scores: Floats) -> pl.Series:
    """The grade of each score; null where the score is still a range or below the lowest grade."""
    names = np.full(scores.shape, None, dtype=object)
    for grade in reversed(card.grades):
        names[scores >= float(grade.from_) - 1e-9] = grade.grade
    return pl.Series("grade", names, dtype=pl.String)


def _values(leaf: Expression, frame: pl.DataFrame, as_of: date) -> Floats:
    """Numbers as they are, money in whole units, flags as 0 and 1."""
    series = evaluate(leaf, frame, as_of)
    numbers = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return numbers / 100.0 if leaf.type == "money" else np.array(numbers)


def _blank(height: int) -> pl.Series:
    return pl.repeat(NO_STAGE, height, dtype=pl.String, eager=True)


class _Tree:
    """Adds a card up, with unknown leaves at their worst or at their best (or left out, where the card says so)."""

    def __init__(self, card: Scorecard, points: Mapping[Path, Floats], stage: pl.Series, *, worst: bool) -> None:
        self.card, self.points, self.stage, self.worst = card, points, stage, worst
        self.scores: dict[Path, Floats] = {}
        self.known: dict[Path, Floats] = {}

    def total(self) -> Floats:
        return self._entry(self.card.root, ())

    def coverage(self) -> Floats:
        return self.known[()]

    def _entry(self, entry: Entry, path: Path) -> Floats:
        if not entry.parts:
            self.scores[path], self.known[path] = self._leaf(entry, self.points[path])
            return self.scores[path]
        parts = [self._entry(part, (*path, id)) for id, part in entry.parts.items()]
        weights = [self._weight(part) for part in entry.parts.values()]
        known = [self.known[(*path, id)] for id in entry.parts]
        full = [weight * _full(part) for part, weight in zip(entry.parts.values(), weights, strict=True)]
        # What is left out of a card that re-weights has NaN in `parts` and takes no part here.
        with np.errstate(invalid="ignore", divide="ignore"):
            self.scores[path] = combine(entry, parts, weights)
            self.known[path] = sum(
                (part * share for part, share in zip(known, full, strict=True)), start=np.zeros(len(self.stage))
            ) / sum(full, start=np.zeros(len(self.stage)))
        return self.scores[path]

    def _leaf(self, entry: Entry, points: Floats) -> tuple[Floats, Floats]:
        unknown = np.isnan(points)
        if self.card.missing == "reweight":
            return points, (~unknown).astype(np.float64)
        instead = full_marks(entry) if self.card.missing == "range" and not self.worst else 0.0
        return np.where(unknown, instead, points), (~unknown).astype(np.float64)

    def _weight(self, entry: Entry) -> Floats:
        return weights_of(entry, self.stage)


def weights_of(entry: Entry, stage: pl.Series) -> Floats:
    """The weight of an entry for every row; NaN for a row whose stage is unknown where weights go by stage."""
    if not isinstance(entry.weight, Mapping):
        return np.full(len(stage), float(entry.weight))
    table = {name: float(weight) for name, weight in entry.weight.items()}
    return stage.replace_strict(table, default=None, return_dtype=pl.Float64).fill_null(float("nan")).to_numpy()


def combine(entry: Entry, parts: list[Floats], weights: list[Floats]) -> Floats:
    """Parts of a branch put together; NaN parts (left out by re-weighting) take no part."""
    stacked, shares = np.stack(parts), np.stack(weights)
    present = ~np.isnan(stacked)
    if entry.aggregate in {"best", "worst"}:
        empty = -np.inf if entry.aggregate == "best" else np.inf
        filled = np.where(present, stacked, empty)
        chosen: Floats = filled.max(axis=0) if entry.aggregate == "best" else filled.min(axis=0)
        return np.where(present.any(axis=0), chosen, np.nan)
    if entry.aggregate == "sum":
        return np.where(present.any(axis=0), np.where(present, stacked, 0.0).sum(axis=0), np.nan)
    shares = np.where(present, shares, 0.0)
    used = np.log(np.maximum(stacked, 0.0)) if entry.aggregate == "geometric" else stacked
    weighted: Floats = np.where(shares > 0, used * shares, 0.0).sum(axis=0) / shares.sum(axis=0)
    return np.exp(weighted) if entry.aggregate == "geometric" else weighted


def _full(entry: Entry) -> float:
    """Full marks of an entry: of a sum those of its parts together, of anything else those of its best part."""
    if not entry.parts:
        return full_marks(entry)
    fulls = [_full(part) for part in entry.parts.values()]
    return sum(fulls) if entry.aggregate == "sum" else max(fulls)
