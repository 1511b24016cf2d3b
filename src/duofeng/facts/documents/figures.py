"""What the reading gives and what it may be told beforehand: the shapes other rooms use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["actual", "target", "growth", "share", "rank", "limit", "cumulative"]

CSV_HEADER = (
    "indicator,indicator_id,subject,value,unit,number,period,kind,yoy_pct,share_pct,share_of,hedge,start,end,confidence"
)


@dataclass(frozen=True, slots=True)
class CandidateFigure:
    """One number a text states, and what it seems to say. `start` and `end` are character offsets in the text."""

    indicator: str
    """The head noun phrase as written, blanks and line breaks removed, traditional characters simplified."""
    indicator_id: str
    """The zone's indicator, or empty."""
    subject: str
    value: Decimal
    unit: str
    """As written, scale included: 亿元, 万人次, %."""
    number: Decimal
    """The value in the unit without its scale: 元, 人次; a percentage stays in percent."""
    period: str | None
    kind: Kind
    yoy_pct: Decimal | None
    share_pct: Decimal | None
    share_of: str
    """Of what the share is, or among what the rank is."""
    hedge: str
    written: str
    """The number alone as it is printed: 564.6亿元, 1.2万余人, 第17名."""
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What is known before reading. Everything is optional; what is missing is inferred from the text."""

    indicators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Indicator id → its title and aliases."""
    subject: str = "zone"
    """The subject given to figures that name none."""
    names: tuple[str, ...] = ()
    """How texts call that subject. When given and the text speaks of another place, that place is the subject."""
    period: str | None = None
    """The document's period, e.g. `2023` or `2024H1`."""
    plan: bool | None = None
    """Whether the document states intentions (a plan) rather than results (a report)."""
