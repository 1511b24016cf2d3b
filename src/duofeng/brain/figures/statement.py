"""A number somebody stated about the zone, with its place; read from the facts of the ledger, never from a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, cast

import polars as pl

from duofeng.brain.figures.interval import Interval, printed
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import PERCENT, RANK, Quantity, base_factor, is_count, plain
from duofeng.kernel.units import split_magnitude

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator

Measure = Literal["level", "growth", "share", "rank", "limit", "target", "increase"]
THE_ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Statement:
    """One stated number. `value` and `interval` are in base units (元, 平方米, 个); percentages stay in per cent."""

    indicator: str
    measure: Measure
    of: str
    """Of what a share is, among what a rank is; `growth` for a target of growth; else empty."""
    subject: str
    period: Period | None
    value: Fraction
    interval: Interval
    unit: str
    """The unit people read it in."""
    written: str
    hedge: str = ""
    document: str = ""
    start: int | None = None
    end: int | None = None
    fact: str = ""
    known_from: datetime | None = None
    retracted_at: datetime | None = None
    place: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, Period | None]:
        """What it is about; two statements with one key speak of the same thing."""
        return (self.indicator, self.measure, self.of, self.subject, self.period)

    @property
    def is_count(self) -> bool:
        return is_count(self.unit)

    @property
    def said(self) -> Quantity:
        """The number as it was written, else in its unit."""
        return Quantity(self.value, self.unit, written=self.written, hedge=self.hedge)

    @property
    def where(self) -> str:
        """Its characters in the document, else the place in the file it came in."""
        return f"chars {self.start}-{self.end}" if self.end is not None else self.place


def statement(
    indicator: str, value: Fraction, unit: str, *, written: str = "", hedge: str = "", **more: Any
) -> Statement:
    """A statement from a value in base units; its interval follows from how it is written.

    `more` gives any other field; measure, of, subject and period have their usual values when left out.
    """
    as_printed = written or _as_usually_printed(value, unit)
    fields: dict[str, Any] = {"measure": "level", "of": "", "subject": THE_ZONE, "period": None} | more
    return Statement(
        indicator=indicator,
        value=value,
        interval=printed(value, as_printed, base_factor(split_magnitude(unit)[1]), count=is_count(unit), hedge=hedge),
        unit=unit,
        written=written,
        hedge=hedge,
        **fields,
    )


def _as_usually_printed(value: Fraction, unit: str) -> str:
    """Without its wording, a count of whole thousands from ten thousand up is taken as printed in 万: 4万, 5.4万."""
    number = value / base_factor(unit)
    if is_count(unit) and number >= 10_000 and number % 1000 == 0:
        return plain(number / 10_000, 6) + "万" + unit
    return plain(number, 6) + unit


def statements(
    facts: pl.DataFrame,
    indicators: Mapping[str, Indicator],
    published: Mapping[str, datetime],
    zone_id: str = THE_ZONE,
) -> tuple[Statement, ...]:
    """The facts of kind `zone` that state a number of a declared indicator, in the order of the frame.

    `published` is when each document was published: a published number is known from then, however late it was
    loaded; any other fact from the instant it was recorded. A column `file` names the document where the fact does not.
    """
    made = (_of_fact(row, indicators, published, zone_id) for row in facts.iter_rows(named=True))
    return tuple(each for each in made if each is not None)


def _of_fact(
    row: Mapping[str, Any], indicators: Mapping[str, Indicator], published: Mapping[str, datetime], zone_id: str
) -> Statement | None:
    indicator, measure, of = split_attribute(row["attribute"])
    declared = indicators.get(indicator)
    unit = unit_of_measure(declared.unit, measure, of) if declared else ""
    value = _value(row, unit)
    if declared is None or value is None:
        return None
    document = _document(row)
    return statement(
        indicator,
        value,
        unit,
        measure=measure,
        of=of,
        period=Period.parse(row["period"]) if row["period"] else None,
        written=row["written"] or "",
        hedge=row["hedge"] or "",
        subject=THE_ZONE if row["subject"] in (zone_id, THE_ZONE) else row["subject"],
        document=document,
        start=row["start"],
        end=row["end"],
        fact="{}:{}".format(row.get("arrival", ""), row.get("sequence", "")),
        place=row.get("place") or "",
        known_from=_known_from(row.get("recorded_at"), published.get(document)),
        retracted_at=row.get("retracted_at"),
    )


def _document(row: Mapping[str, Any]) -> str:
    return str(row["document"] or row.get("file") or row.get("source") or "")


def split_attribute(attribute: str) -> tuple[str, Measure, str]:
    """`gdp:share:city` → gdp, share, city; `x:growth:target` → x, target, growth."""
    indicator, *rest = attribute.split(":")
    if not rest:
        return indicator, "level", ""
    if rest[-1] == "target":
        return indicator, "target", rest[0] if len(rest) > 1 else ""
    return indicator, cast(Measure, rest[0]), ":".join(rest[1:])


def unit_of_measure(level_unit: str, measure: str, of: str = "") -> str:
    if measure in ("growth", "share") or of == "growth":
        return PERCENT
    return RANK if measure == "rank" else level_unit


def _value(row: Mapping[str, Any], unit: str) -> Fraction | None:
    """In base units; None for a fact that states no number."""
    if row["money"] is not None:
        return Fraction(row["money"], 100)
    return Fraction(Decimal(str(row["number"]))) * base_factor(unit) if row["number"] is not None else None


def _known_from(recorded_at: datetime | None, published_at: datetime | None) -> datetime | None:
    """The earlier of publication and recording."""
    return min(filter(None, (recorded_at, published_at)), default=None)


def known_at(said: Iterable[Statement], instant: datetime) -> tuple[Statement, ...]:
    """What was known then: said by then, and not yet withdrawn."""
    return tuple(
        each
        for each in said
        if (each.known_from is None or each.known_from <= instant)
        and (each.retracted_at is None or each.retracted_at > instant)
    )
