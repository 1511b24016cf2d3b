"""Facts of a carrier from the facts of its tenants: what became of them, never what the carrier says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.program import evaluate
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.scorecard import How, Members
from duofeng.zone.zone import Zone


@dataclass(frozen=True)
class Gathering:
    """Declared members with their expressions parsed. `types` are those of the carriers' attributes."""

    by: str
    where: Expression | None
    values: Mapping[str, tuple[How, Expression]]
    types: Mapping[str, str]
    as_of: date

    @staticmethod
    def of(zone: Zone, members: Members, as_of: date) -> Gathering:
        def parsed(text: str) -> Expression:
            return expression(zone, members.register, text, None)

        values = {name: (each.how, parsed(each.of)) for name, each in members.values.items()}
        where = parsed(members.where) if members.where else None
        return Gathering(members.by, where, values, {name: each.type for name, (_, each) in values.items()}, as_of)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the members' profile."""
        expressions = [each for _, each in self.values.values()] + ([self.where] if self.where else [])
        return tuple(dict.fromkeys([self.by, *columns_needed(expressions, self.as_of)]))


def gathered(members: Gathering, frame: pl.DataFrame) -> pl.DataFrame:
    """One row per carrier some member names: `subject`, the gathered attributes, sorted by subject.

    A share is of the members for whom the condition is known; a sum, a mean and a median are of the known values. All
    are unknown where no member's value is. A count says how many members are known to fulfil its condition.
    """
    if members.where is not None:
        frame = frame.filter(evaluate(members.where, frame, members.as_of).fill_null(False))
    columns = {name: evaluate(each, frame, members.as_of) for name, (_, each) in members.values.items()}
    table = pl.DataFrame({"subject": frame[members.by].cast(pl.String), **columns}).drop_nulls("subject")
    totals = [_total(name, how) for name, (how, _) in members.values.items()]
    return table.group_by("subject").agg(totals).sort("subject")


def _total(name: str, how: How) -> pl.Expr:
    column = pl.col(name)
    match how:
        case "count":
            total = column.sum().cast(pl.Float64)
        case "share":
            total = column.cast(pl.Float64).mean()
        case "sum":
            total = pl.when(column.count() > 0).then(column.sum())
        case "mean":
            total = column.mean()
        case "median":
            total = column.median()
    return total.alias(name)
