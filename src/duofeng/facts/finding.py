"""Which subject a person means by what they typed: a key, a name, a part of a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

import polars as pl
from rapidfuzz import fuzz, process

from duofeng.facts.ledger import Ledger
from duofeng.facts.problems import SUBJECT_AMBIGUOUS, SUBJECT_UNKNOWN
from duofeng.facts.resolve.canonical import HasCodes, canonical
from duofeng.facts.resolve.manner import ALIASES, HasRegisters, manner_of
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError

LISTED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A subject and, when it was found by one, its name."""

    kind: str
    subject: str
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.name}（{self.subject}）" if self.name else self.subject


class HasClock(HasCodes, Protocol):
    """The part of a zone that is read here."""

    @property
    def time_zone(self) -> tzinfo: ...


def find(ledger: Ledger, zone: HasClock, typed: str, *, known_at: datetime, kind: str | None = None) -> Found:
    """The one subject meant. Raises ProblemError: E255 nobody, with the nearest; E256 several, naming them."""
    typed = typed.strip()
    kinds = [kind] if kind else ledger.registers(known_at=known_at)
    keys = {one: ledger.subjects(known_at=known_at, kind=one)["subject"] for one in kinds}
    for one, known in keys.items():
        if known.is_in([typed]).any():
            return Found(one, typed)
    names = _names(ledger, zone, known_at, kinds)
    by_number = [
        pl.DataFrame({"subject": known.filter(known.str.ends_with(f":{typed}"))}).select(
            pl.lit(one).alias("kind"), "subject", pl.lit(None, pl.String).alias("name")
        )
        for one, known in keys.items()
    ]
    numbered = pl.concat([names.clear(), *by_number])
    exact, part = pl.col("name") == typed, pl.col("name").str.contains(typed, literal=True)
    for named in (numbered, names.filter(exact), names.filter(part)):
        matching = _as_one(named, ledger, zone, known_at)
        if matching.height == 1:
            return _found(matching)[0]
        if matching.height > 1:
            listed = "、".join(str(found) for found in _found(matching.head(LISTED)))
            more = f"…（{matching.height}）" if matching.height > LISTED else ""
            raise ProblemError(SUBJECT_AMBIGUOUS.at(subject=typed, nearest=listed + more))
    near = _nearest(ledger, typed, names, known_at, kinds)
    hint = say("最接近的是：{words}。", words=tuple(near)) if near else say("也没有相近的。")
    at = f"{known_at.astimezone(zone.time_zone):%Y-%m-%d %H:%M}"
    raise ProblemError(SUBJECT_UNKNOWN.at(subject=typed, known_at=at, hint=hint))


def _names(ledger: Ledger, zone: HasRegisters, known_at: datetime, registers: Sequence[str]) -> pl.DataFrame:
    """`kind`, `subject`, `name`: what people call the subjects of each register, its first name first."""
    found = [pl.DataFrame(schema={"kind": pl.String, "subject": pl.String, "name": pl.String})]
    for register in registers:
        attributes = manner_of(zone, register).names if register in zone.registers else ALIASES
        facts = ledger.facts(known_at=known_at, kind=register, attributes=attributes)
        order = pl.col("attribute").replace_strict({name: place for place, name in enumerate(attributes)})
        found.append(facts.sort(order, "subject").select("kind", "subject", name="text").drop_nulls().collect())
    return pl.concat(found)


def _as_one(matching: pl.DataFrame, ledger: Ledger, zone: HasCodes, known_at: datetime) -> pl.DataFrame:
    """Each subject once; of several, those that were found to be one under the key of that one."""
    matching = matching.unique(["kind", "subject"], keep="first", maintain_order=True)
    if matching.height < 2:
        return matching
    joined = pl.concat(
        canonical(ledger, zone, register, known_at).select(pl.lit(register).alias("kind"), "subject", "canonical")
        for register in matching["kind"].unique()
        if register in zone.registers
    )
    found = matching.join(joined, on=["kind", "subject"], how="left", maintain_order="left")
    found = found.with_columns(subject=pl.coalesce("canonical", "subject")).drop("canonical")
    return found.unique(["kind", "subject"], keep="first", maintain_order=True)


def _found(matching: pl.DataFrame) -> list[Found]:
    return [Found(**row) for row in matching.iter_rows(named=True)]


def _nearest(ledger: Ledger, typed: str, names: pl.DataFrame, known_at: datetime, kinds: list[str]) -> list[str]:
    keys = [key for kind in kinds for key in ledger.subjects(known_at=known_at, kind=kind)["subject"]]
    close = process.extract(typed, [*names["name"].unique().sort(), *keys], scorer=fuzz.ratio, limit=3, score_cutoff=50)
    return [text for text, _, _ in close]
