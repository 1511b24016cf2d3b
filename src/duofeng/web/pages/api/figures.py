"""Figures stated about the zone, each with where it was said and since when it is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from duofeng.brain.figures.statement import Statement
from duofeng.kernel.quantity import base_factor, plain
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.figures import stated
from duofeng.web.pages.api.access import Access, allowed
from duofeng.web.pages.api.reply import (
    Basis,
    Cursor,
    Failure,
    Format,
    Limit,
    Word,
    among,
    as_file,
    basis,
    opened,
    part_of,
    unless_known,
)  # fmt: skip
from duofeng.web.tables import Column

router = Router(tags=["figures"])
Measure = Literal["level", "growth", "share", "rank", "limit", "target", "increase"]
PRECISE = 6
"""Decimals of a value; reports print two."""
GUARDED = ("value", "written")


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


class FigurePage(Schema):
    basis: Basis
    items: list[Stated]
    next: str | None


class Series(Schema):
    """One indicator: what it means and everything stated under it."""

    basis: Basis
    indicator: str
    title: str
    unit: str
    behaviour: str
    direction: str
    definition: str | None
    items: list[Stated]


COLUMNS = (
    Column("indicator", _("指标编号")), Column("title", _("指标")), Column("measure", _("说了什么")),
    Column("of", _("对比")),
    Column("subject", _("对象")), Column("period", _("时期")), Column("value", _("数值")), Column("unit", _("单位")),
    Column("written", _("原文")), Column("document", _("文件")), Column("place", _("位置")), Column("fact", _("事实")),
    Column("known_from", _("何时得知")),
)  # fmt: skip
ERRORS = {401: Failure, 403: Failure, 404: Failure, 422: Any}


@router.get("", response={200: FigurePage, **ERRORS}, summary="Stated figures")
def figures(  # noqa: PLR0913, PLR0917  # the parameters of the address
    request: HttpRequest, indicator: Word = "", measure: Measure | None = None, period: Word = "",
    known: date | None = None, limit: Limit = 100, cursor: Cursor = None, format: Format = "json",
) -> HttpResponse | dict[str, object]:  # fmt: skip
    """`known` asks what was known at the end of that day; without it, now."""
    access, version, listed = allowed(request, "figures:read"), reader.snapshot().version, among(request)
    unless_known(request, access, run=reader.run(), ledger=version)
    found = _asked(stated().known(known).book.said, indicator, measure, period)
    if format != "json":
        rows = [_row(each, access) for each in found]
        frame = pl.LazyFrame(rows, schema={column.name: pl.String for column in COLUMNS} | {"masked": pl.Boolean})
        return as_file(request, "figures", frame, COLUMNS)
    place = opened(cursor, listed)
    if place is not None and place[0] != str(version):
        raise HttpError(422, "The ledger has changed since the first page: begin again.")
    part, following = part_of(found, place[1] if place else 0, limit, str(version), listed)
    return {"basis": basis(reader.run()), "items": _rows(part, access), "next": following}


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
        "items": _rows(stated().known(known).said_of(indicator), access),
    }


def _rows(said: Iterable[Statement], access: Access) -> list[dict[str, Any]]:
    return [_row(each, access) for each in said]


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
