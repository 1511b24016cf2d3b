"""What the current run has worked out already and a new one need not: profiles of subjects nobody spoke of since, cards
whose values are what they were. The tables come out the same byte for byte, as a whole run's do."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import MERGED, merged
from duofeng.brain.scores.card import Compiled
from duofeng.facts.canonical import Canonical, by_register, with_canonical
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.facts.touched import touched
from duofeng.kernel.problem import ProblemError
from duofeng.zone.zone import Zone

MOST = 0.25
"""The share of subjects up to which it is cheaper to fold them alone than to fold all."""
OF_A_CARD = ("score", "breakdown", "groups", "members")


@dataclass(frozen=True)
class Earlier:
    """A run of the same zone, day, engine and packages, with everything it knew still known.

    Its files are compared with its manifest before they are used: what was damaged is worked out again.
    """

    run: Run
    zone: Zone
    ledger: Ledger
    known_at: datetime

    def profile(self, register: str, columns: Sequence[str], one: Canonical | None) -> pl.DataFrame | None:
        """The profile of a register, of which only subjects that facts touched since are folded. None where too much
        is another: a column is new, other subjects are one, or many were touched."""
        one_with = by_register(one, register)
        together = {register, *one_with, *(self.run.registers if isinstance(one, Mapping) else ())}
        if not self._has(["profile", MERGED], register):
            return None
        kept = self.run.table("profile", register)
        if set(columns) - set(kept.collect_schema()) or self._others_are_one(together, one_with):
            return None
        before = Ledger(self.ledger.folder, self.run.manifest.ledger_version)
        spoken_of = touched(before, self.run.known_at, self.ledger, self.known_at, register)
        if spoken_of is None:
            return None
        subjects = with_canonical(
            self.ledger.subjects(known_at=self.known_at, kind=register), register, one_with.get(register)
        )
        again = subjects.filter(pl.col("subject").is_in(spoken_of.implode()))["canonical"].unique()
        shown = subjects.filter(pl.col("subject") == pl.col("canonical"))["subject"].sort()
        if again.len() > MOST * shown.len():
            return None
        folded = profile(
            self.ledger, self.zone, register, columns,
            as_of=self.run.as_of, known_at=self.known_at, canonical=one, only=again,
        )  # fmt: skip
        untouched = kept.select("subject", *columns).filter(~pl.col("subject").is_in(again.implode()))
        whole = pl.concat([untouched, folded]).sort("subject").collect().rechunk()
        return whole if whole["subject"].equals(shown) else None

    def take_card(self, compiled: Compiled, frame: pl.DataFrame, folder: Path) -> bool:
        """Copy the tables of a card whose values are what they were into a folder; whether they could be."""
        names = [f"{what}-{compiled.card.card}" for what in OF_A_CARD]
        there = [name for name in names if self.run.has(name, compiled.card.register)]
        if not there or not self._has(there, compiled.card.register) or not self._has(["profile"], compiled.of):
            return False
        columns = ["subject", *(compiled.profile_columns if compiled.members else compiled.columns)]
        kept = self.run.table("profile", compiled.of)
        if set(columns) - set(kept.collect_schema()) or not kept.select(columns).collect().equals(
            frame.select(columns)
        ):
            return False
        for name in there:
            shutil.copyfile(self.run.path(name, compiled.card.register), folder / f"{name}.parquet")
        return True

    def _has(self, names: Sequence[str], register: str) -> bool:
        return all(self.run.has(name, register) and self.run.is_intact(name, register) for name in names)

    def _others_are_one(self, registers: Iterable[str], one_with: Mapping[str, pl.DataFrame]) -> bool:
        """Whether somewhere other subjects are one now: references lead on to those that stand for them."""
        return not all(
            self._has([MERGED], each) and self.run.table(MERGED, each).collect().equals(merged(one_with.get(each)))
            for each in registers
        )


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
