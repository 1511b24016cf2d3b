"""Figures stated about the zone, each with where it was said and since when it is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

import polars as pl
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from duofeng.brain.figures.statement import Statement
from duofeng.kernel.quantity import base_factor, plain
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.figures import stated
from duofeng.web.pages.api.access import Access, allowed
from duofeng.web.pages.api.reply import ERRORS, Answer, Asked, PageOf, Word, basis, listed, unless_known

router = Router(tags=["figures"])
Measure = Literal["level", "growth", "share", "rank", "limit", "target", "increase"]
PRECISE = 6
"""Decimals of a value; reports print two."""
GUARDED = ("value", "written")


class OfFigures(Asked):
    indicator: Word = ""
    measure: Measure | None = None
    period: Word = ""
    known: date | None = Field(None, description="what was known at the end of that day; without it, now")


class Stated(Schema):
    """One number somebody stated. `value` is a decimal in `unit`; null and `masked` where the token may not see it."""

    indicator: str
    title: str
    measure: Measure
    of: Annotated[str, Field(description="of what a share is, among what a rank is; `growth` for a target of growth")]
    subject: str
    period: str | None
    value: str | None
    unit: str
    written: str | None
    document: str
    place: str
    fact: str
    known_from: str | None
    masked: bool


class Series(PageOf[Stated]):
    """One indicator: what it means and everything stated under it."""

    indicator: str
    title: str
    unit: str
    behaviour: str
    direction: str
    definition: str | None


@router.get("", response={200: PageOf[Stated], **ERRORS}, summary="Stated figures")
def figures(request: HttpRequest, asked: Query[OfFigures]) -> Answer:
    access, version = allowed(request, "figures:read"), reader.snapshot().version
    unless_known(request, access, run=reader.run(), ledger=version)
    found = _asked(stated().known(asked.known).book.said, asked.indicator, asked.measure, asked.period)
    schema = {name: pl.Boolean if name == "masked" else pl.String for name in Stated.model_fields}
    rows = pl.LazyFrame([_row(each, access) for each in found], schema=schema)
    return listed(request, asked, "figures", rows, Stated, str(version), reader.run())


def _asked(said: Iterable[Statement], indicator: str, measure: Measure | None, period: str) -> list[Statement]:
    found = [
        each
        for each in said
        if indicator in {"", each.indicator} and measure in {None, each.measure} and period in {"", str(each.period)}
    ]
    return sorted(found, key=lambda each: (each.indicator, str(each.period or ""), each.measure, each.of, each.fact))


@router.get("/{indicator}", response={200: Series, **ERRORS}, summary="One indicator")
def figure(request: HttpRequest, indicator: Word, known: date | None = None) -> dict[str, object]:
    access = allowed(request, "figures:read")
    unless_known(request, access, run=reader.run(), ledger=reader.snapshot().version)
    declared = reader.zone().indicators.get(indicator)
    if declared is None:
        raise HttpError(404, "The zone declares no such indicator.")
    definition = getattr(declared, "definition", None)
    return {
        "basis": basis(reader.run()),
        "indicator": declared.id,
        "title": told(declared.title),
        "unit": declared.unit,
        "behaviour": declared.behaviour,
        "direction": declared.direction,
        "definition": told(definition) if definition else None,
        "items": [_row(each, access) for each in stated().known(known).said_of(indicator)],
    }


def _row(each: Statement, access: Access) -> dict[str, Any]:
    declared = reader.zone().indicators.get(each.indicator)
    attribute = reader.zone().attributes.get("zone", {}).get(each.indicator)
    open_to_them = access.rights.reads(attribute.sensitivity if attribute else "internal")
    row = {
        "indicator": each.indicator,
        "title": told(declared.title) if declared else each.indicator,
        "measure": each.measure,
        "of": each.of,
        "subject": each.subject,
        "period": str(each.period) if each.period else None,
        "value": plain(each.value / base_factor(each.unit), PRECISE),
        "unit": each.unit,
        "written": each.written,
        "document": each.document,
        "place": each.where,
        "fact": each.fact,
        "known_from": each.known_from.isoformat() if each.known_from else None,
        "masked": not open_to_them,
    }
    return row if open_to_them else row | dict.fromkeys(GUARDED)
