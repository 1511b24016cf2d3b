"""Indicators computed from profiles: one aggregate, and every subject behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import polars as pl

from duofeng.brain.figures.interval import Interval, exactly
from duofeng.brain.profiles import profile_for
from duofeng.engine.expression import Expression
from duofeng.engine.links import columns_read
from duofeng.engine.program import evaluate
from duofeng.facts.ledger import Ledger
from duofeng.kernel.quantity import PERCENT, base_factor
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.zone import Zone

MINOR_PER_YUAN = 100


@dataclass(frozen=True, slots=True)
class Computed:
    """`value` is in base units, None when no subject answers. `proof` has a row per subject that counts: its value."""

    figure: Figure
    as_of: date
    value: Fraction | None
    unit: str
    proof: pl.DataFrame
    unknown: int
    """Subjects for which condition or value is not known; they are in neither value nor proof."""

    @property
    def interval(self) -> Interval | None:
        """What it could be if the unknown were known: a count may grow by them, another aggregate be anything."""
        if self.value is None:
            return None
        if not self.unknown:
            return exactly(self.value)
        if self.figure.aggregate == "count":
            return Interval(self.value, self.value + self.unknown)
        return Interval(None, None)


def counted_over(figure: Figure, zone: Zone, ledger: Ledger, as_of: date, known_at: datetime) -> pl.DataFrame:
    """What the figure is counted over: the subjects a run has too, those that are one taken once."""
    read = [each for each in _expressions(figure, zone) if each is not None]
    return profile_for(zone, ledger, figure.register, read, as_of=as_of, known_at=known_at)


def columns_of(figure: Figure, zone: Zone, as_of: date) -> tuple[str, ...]:
    """Every column its expressions read."""
    return columns_read([each for each in _expressions(figure, zone) if each is not None], as_of)


def computed(figure: Figure, zone: Zone, profile: pl.DataFrame, as_of: date) -> Computed:
    """The figure over a profile with the columns of `columns_of`, such as `counted_over` gives."""
    where, value, over = _expressions(figure, zone)
    if over is not None:
        profile = profile.filter(evaluate(over, profile, as_of))
    holds = evaluate(where, profile, as_of) if where else pl.Series("", [True] * profile.height, dtype=pl.Boolean)
    values = evaluate(value, profile, as_of) if value else pl.Series("", [None] * profile.height, dtype=pl.Float64)
    rows = pl.DataFrame({"subject": profile["subject"], "holds": holds, "value": values})
    indicator = zone.indicators[figure.indicator]
    counted = rows.filter("holds")
    unknown = rows["holds"].null_count()
    if value is not None:
        unknown += counted["value"].null_count()
        counted = counted.filter(pl.col("value").is_not_null())
    proof = counted.select("subject", *(["value"] if value is not None else [])).sort("subject")
    found = _aggregate(figure, rows, counted, value)
    unit = PERCENT if figure.aggregate == "share" else indicator.unit
    return Computed(figure, as_of, found, unit, proof, unknown)


def _expressions(figure: Figure, zone: Zone) -> tuple[Expression | None, Expression | None, Expression | None]:
    """Condition, value and range; those not declared are None."""
    where = expression(zone, figure.register, figure.where, "flag") if figure.where else None
    value = expression(zone, figure.register, figure.value, None) if figure.value else None
    over = expression(zone, figure.register, figure.over, "flag") if figure.over else None
    return where, value, over


def _aggregate(figure: Figure, rows: pl.DataFrame, counted: pl.DataFrame, value: Expression | None) -> Fraction | None:
    if figure.aggregate == "count":
        return Fraction(counted.height)
    if figure.aggregate == "share":
        known = rows.height - rows["holds"].null_count()
        return Fraction(counted.height * 100, known) if known else None
    if counted.is_empty() or value is None:
        return None
    taken = {"sum": pl.Series.sum, "mean": pl.Series.mean, "min": pl.Series.min, "max": pl.Series.max}
    number = taken[figure.aggregate](counted["value"])
    scale = Fraction(1, MINOR_PER_YUAN) if value.type == "money" else base_factor(value.unit or "")
    return Fraction(Decimal(str(number))) * scale


@dataclass(frozen=True, slots=True)
class Movement:
    """A subject that counts now and did not count then, or the other way round, or with another value."""

    subject: str
    before: float | None
    after: float | None
    change: str
    """`entered`, `left` or `changed`."""


def movements(then: Computed, now: Computed) -> tuple[Movement, ...]:
    """What moved a computed figure between two knowledges of the same date."""
    one, other = (_with_value(each.proof) for each in (then, now))
    both = one.join(other, on="subject", how="full", coalesce=True, suffix="_now").sort("subject")
    return tuple(
        Movement(row["subject"], row["value"], row["value_now"], _change(row["value"], row["value_now"]))
        for row in both.iter_rows(named=True)
        if row["value"] != row["value_now"]
    )


def _with_value(proof: pl.DataFrame) -> pl.DataFrame:
    value = pl.col("value").cast(pl.Float64) if "value" in proof.columns else pl.lit(1.0)
    return proof.select("subject", value.alias("value"))


def _change(before: float | None, after: float | None) -> str:
    if before is None:
        return "entered"
    return "left" if after is None else "changed"
