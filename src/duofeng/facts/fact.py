"""The shape of a fact, as everybody above the ledger sees it, and a single fact made by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from duofeng.kernel.money import to_minor
from duofeng.kernel.period import Period

VALUES: dict[str, pl.DataType] = {
    "number": pl.Float64(),
    "money": pl.Int64(),
    "text": pl.String(),
    "date": pl.Date(),
    "flag": pl.Boolean(),
}
"""The value columns; exactly one is set. `money` is in minor units (分)."""

VALUE_OF_TYPE = {
    "number": "number",
    "integer": "number",
    "money": "money",
    "text": "text",
    "code": "text",
    "date": "date",
    "flag": "flag",
}
"""The value column in which an attribute of a declared type is kept."""

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
INSTANT = pl.Datetime("us", "UTC")

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
class Fact:
    """One fact made by hand: a decision, a confirmation, a correction; or a retraction, which has no value.

    `value` is float or int (number), Decimal (money in 元), str, date or bool. `retracts` is a fact's id.
    """

    kind: str
    subject: str
    attribute: str
    value: float | Decimal | str | date | bool | None = None
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


def _valued(value: float | Decimal | str | date | bool | None) -> dict[str, object]:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"flag": value}
    if isinstance(value, Decimal):
        return {"money": to_minor(value)}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, date):
        return {"date": value}
    return {"number": float(value)}
