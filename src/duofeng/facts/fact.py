"""The shape of a fact, as everybody above the ledger sees it, and a single fact made by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl

from duofeng.kernel.money import to_minor
from duofeng.kernel.period import Period

INSTANT = pl.Datetime("us", "UTC")

VALUES: dict[str, pl.DataType] = {
    "number": pl.Float64(),
    "money": pl.Int64(),
    "text": pl.String(),
    "date": pl.Date(),
    "instant": INSTANT,
    "flag": pl.Boolean(),
    "geometry": pl.String(),
}
"""The value columns; exactly one is set. `money` is in minor units (分); `geometry`, which a point is too, is WKT in
WGS 84, longitude first."""

VALUE_OF_TYPE = {
    "number": "number",
    "integer": "number",
    "money": "money",
    "text": "text",
    "code": "text",
    "date": "date",
    "flag": "flag",
    "instant": "instant",
    "reference": "text",
    "point": "geometry",
    "geometry": "geometry",
}
"""The value column in which an attribute of a declared type is kept; a reference's is the key of its subject."""

WHEN: dict[str, pl.DataType] = {"period": pl.String(), "valid_from": pl.Date(), "valid_until": pl.Date()}
PRINTED: dict[str, pl.DataType] = {
    "document": pl.String(),
    "start": pl.Int32(),
    "end": pl.Int32(),
    "written": pl.String(),
    "hedge": pl.String(),
}
"""Of a value that stands in a document: which one, its characters from start to end, its printed form and its hedge."""
EVIDENCE: dict[str, pl.DataType] = {"place": pl.String(), "row": pl.Int32(), **PRINTED}

DELIVERED = pl.Schema(
    {"kind": pl.String(), "subject": pl.String(), "attribute": pl.String()}
    | VALUES
    | WHEN
    | EVIDENCE
    | {"sequence": pl.Int64(), "retracts": pl.String()}
)
"""What a reader hands to the ledger: a fact without what the arrival says for all of them."""

FACT = pl.Schema(
    {"kind": pl.String(), "subject": pl.String(), "attribute": pl.String()}
    | VALUES
    | WHEN
    | {"source": pl.String(), "arrival": pl.String(), "recorded_at": INSTANT}
    | EVIDENCE
    | {"sequence": pl.Int64(), "retracts": pl.String()}
)
"""What the ledger hands back."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Where and how a document prints a value. A growth printed beside its level has the level's place and no form of
    its own; `hedge` is one of `facts.hedge.SENSES`."""

    document: str
    start: int
    end: int
    written: str | None = None
    hedge: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A point or another geometry as a value: WKT in WGS 84, longitude first."""

    wkt: str


Value = float | Decimal | str | date | datetime | bool | Shape


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact made by hand: a decision, a confirmation, a correction; or a retraction, which has no value.

    `value` is float or int (number), Decimal (money in 元), str (a text, a code, the key of a subject), date, datetime
    with a time zone (an instant), Shape or bool. `retracts` is a fact's id.
    """

    kind: str
    subject: str
    attribute: str
    value: Value | None = None
    period: Period | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    place: str | None = None
    printed: Printed | None = None
    retracts: str | None = None

    def row(self) -> dict[str, object]:
        """The row of `DELIVERED` without its sequence. Raises ValueError for a fact that says nothing."""
        if self.value is None and self.retracts is None:
            raise ValueError(f"a fact needs a value or something to retract: {self}")
        period = self.period
        return {
            "kind": self.kind,
            "subject": self.subject,
            "attribute": self.attribute,
            **_valued(self.value),
            "period": str(period) if period else None,
            "valid_from": period.first_day if period else self.valid_from,
            "valid_until": period.last_day if period else self.valid_until,
            "place": self.place,
            **(asdict(self.printed) if self.printed else {}),
            "retracts": self.retracts,
        }


def left(kind: str, subject: str, attribute: str, member: Value, on: date) -> Fact:
    """The fact that a member of a set is none any more from a day on: one that begins that day and has ended before."""
    return Fact(kind, subject, attribute, member, valid_from=on, valid_until=on - timedelta(days=1))


def _valued(value: Value | None) -> dict[str, object]:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"flag": value}
    if isinstance(value, Decimal):
        return {"money": to_minor(value)}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, Shape):
        return {"geometry": value.wkt}
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value}")
        return {"instant": value.astimezone(UTC)}
    if isinstance(value, date):
        return {"date": value}
    return {"number": float(value)}


def place_in(sheet: str, title: str, file: str | None = None) -> str:
    """The place of a column in its file; `file` is named where a row stood in another one than arrived."""
    if file is not None:
        return f"[{file}]{sheet}!{title}"
    return f"{sheet}!{title}" if sheet else title


_ELSEWHERE = r"^\[([^\[\]]+\.[A-Za-z]\w{0,4})\]([^!]*)!(.*)$"


def file_and_place(file: pl.Expr, place: pl.Expr) -> dict[str, pl.Expr]:
    """The file in which a fact stands and its place there."""
    named = place.str.extract_groups(_ELSEWHERE).struct
    sheet, title = named.field("2"), named.field("3")
    inside = pl.when(sheet == "").then(title).otherwise(pl.format("{}!{}", sheet, title))
    return {"file": pl.coalesce(named.field("1"), file), "place": pl.coalesce(inside, place)}
