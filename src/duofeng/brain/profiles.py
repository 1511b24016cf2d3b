"""The one profile behind every number: subjects that are one folded together, references led on, links a column each.

Runs, figures and whatever else counts subjects ask here, so that no two of them count differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import polars as pl

from duofeng.brain.names import called, columns_of_names, ways_to_call
from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.links import linked, links_needed
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.facts.resolve.canonical import canonical
from duofeng.zone.zone import Zone

MADE_KEY = ":"
"""Stands in keys that a source made itself; only where there are such can two subjects be one."""
One = Mapping[str, pl.DataFrame]
"""By register which subjects are one, of the registers where some may be."""


def canonical_subjects(ledger: Ledger, zone: Zone, register: str, known_at: datetime) -> pl.DataFrame | None:
    """Which subjects are one; nothing where every key is an identifier, for then none is another."""
    keys = ledger.subjects(known_at=known_at, kind=register)["subject"]
    return canonical(ledger, zone, register, known_at) if keys.str.contains(MADE_KEY, literal=True).any() else None


def subjects_as_one(ledger: Ledger, zone: Zone, registers: Iterable[str], known_at: datetime) -> One:
    found = {each: canonical_subjects(ledger, zone, each, known_at) for each in registers}
    return {register: one for register, one in found.items() if one is not None}


def name_columns(zone: Zone, register: str) -> tuple[str, ...]:
    """The attributes that say what a register's subjects are called."""
    return columns_of_names(ways_to_call(zone, register))


def subjects_called(
    zone: Zone, ledger: Ledger, register: str, *, as_of: date, known_at: datetime, one: One | None = None
) -> pl.DataFrame:
    """subject, name of a register's subjects, from the ledger."""
    return called(
        register,
        {each: ways_to_call(zone, each) for each in zone.registers},
        lambda each, columns: profile(ledger, zone, each, columns, as_of=as_of, known_at=known_at, canonical=one),
    ).collect()


def referred_to(zone: Zone, registers: Iterable[str]) -> frozenset[str]:
    """The registers and those that their references lead to."""
    asked = set(registers)
    targets = {each.to for one in asked for each in zone.attributes.get(one, {}).values() if each.to is not None}
    return frozenset(asked | targets)


def profile_for(
    zone: Zone,
    ledger: Ledger,
    register: str,
    expressions: Sequence[Expression],
    *,
    as_of: date,
    known_at: datetime,
    more: Sequence[str] = (),
) -> pl.DataFrame:
    """One row for each subject of a register with everything the expressions read, and `more` columns of its own."""
    links = links_needed(expressions, as_of)
    wanted = {name: list(columns) for name, columns in links.columns.items()}
    wanted[register] = [*columns_needed(expressions, as_of), *more, *wanted.get(register, ())]
    one = subjects_as_one(ledger, zone, referred_to(zone, wanted), known_at)
    frames = {
        name: profile(
            ledger, zone, name, tuple(dict.fromkeys(columns)), as_of=as_of, known_at=known_at, canonical=one
        ).collect()
        for name, columns in wanted.items()
    }
    return linked(frames[register], links, frames)
