"""Profiles as the run saw them: one row a firm, values the token may not see left out by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from duofeng.brain.runs.store import Run
from duofeng.web import reader
from duofeng.web.context import language
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
    begin,
    of_run,
    page_of,
    unless_known,
)  # fmt: skip
from duofeng.web.tables import Column, Form
from duofeng.zone.kinds.vocabulary import Attribute

router = Router(tags=["profiles"])
FORMS: dict[str, Form] = {
    "number": "number", "integer": "integer", "money": "money", "date": "date", "flag": "flag",
}  # fmt: skip
Wanted = Annotated[list[Word], Query(max_length=300, description="only these columns, such as `revenue[2023]`")]
Where = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Query(max_length=20, description="`column:value`, such as `office:north`, of a column the token may see"),
]
ERRORS = {401: Failure, 403: Failure, 404: Failure, 422: Any}
Value = str | float | bool | None


class Described(Schema):
    """One column: `revenue[2023]` is the attribute `revenue` in the period 2023. Money is a decimal in `unit`."""

    column: str
    title: str
    type: str
    unit: str | None
    sensitivity: str
    masked: bool


class Columns(Schema):
    basis: Basis
    items: list[Described]


class Profile(Schema):
    """`values` by column, null where unknown; `masked` names the columns held back for their sensitivity."""

    subject: str
    values: dict[str, Value]
    masked: list[str]


class ProfilePage(Schema):
    basis: Basis
    items: list[Profile]
    next: str | None


@router.get("/columns", response={200: Columns, **ERRORS}, summary="The columns of a profile")
def columns(request: HttpRequest, run: Word = "current") -> dict[str, object]:
    access, found = allowed(request, "profiles:read"), of_run(run)
    unless_known(request, access, run=found)
    items = [_described(name, access) for name in _names(found)]
    return {"basis": basis(found), "items": items}


@router.get("", response={200: ProfilePage, **ERRORS}, summary="Profiles of all firms within reach")
def profiles(
    request: HttpRequest, columns: Wanted = [], where: Where = [], run: Word = "current", limit: Limit = 100,  # noqa: B006  # read only
    cursor: Cursor = None, format: Format = "json",
) -> HttpResponse | dict[str, object]:  # fmt: skip
    access, listed = allowed(request, "profiles:read"), among(request)
    found, first = begin(run, cursor, listed)
    unless_known(request, access, run=found)
    names = _chosen(found, columns)
    shown = [name for name in names if not _masked(name, access)]
    rows = _filtered(_reached(found, access), where, found, access).select("subject", *shown)
    if format != "json":
        return as_file(request, "profiles", rows, [Column("subject", _("编号")), *map(_column, shown)])
    part, following = page_of(rows, first, limit, found.id, listed)
    masked = [name for name in names if name not in shown]
    return {"basis": basis(found), "items": [_profile(row, masked) for row in part], "next": following}


@router.get("/{subject}", response={200: Profile, **ERRORS}, summary="The profile of one firm")
def profile(request: HttpRequest, subject: Word, run: Word = "current") -> dict[str, object]:
    access = allowed(request, "profiles:read")
    access.reach(subject)
    found = of_run(run)
    unless_known(request, access, run=found)
    names = _names(found)
    shown = [name for name in names if not _masked(name, access)]
    rows = _reached(found, access).filter(pl.col("subject") == subject).select("subject", *shown).collect()
    if not rows.height:
        raise HttpError(404, "The run knows no such firm.")
    return _profile(rows.row(0, named=True), [name for name in names if name not in shown])


def _names(run: Run) -> list[str]:
    return [name for name in run.table("profile", reader.FIRMS).collect_schema().names() if name != "subject"]


def _chosen(run: Run, wanted: list[str]) -> list[str]:
    known = _names(run)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise HttpError(422, f"The profile has no column {unknown[0]!r}; see profiles/columns.")
    return list(dict.fromkeys(wanted)) or known


def _reached(run: Run, access: Access) -> pl.LazyFrame:
    rows = run.table("profile", reader.FIRMS)
    return rows if access.only is None else rows.filter(pl.col("subject") == access.only)


def _filtered(rows: pl.LazyFrame, where: list[str], run: Run, access: Access) -> pl.LazyFrame:
    """Filtering by a value tells it, so a masked column cannot be filtered by."""
    for each in where:
        name, _colon, value = each.partition(":")
        if name != "subject" and _masked(_chosen(run, [name])[0], access):
            raise HttpError(403, f"This token may not see {name!r}, so it cannot filter by it.")
        rows = rows.filter(pl.col(name).cast(pl.String) == value)
    return rows


def _attribute(column: str) -> Attribute | None:
    return reader.zone().attributes.get(reader.FIRMS, {}).get(column.partition("[")[0])


def _sensitivity(column: str) -> str:
    """What the zone no longer declares is guarded like what concerns a person."""
    attribute = _attribute(column)
    return attribute.sensitivity if attribute else "personal"


def _masked(column: str, access: Access) -> bool:
    return not access.rights.reads(_sensitivity(column))


def _described(column: str, access: Access) -> dict[str, object]:
    attribute = _attribute(column)
    money = attribute is not None and attribute.type == "money"
    return {
        "column": column,
        "title": _title(column),
        "type": attribute.type if attribute else "text",
        "unit": (reader.zone().currency.unit if money else attribute.unit) if attribute else None,
        "sensitivity": _sensitivity(column),
        "masked": _masked(column, access),
    }


def _title(column: str) -> str:
    attribute, (_name, bracket, period) = _attribute(column), column.partition("[")
    return f"{attribute.title.of(language())}{bracket}{period}" if attribute else column


def _column(column: str) -> Column:
    attribute = _attribute(column)
    return Column(column, _title(column), FORMS.get(attribute.type, "text") if attribute else "text")


def _profile(row: dict[str, Any], masked: list[str]) -> dict[str, object]:
    values = {name: _value(name, value) for name, value in row.items() if name != "subject"}
    return {"subject": row["subject"], "values": values, "masked": masked}


def _value(column: str, value: Any) -> Value:
    attribute = _attribute(column)
    if value is None or isinstance(value, (bool, float, str)):
        return value
    if attribute is not None and attribute.type == "money":
        return str(Decimal(value) / 100)
    return str(value)
