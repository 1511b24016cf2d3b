"""What the current run has worked out already and a new one need not: values nobody spoke of since, cards and near
misses that rest on such values alone. The tables come out the same byte for byte, as a whole run's do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.brain.policies.outcomes import IS_NEAR, Answering
from duofeng.brain.policies.plan import Plan
from duofeng.brain.profiles import One, canonical_subjects
from duofeng.brain.rules.condition import RuleBook
from duofeng.brain.runs.compared import Compared, Mask, Rows
from duofeng.brain.runs.store import Run, Runs, near_of
from duofeng.brain.runs.subject import MERGED, merged, register_as_one, with_results
from duofeng.brain.scores.card import Compiled, rated
from duofeng.engine.links import rows_of
from duofeng.engine.truths import Truths
from duofeng.facts.asked import Asked, asked_columns
from duofeng.facts.canonical import with_canonical
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.facts.resolve.canonical import attributes_read
from duofeng.facts.snapshot import Snapshot
from duofeng.facts.touched import touched
from duofeng.kernel.problem import ProblemError
from duofeng.zone.zone import Zone

MOST = 0.25
"""The share of subjects up to which it is cheaper to fold them alone than to fold all."""
OF_A_CARD = ("score", "breakdown", "groups")


@dataclass
class Earlier:
    """A run of the same zone, day, engine and packages, with everything it knew still known.

    Its files are compared with its manifest before they are used: what was damaged is worked out again.
    """

    run: Run
    zone: Zone
    ledger: Ledger
    known_at: datetime
    _touched: dict[str, pl.DataFrame | None] = field(default_factory=dict)
    _profiles: dict[str, pl.DataFrame] = field(default_factory=dict)
    _intact: dict[tuple[str, str], bool] = field(default_factory=dict)
    _compared: dict[str, Compared] = field(default_factory=dict)
    _answered: dict[str, Compared] = field(default_factory=dict)

    @cached_property
    def before(self) -> Ledger:
        """The ledger as the run saw it."""
        return Snapshot(self.ledger.folder, self.run.manifest.ledger_version)

    def subjects_as_one(self, registers: Iterable[str]) -> One:
        """Which subjects are one, by register. Worked out again only where a name, an identifier or a decision came."""
        found = {each: self._as_one(each) for each in registers}
        return {register: one for register, one in found.items() if one is not None}

    def profile(self, register: str, columns: Sequence[str], one: One) -> pl.DataFrame | None:
        """The profile of a register, of which only what facts touched since is folded; None where nobody can tell what.

        Folded are: of the subjects spoken of the columns that were spoken of; references that led to a subject for
        which another one stands now; all columns of subjects that stand for others than before; columns that are new.
        """
        kept, said = self._kept(register), self._said(register)
        asked = asked_columns(self.zone.attributes, register, columns)
        leads_to = {register, *(each.to for each in asked if each.to is not None)}
        if kept is None or said is None or not all(self._has([MERGED], each) for each in leads_to):
            return None
        subjects = self.ledger.subjects(known_at=self.known_at, kind=register)
        subjects = with_canonical(subjects, register, one.get(register))
        shown = subjects.filter(pl.col("subject") == pl.col("canonical"))["subject"].sort()
        spoken_of = subjects.join(said, on="subject", how="semi")["canonical"].unique()
        regrouped = self._regrouped(register, one)
        known = pl.concat([kept["subject"], spoken_of, regrouped])
        if not shown.is_in(known.implode()).all():
            return None
        there = [each for each in asked if each.column in kept.columns]
        whole = _rows(shown, kept.select("subject", *(each.column for each in there)))
        again = [(spoken_of, [each.column for each in there if each.attribute in set(said["attribute"])])]
        again += [(self._naming(kept, each, one), [each.column]) for each in there if each.to is not None]
        again += [(regrouped, list(columns)), (shown, [each.column for each in asked if each not in there])]
        for who, names in again:
            if names and who.len():
                folded = profile(
                    self.ledger, self.zone, register, names, as_of=self.run.as_of, known_at=self.known_at,
                    canonical=one, only=who if who.len() <= MOST * shown.len() else None,
                )  # fmt: skip
                whole = _written_over(whole, folded.collect())
        return whole.select("subject", *columns)

    def compare(self, register: str, frame: pl.DataFrame) -> None:
        """See where the finished profile of a register differs from the run's."""
        kept = self._kept(register)
        if kept is not None:
            self._compared[register] = Compared(kept, frame)

    def take_card(self, compiled: Compiled, folder: Path) -> bool:
        """Copy the tables of a card whose values are what they were into a folder; whether they could be."""
        names, register = [f"{what}-{compiled.card.card}" for what in OF_A_CARD], compiled.card.register
        compared = self._compared.get(register)
        if compared is None or not self._has(names, register):
            return False
        if not compared.same(compiled.columns, lambda frame: rated(compiled, frame)):
            return False
        for name in names:
            shutil.copyfile(self.run.path(name, register), folder / f"{name}.parquet")
        return True

    def answering(self, plan: Plan, frame: pl.DataFrame, run: Answering) -> Callable[[int], Answering]:
        """How to answer the rows of the frame from one on: those of which a value the policies read is another are
        answered, the truths of the others taken."""
        compared, register = self._read_by_policies(plan, frame), plan.register
        if compared is None or not plan.policies or not self._has(["truths"], register):
            return lambda _first: run
        changed = compared.any_differing(name for each in plan.policies for name in plan.columns_below(each.id))
        if changed.sum() > MOST * changed.size:
            return lambda _first: run
        kept = Truths.read(self.run.path("truths", register))

        def from_row(first: int) -> Answering:
            def answered(book: RuleBook, rows: pl.DataFrame) -> Truths:
                part = slice(first, first + rows.height)
                return _patched(_of_book(kept, plan, book), compared.was(part), rows, changed[part], partial(run, book))

            return answered

        return from_row

    def take_near(self, plan: Plan, codes: npt.NDArray[np.uint8], frame: pl.DataFrame, folder: Path) -> set[str]:
        """Copy the near misses of policies where nobody who is one or was has another value in what the policy rests
        on. Returns these policies. `codes` are all answers, policies × rows of `frame`."""
        compared, register = self._read_by_policies(plan, frame), plan.register
        if compared is None or not self._has(["outcomes"], register):
            return set()
        then, same = self.run.table("outcomes", register).collect(), set()
        for each in plan.policies:
            name = near_of(each.id)
            now, was = IS_NEAR[codes[plan.rows[each.id]]], IS_NEAR[then[each.id].to_numpy()]
            if not compared.matter(plan.columns_below(each.id), now, was) and self._has([name], register):
                shutil.copyfile(self.run.path(name, register), folder / f"{name}.parquet")
                same.add(each.id)
        return same

    def _read_by_policies(self, plan: Plan, frame: pl.DataFrame) -> Compared | None:
        """What the policies of a register read, results of cards among it, beside what they read then."""
        profiles, register = self._compared.get(plan.register), plan.register
        if profiles is None or not self._has([f"score-{card}" for card in sorted(plan.cards)], register):
            return None
        if register not in self._answered:
            then = with_results(self.run, plan, profiles.before.lazy()).collect()
            self._answered[register] = Compared(then, frame)
        return self._answered[register]

    def _as_one(self, register: str) -> pl.DataFrame | None:
        said = self._said(register) if self._has([MERGED], register) else None
        if said is None or not attributes_read(self.zone, register).isdisjoint(said["attribute"]):
            return canonical_subjects(self.ledger, self.zone, register, self.known_at)
        return register_as_one(self.run, self.before, self.zone, register)

    def _said(self, register: str) -> pl.DataFrame | None:
        if register not in self._touched:
            self._touched[register] = touched(self.before, self.run.known_at, self.ledger, self.known_at, register)
        return self._touched[register]

    def _kept(self, register: str) -> pl.DataFrame | None:
        if register not in self._profiles and self._has(["profile"], register):
            self._profiles[register] = self.run.table("profile", register).collect().rechunk()
        return self._profiles.get(register)

    def _led_elsewhere(self, register: str, one: One) -> pl.DataFrame:
        """`subject` and `canonical`, before or now, of all for whom another stands than before."""
        then, now = self.run.table(MERGED, register).collect(), merged(one.get(register))
        return pl.concat([then, now]).unique(keep="none")

    def _regrouped(self, register: str, one: One) -> pl.Series:
        """The subjects that stand for others than before. Of whom nothing was known only what came since matters."""
        known = self.before.subjects(known_at=self.run.known_at, kind=register)
        moved = self._led_elsewhere(register, one).join(known, on="subject", how="semi")
        return pl.concat([moved["subject"], moved["canonical"]]).unique()

    def _naming(self, kept: pl.DataFrame, asked: Asked, one: One) -> pl.Series:
        """The subjects that named somebody for whom another stands now."""
        moved = self._led_elsewhere(str(asked.to), one)
        named = kept.select("subject", name=pl.col(asked.column))
        named = named.explode("name") if asked.many else named
        return named.filter(pl.col("name").is_in([*moved["subject"], *moved["canonical"]]))["subject"].unique()

    def _has(self, names: Sequence[str], register: str) -> bool:
        return all(self.run.has(name, register) and self._is_intact(name, register) for name in names)

    def _is_intact(self, name: str, register: str) -> bool:
        file = (name, register)
        if file not in self._intact:
            self._intact[file] = self.run.is_intact(name, register)
        return self._intact[file]


def _of_book(truths: Truths, plan: Plan, book: RuleBook) -> Truths:
    """Those of one layer of the plan."""
    before = next(number for number, each in enumerate(plan.books) if each is book)
    first = sum(len(each.program.roots) for each in plan.books[:before])
    these = slice(first, first + len(book.program.roots))
    return Truths(truths.rows, truths.yes[these], truths.unknown[these])


def _patched(
    kept: Truths, was: Rows, frame: pl.DataFrame, changed: Mask, run: Callable[[pl.DataFrame], Truths]
) -> Truths:
    """The truths of a frame: of changed rows worked out, of others those of the earlier row that each `was`."""
    begin, end = int(was.min(initial=kept.rows)) // 8, int(was.max(initial=0)) // 8 + 1
    there = (np.unpackbits(each[:, begin:end], axis=1) for each in (kept.yes, kept.unknown))
    yes, unknown = (np.take(bits, was - 8 * begin, axis=1) for bits in there)
    rows = np.flatnonzero(changed)
    if rows.size:
        fresh = run(frame[rows])
        yes[:, rows] = np.unpackbits(fresh.yes, axis=1, count=rows.size)
        unknown[:, rows] = np.unpackbits(fresh.unknown, axis=1, count=rows.size)
    return Truths(frame.height, np.packbits(yes, axis=1), np.packbits(unknown, axis=1))


def _rows(shown: pl.Series, kept: pl.DataFrame) -> pl.DataFrame:
    """The rows of these subjects; nothing is known of those that are not there."""
    if kept["subject"].equals(shown):
        return kept
    return pl.DataFrame([shown]).join(kept, on="subject", how="left", maintain_order="left")


def _written_over(whole: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """With the values of a few rows and columns, or of columns more."""
    rows = np.arange(whole.height)
    rows[rows_of(folded["subject"], whole["subject"]).to_numpy()] = np.arange(folded.height) + whole.height
    new = [each for each in folded.iter_columns() if each.name not in whole.columns]
    other = (each for each in folded.drop("subject", *(each.name for each in new)).iter_columns())
    return whole.with_columns(*new, *(pl.concat([whole[each.name], each]).gather(rows) for each in other))


def earlier_of(
    runs: Runs, zone: Zone, ledger: Ledger, as_of: date, known_at: datetime, engine: str, packages: Mapping[str, str]
) -> Earlier | None:
    """The current run, where a new one of these inputs may build on it."""
    try:
        run = runs.current()
    except ProblemError:
        return None
    then = run.manifest
    meaning = {"meaning": zone.fingerprint.meaning, "wording": zone.fingerprint.wording}
    alike = (
        then.zone == zone.id and then.fingerprint == meaning and run.as_of == as_of and then.engine == engine
        and then.measured.get("packages") == packages and then.ledger_version <= ledger.version
        and run.known_at <= known_at
    )  # fmt: skip
    return Earlier(run, zone, ledger, known_at) if alike else None
