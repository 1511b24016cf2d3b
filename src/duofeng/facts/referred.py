"""Numbers that a delivery refers to and nobody describes: told as a warning, for the file that describes them may come
later. From then on the references lead there; nothing is loaded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import polars as pl

from duofeng.facts.delivery import Delivery
from duofeng.facts.ledger import Ledger
from duofeng.facts.resolve.canonical import stated_numbers
from duofeng.facts.resolve.manner import manner_of
from duofeng.facts.values_problems import NOBODY_DESCRIBED
from duofeng.kernel.problem import Problem, Span
from duofeng.zone.zone import Zone

FIRST = 5
"""How many rows are named."""


@dataclass
class Referred:
    """What the facts of a register's delivery refer to, and the numbers they state, gathered batch by batch."""

    zone: Zone
    register: str
    _leading: list[pl.DataFrame] = field(default_factory=list)
    _stated: list[pl.DataFrame] = field(default_factory=list)

    @cached_property
    def _to(self) -> dict[str, str]:
        declared = self.zone.attributes.get(self.register, {}).values()
        return {each.id: each.to for each in declared if each.to is not None}

    def look_at(self, facts: pl.DataFrame) -> None:
        if not self._to:
            return
        leading = facts.filter(pl.col("attribute").is_in(list(self._to)), pl.col("text").is_not_null())
        self._leading.append(leading.select("attribute", "place", "text", "row"))
        numbers = list(manner_of(self.zone, self.register).numbers)
        self._stated.append(facts.filter(pl.col("attribute").is_in(numbers)).select("subject", "attribute", "text"))

    def warnings(self, delivery: Delivery, ledger: Ledger, known_at: datetime, file: str) -> Iterator[Problem]:
        """One for each column; the delivery has been written and not committed."""
        if not self._leading:
            return
        for (attribute, place), said in pl.concat(self._leading).group_by("attribute", "place", maintain_order=True):
            register = self._to[str(attribute)]
            unknown = delivery.unknown(register, said["text"].unique())
            if unknown.len():
                unknown = unknown.filter(~unknown.is_in(self._numbers(register, ledger, known_at).implode()))
            rows = said.filter(pl.col("text").is_in(unknown.implode()))["row"].unique().sort()
            if rows.len():
                listed = "、".join(map(str, rows.head(FIRST))) + ("…" if rows.len() > FIRST else "")
                named = {"column": str(place).rpartition("!")[2], "register": self.zone.registers[register].title}
                yield NOBODY_DESCRIBED.at(Span(file), count=unknown.len(), rows=listed, **named)

    def _numbers(self, register: str, ledger: Ledger, known_at: datetime) -> pl.Series:
        """The keys made of numbers that subjects of a register state."""
        manner = manner_of(self.zone, register)
        if not manner.numbers:
            return pl.Series([], dtype=pl.String)
        facts = [ledger.texts(known_at=known_at, kind=register, attributes=list(manner.numbers)).drop("recorded_at")]
        facts += self._stated if register == self.register else []
        return pl.concat(each["code"] for each in stated_numbers(pl.concat(facts), manner))
