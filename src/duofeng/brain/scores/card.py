"""One scorecard over a profile: every leaf, every branch, the total with its range, grade and ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from duofeng.brain.scores.points import Floats, leaf_points
from duofeng.brain.scores.tree import Path, Tree
from duofeng.engine import groups
from duofeng.engine.expression import Expression, bind, columns_needed
from duofeng.engine.groups import PeerGroups
from duofeng.engine.links import Links, columns_read, links_needed
from duofeng.engine.program import evaluate, evaluate_nodes
from duofeng.zone.expressions import expression, parts_asked
from duofeng.zone.kinds.scorecard import Entry, Scorecard
from duofeng.zone.zone import Zone

NO_STAGE = ""
SAME = 1e-9
"""Scores closer than this are one score: a card is added up in binary, its marks are decimal."""
THREADS = 2
FEW = 5_000
"""Subjects for whom threads take longer to start than to score: a sheet on a page scores one group."""
GROUP_SEPARATOR = " · "


@dataclass(frozen=True)
class Compiled:
    """A card with its expressions parsed."""

    card: Scorecard
    as_of: date
    leaves: Mapping[Path, tuple[Entry, Expression]]
    rates: Expression | None
    stage: Expression | None
    peers: tuple[Expression, ...]
    parts: tuple[str, ...] = ()
    """The parts whose points are read by themselves."""

    @property
    def profile_columns(self) -> tuple[str, ...]:
        """The columns it reads of the rated subjects' own profile."""
        return columns_needed(self.expressions, self.as_of)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the card reads of the rated subjects: their own and what other subjects say."""
        return columns_read(self.expressions, self.as_of)

    @property
    def links(self) -> Links:
        """What it asks of other subjects."""
        return links_needed(self.expressions, self.as_of)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        others = [each for each in (self.rates, self.stage, *self.peers) if each is not None]
        return (*(leaf for _, leaf in self.leaves.values()), *others)


@dataclass(frozen=True)
class Scored:
    """Results in the order of `subjects`; unknown is NaN. Keys of the mappings are paths of ids, () the whole card.

    `points` are what leaves scored, `low` and `high` what every entry scores if all that is unknown came out worst or
    best; they are equal where all is known. `score` is the total, NaN where the card says an unknown part leaves a
    range. `coverage` is the share of the weight that rests on known values.
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
    tree: Tree = field(repr=False)

    @property
    def score(self) -> Floats:
        return self.score_of(())

    def score_of(self, path: Path) -> Floats:
        low, high = self.low[path], self.high[path]
        return np.where(np.isclose(low, high, rtol=0, atol=SAME), np.round(low, 9), np.nan)

    def table(self) -> pl.DataFrame:
        """subject, stage, group, score, low, high, grade, rank, group_rank, coverage: one row per rated subject, and
        `score.<part>` for each part that is asked for.

        Ranks go by score; a score that is still a range has none. Equal scores share the better rank.
        """
        score = self.score
        parts = {f"score.{part}": self.score_of(tuple(part.split("."))) for part in self.compiled.parts}
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
                **parts,
            }
        ).with_columns(
            pl.col("score", "low", "high", "coverage", *parts).fill_nan(None),
            pl.col("rank", "group_rank").fill_nan(None).cast(pl.Int64),
        )

    def breakdown(self) -> Iterator[pl.DataFrame]:
        """subject, entry (ids joined by dots), value, points, low, high: one row per subject, entry after entry."""
        blank = np.full(len(self.subjects), np.nan)
        for path in self.low:
            if path == ():
                continue
            leaf = path in self.points
            yield pl.DataFrame(
                {
                    "subject": self.subjects,
                    "entry": pl.repeat(".".join(path), len(self.subjects), eager=True),
                    "value": self.values[path] if leaf else blank,
                    "points": self.points[path] if leaf else blank,
                    "low": self.low[path],
                    "high": self.high[path],
                }
            ).with_columns(pl.col("value", "points", "low", "high").fill_nan(None))


def compile_card(zone: Zone, card: Scorecard, as_of: date) -> Compiled:
    def parsed(text: str) -> Expression:
        return expression(zone, card.register, text, None, computed=False)

    leaves = {path: (leaf, parsed(leaf.value or "")) for path, leaf in card.root.leaves()}
    rates = expression(zone, card.register, card.rates, "flag", computed=False) if card.rates else None
    stage = parsed(card.stage) if card.stage else None
    peers = tuple(parsed(text) for text in card.peers)
    parts = tuple(part for part in parts_asked(zone, card.card) if tuple(part.split(".")) in {*card.entry_paths()})
    return Compiled(card, as_of, leaves, rates, stage, peers, parts)


def rated(compiled: Compiled, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of those that the card rates."""
    if compiled.rates is None:
        return frame
    return frame.filter(evaluate(compiled.rates, frame, compiled.as_of).fill_null(False))


def score(compiled: Compiled, frame: pl.DataFrame) -> Scored:
    """The card for the rows of a profile that it rates. `frame` has `subject` and the card's columns."""
    as_of = compiled.as_of
    frame = rated(compiled, frame)
    stages = [compiled.stage] if compiled.stage else []
    asked = [*stages, *compiled.peers, *(leaf for _, leaf in compiled.leaves.values())]
    found = iter(evaluate_nodes([bind(each, as_of) for each in asked], frame))
    stage = next(found).cast(pl.String) if stages else _blank(frame.height)
    keys = [next(found).cast(pl.String).alias(str(index)) for index in range(len(compiled.peers))]
    values = {path: _values(leaf, next(found)) for path, (_, leaf) in compiled.leaves.items()}
    return scored(compiled, frame["subject"], stage.alias("stage"), keys, values)


def scored(
    compiled: Compiled, subjects: pl.Series, stage: pl.Series, keys: list[pl.Series], values: Mapping[Path, Floats]
) -> Scored:
    """The card from values that are there already; `keys` are the columns that make peer groups."""
    peers = PeerGroups.of(pl.DataFrame(keys)) if keys else PeerGroups.single(len(subjects))
    leaves = {path: leaf for path, (leaf, _) in compiled.leaves.items()}
    if len(subjects) < FEW:
        points = {path: leaf_points(leaf, values[path], peers) for path, leaf in leaves.items()}
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            jobs = {path: pool.submit(leaf_points, leaf, values[path], peers) for path, leaf in leaves.items()}
            points = {path: job.result() for path, job in jobs.items()}
    tree = Tree.of(compiled.card, stage)
    low, high = tree.extremes(points)
    return Scored(
        compiled, subjects, stage, group_names(keys, len(subjects)), values, points, low, high,
        np.broadcast_to(tree.coverage(points), len(subjects)), peers, tree,
    )  # fmt: skip


def group_names(keys: list[pl.Series], rows: int) -> pl.Series:
    """What the peer group of a row is called; null for a row without peers, because a key is unknown."""
    if not keys:
        return _blank(rows).alias("group")
    return pl.select(pl.concat_str(keys, separator=GROUP_SEPARATOR)).to_series().alias("group")


def grades(card: Scorecard, scores: Floats) -> pl.Series:
    """The grade of each score; null where the score is still a range or below the lowest grade."""
    names = np.full(scores.shape, None, dtype=object)
    for grade in reversed(card.grades):
        names[scores >= float(grade.from_) - SAME] = grade.grade
    return pl.Series("grade", names.tolist(), dtype=pl.String)


def _values(leaf: Expression, series: pl.Series) -> Floats:
    """Numbers as they are, money in whole units, flags as 0 and 1."""
    numbers = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return numbers / 100.0 if leaf.type == "money" else np.array(numbers)


def _blank(height: int) -> pl.Series:
    return pl.repeat(NO_STAGE, height, dtype=pl.String, eager=True)
