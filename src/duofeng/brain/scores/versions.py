"""Two versions of a card over the same subjects: who would stand where, and which entry of the card does it.

Nothing but the card differs, so the whole difference comes from it. It is shared out among the entries that changed by
turning the old card into the new one entry by entry, once from the first to the last and once the other way round, and
taking the mean of both. The shares of a subject add up to its difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.runs.store import Run
from duofeng.brain.runs.subject import linked_as_run, with_columns_of_run
from duofeng.brain.scores.card import SAME, Compiled, Scored, score
from duofeng.brain.scores.points import Floats
from duofeng.brain.scores.tree import Path, combine, entries
from duofeng.facts.ledger import Ledger
from duofeng.zone.kinds.scorecard import Entry, Scorecard
from duofeng.zone.zone import Zone

DOT = "."


@dataclass(frozen=True)
class Change:
    """One entry that is not the same in both versions: what of it changed, and its weight before and after.

    `what`: added, removed, weight, value, scoring, aggregate, peers (what it is compared with). A weight is one number
    or one per stage; nothing where the entry is not in that version.
    """

    path: Path
    before: Entry | None
    after: Entry | None
    what: tuple[str, ...]

    @property
    def entry(self) -> str:
        return DOT.join(self.path)


@dataclass(frozen=True)
class Versions:
    """`subjects`: those rated by both, in this order; `before` and `after` their scores, or the middles of their
    ranges; `effects` what each changed entry does to each of them, () being the card's own way of putting groups
    together."""

    old: Scored
    new: Scored
    changes: tuple[Change, ...]
    subjects: pl.Series
    before: Floats = field(repr=False)
    after: Floats = field(repr=False)
    effects: Mapping[Path, Floats] = field(repr=False)

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row per subject that either version rates, the largest change first.

        subject, before, after, change, rank_before, rank_after, climb (places won), grade_before, grade_after, most
        (the entry that does most) and most_points. Null where one of the versions does not rate it.
        """
        columns = ("subject", "rank", "grade")
        old, new = (
            scored.table().select(*columns, middle=(pl.col("low") + pl.col("high")) / 2)
            for scored in (self.old, self.new)
        )
        both = old.join(new, on="subject", how="full", coalesce=True, suffix="_after")
        told = both.select(
            "subject",
            before="middle",
            after="middle_after",
            change=pl.col("middle_after") - pl.col("middle"),
            rank_before="rank",
            rank_after="rank_after",
            climb=pl.col("rank") - pl.col("rank_after"),
            grade_before="grade",
            grade_after="grade_after",
        )
        found = told.join(self._most(), on="subject", how="left")
        return found.sort(pl.col("change").abs(), "subject", descending=[True, False], nulls_last=True)

    def _most(self) -> pl.DataFrame:
        names = [DOT.join(path) for path in self.effects]
        if not names or self.subjects.is_empty():
            return pl.DataFrame(schema={"subject": pl.String, "most": pl.String, "most_points": pl.Float64})
        sizes = np.stack(list(self.effects.values()))
        best = np.abs(np.nan_to_num(sizes)).argmax(axis=0)
        points = sizes[best, np.arange(sizes.shape[1])]
        moved = np.abs(np.nan_to_num(points)) > SAME
        return pl.DataFrame(
            {
                "subject": self.subjects,
                "most": pl.Series([names[at] for at in best], dtype=pl.String).set(pl.Series(~moved), None),
                "most_points": pl.Series(np.where(moved, points, np.nan)).fill_nan(None),
            }
        )

    @property
    def shares(self) -> pl.DataFrame:
        """entry, moved (subjects it moves), mean (of its effect), size (mean size of the effect), the largest first."""
        rows = [
            {
                "entry": DOT.join(path),
                "moved": int((np.abs(np.nan_to_num(effect)) > SAME).sum()),
                "mean": _mean(effect),
                "size": _mean(np.abs(effect)),
            }
            for path, effect in self.effects.items()
        ]
        schema = {"entry": pl.String, "moved": pl.Int64, "mean": pl.Float64, "size": pl.Float64}
        return pl.DataFrame(rows, schema=schema).sort("size", "entry", descending=[True, False])

    def of(self, subject: str) -> list[tuple[Path, float]]:
        """What each changed entry does to one subject, the largest first; nothing for one not rated by both."""
        rows = np.flatnonzero((self.subjects == subject).to_numpy())
        if not len(rows):
            return []
        found = [(path, float(effect[rows[0]])) for path, effect in self.effects.items()]
        return sorted((each for each in found if abs(each[1]) > SAME), key=lambda each: (-abs(each[1]), each[0]))

    @property
    def agreement(self) -> float | None:
        """Spearman's rank correlation of the two scores among subjects that both rate; nothing below three of them."""
        known = ~(np.isnan(self.before) | np.isnan(self.after))
        if known.sum() < 3:
            return None
        old, new = (pl.Series(each[known]).rank("average").to_numpy() for each in (self.before, self.after))
        return None if np.ptp(old) == 0 or np.ptp(new) == 0 else float(np.corrcoef(old, new)[0, 1])


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def versions_of(zone: Zone, card: str) -> tuple[Scorecard, ...]:
    """Every declared version of a card, the oldest first."""
    found = [each for each in zone.declared(Scorecard).values() if each.card == card]
    return tuple(sorted(found, key=lambda each: (each.from_, each.id)))


def compare_versions(old: Compiled, new: Compiled, frame: pl.DataFrame) -> Versions:
    """`frame` is the profile of the register of `old`, with the columns of both."""
    before, after = score(old, frame), score(new, frame)
    places = pl.DataFrame({"subject": before.subjects}).with_row_index("old")
    rows = places.join(
        pl.DataFrame({"subject": after.subjects}).with_row_index("new"), on="subject", maintain_order="left"
    )
    at = rows["old"].to_numpy(), rows["new"].to_numpy()
    owners = _owners(old.card, new.card)
    sums: list[Mapping[Path, Floats]] = []
    ends: list[tuple[Floats, Floats]] = []
    for worst in (True, False):
        sides = _Side.of(before, at[0], worst=worst), _Side.of(after, at[1], worst=worst)
        effects, first, last = _effects(sides, owners)
        sums.append(effects)
        ends.append((first, last))
    nothing = np.zeros(rows.height)
    paths = dict.fromkeys([*sums[0], *sums[1]])
    effects = {path: sum((each.get(path, nothing) for each in sums), nothing) / 2 for path in paths}
    first, last = ((ends[0][side] + ends[1][side]) / 2 for side in (0, 1))
    return Versions(before, after, tuple(_changes(old, new)), rows["subject"], first, last, effects)


def frame_for(run: Run, zone: Zone, ledger: Ledger, cards: Sequence[Compiled]) -> pl.DataFrame:
    """The profile of a run with all columns the cards read; those the run did not need are folded from its ledger."""
    register = cards[0].card.register
    kept = run.table("profile", register)
    there = kept.collect_schema().names()
    own = dict.fromkeys(name for card in cards for name in card.profile_columns)
    added = dict.fromkeys(name for card in cards for name in card.links.names)
    frame = kept.select("subject", *(name for name in (*own, *added) if name in there)).collect()
    frame = with_columns_of_run(run, ledger, zone, register, frame, tuple(own))
    for card in cards:
        frame = linked_as_run(run, ledger, zone, card.links, frame)
    return frame


# ---- what changed ---------------------------------------------------------------------------------------------------


def _by_path(card: Scorecard) -> dict[Path, Entry]:
    return {(): card.root, **dict(entries(card))}


def _owners(old: Scorecard, new: Scorecard) -> dict[Path, Path]:
    """Entry → the entry that is exchanged with it: itself, or the one above that is not of one shape in both cards."""
    before, after = _by_path(old), _by_path(new)
    owners: dict[Path, Path] = {(): ()}
    for path in sorted({*before, *after}, key=len):
        if path == ():
            continue
        above = path[:-1]
        foreign = owners[above] != above or not _same_shape(before.get(above), after.get(above))
        owners[path] = owners[above] if foreign else path
    return owners


def _same_shape(old: Entry | None, new: Entry | None) -> bool:
    return old is not None and new is not None and bool(old.parts) == bool(new.parts)


def _changes(old: Compiled, new: Compiled) -> Iterator[Change]:
    before, after = _by_path(old.card), _by_path(new.card)
    owners = _owners(old.card, new.card)
    for path in dict.fromkeys([*before, *after]):
        if owners[path] != path:
            continue
        what = tuple(_differs(before.get(path), after.get(path)))
        if path == () and [each.text for each in old.peers] != [each.text for each in new.peers]:
            what = (*what, "peers")
        if what:
            yield Change(path, before.get(path), after.get(path), what)


def _differs(old: Entry | None, new: Entry | None) -> Iterator[str]:
    if old is None or new is None:
        yield "added" if old is None else "removed"
        return
    if old.weight != new.weight:
        yield "weight"
    if old.value != new.value:
        yield "value"
    if (old.scoring, old.direction) != (new.scoring, new.direction):
        yield "scoring"
    if old.aggregate != new.aggregate or bool(old.parts) != bool(new.parts):
        yield "aggregate"


# ---- what it does ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Side:
    """One version, of the subjects that both rate: entries, points of leaves, weights and full marks."""

    entries: Mapping[Path, Entry]
    points: Mapping[Path, Floats]
    weights: Mapping[Path, Floats]
    full: Mapping[Path, Floats]

    @staticmethod
    def of(scored: Scored, rows: NDArray[np.int64], *, worst: bool) -> _Side:
        def here(arrays: Mapping[Path, Floats]) -> dict[Path, Floats]:
            return {path: array if np.ndim(array) == 0 else array[rows] for path, array in arrays.items()}

        points = here(scored.tree.instead(scored.points, worst=worst))
        card = scored.compiled.card
        return _Side(_by_path(card), points, here(scored.tree.weights), here(scored.tree.full))


class _Hybrid:
    """A card on its way from the old to the new version: entries in `switched` are as in the new one."""

    def __init__(self, sides: tuple[_Side, _Side], owners: Mapping[Path, Path]) -> None:
        self._sides, self._owners = sides, owners
        self._switched: set[Path] = set()
        self._kept: dict[Path, Floats] = {}
        below: dict[Path, list[Path]] = {}
        for path in dict.fromkeys([*sides[0].entries, *sides[1].entries]):
            if path:
                below.setdefault(path[:-1], []).append(path)
        self._below = below

    def switch(self, path: Path) -> Floats:
        """The totals once this entry is as in the new version too."""
        self._switched.add(path)
        for end in range(len(path) + 1):
            self._kept.pop(path[:end], None)
        return self.total()

    def total(self) -> Floats:
        return self._value(())

    def _side(self, path: Path) -> _Side:
        return self._sides[self._owners[path] in self._switched]

    def _value(self, path: Path) -> Floats:
        if path not in self._kept:
            self._kept[path] = self._worked_out(path)
        return self._kept[path]

    def _worked_out(self, path: Path) -> Floats:
        entry = self._side(path).entries[path]
        if not entry.parts:
            return self._side(path).points[path]
        parts = [each for each in self._below[path] if each in self._side(each).entries]
        if not parts:
            return np.asarray(np.nan)
        weights = [self._side(each).weights[each] for each in parts]
        full = [self._side(each).full[each] for each in parts]
        return combine(entry.aggregate, [self._value(each) for each in parts], weights, full)


def _effects(sides: tuple[_Side, _Side], owners: Mapping[Path, Path]) -> tuple[dict[Path, Floats], Floats, Floats]:
    """What each entry that differs does to each subject, and the totals under both versions."""
    players = [path for path in dict.fromkeys(owners.values()) if _plays(sides, path)]
    found: dict[Path, list[Floats]] = {path: [] for path in players}
    first = last = np.asarray(np.nan)
    for order in (players, players[::-1]):
        card = _Hybrid(sides, owners)
        first = now = card.total()
        for path in order:
            later = card.switch(path)
            # A total that cannot be told on the way waits for the next step that can tell it.
            later = np.where(np.isnan(later), now, later)
            found[path].append(np.asarray(later - now))
            now = later
        last = card.total()
    size = max((np.size(each) for side in sides for each in side.points.values()), default=0)
    wide = {path: np.broadcast_to((there + back) / 2, size) for path, (there, back) in found.items()}
    return wide, np.broadcast_to(first, size), np.broadcast_to(last, size)


def _plays(sides: tuple[_Side, _Side], path: Path) -> bool:
    """Whether anything the entry brings along differs: it may stand in one card only, weigh or score differently."""
    old, new = sides
    there = path in old.entries, path in new.entries
    if not all(there) or not _same_shape(old.entries[path], new.entries[path]):
        return True
    same = old.entries[path].aggregate == new.entries[path].aggregate
    arrays = [(old.weights, new.weights), (old.full, new.full), (old.points, new.points)]
    pairs = [(one[path], other[path]) for one, other in arrays if path in one and path in other and path != ()]
    return not (same and all(np.array_equal(one, other, equal_nan=True) for one, other in pairs))
