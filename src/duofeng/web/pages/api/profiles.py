"""Profiles as the run saw them, of any register: one row a subject, values the token may not see left out by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from duofeng.brain.runs.store import Run
from duofeng.engine.columns import attribute_in
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web.pages.api import reply
from duofeng.web.pages.api.access import Access, allowed
from duofeng.web.pages.api.reply import Answer, Asked, OfRun, PageOf, Word
from duofeng.web.run_view import view_of
from duofeng.web.tables import FORMS, Column, holds
from duofeng.zone.kinds.vocabulary import Attribute

router = Router(tags=["profiles"])
Value = str | float | bool | list[str] | None


class Described(Schema):
    """One column: `revenue[2023]` is the attribute `revenue` in the period 2023. Money is a decimal in `unit`."""

    column: str
    title: str
    type: str
    to: Annotated[str | None, Field(description="the register a reference leads to")]
    unit: str | None
    sensitivity: str
    masked: bool


class Listed(Schema):
    id: str
    title: str
    element: str


class Profile(Schema):
    """`values` by column, null where unknown; `masked` names the columns held back for their sensitivity."""

    subject: str
    values: dict[str, Value]
    masked: list[str]


class OfProfiles(OfRun, Asked):
    columns: list[Word] = Field([], max_length=300, description="only these columns, such as `revenue[2023]`")
    where: list[Annotated[str, Field(max_length=200)]] = Field(
        [], max_length=20, description="`column:value`, such as `office:north`, of a column the token may see"
    )


@router.get("/registers", response={200: list[Listed], **reply.ERRORS}, summary="The registers this token may read")
def listed_registers(request: HttpRequest) -> list[dict[str, object]]:
    access = allowed(request, "profiles:read")
    reply.unless_known(request, access)
    mine = registers.open_to(access.rights)
    return [{"id": each.id, "title": told(each.title), "element": each.element} for each in mine]


@router.get("/columns", response={200: PageOf[Described], **reply.ERRORS}, summary="The columns of a profile")
def columns(request: HttpRequest, asked: Query[OfRun]) -> Answer:
    found = _begun(request, reply.of_run(asked.run), asked.of)
    return {"basis": reply.basis(found.run), "items": [found.described(name) for name in found.names]}


@router.get(
    "", response={200: PageOf[Profile], **reply.ERRORS}, summary="Profiles of all subjects of a register within reach"
)
def profiles(request: HttpRequest, asked: Query[OfProfiles]) -> Answer:
    allowed(request, "profiles:read")
    found = _begun(request, reply.run_of(request, asked.run, asked.cursor), asked.of)
    names = found.chosen(asked.columns)
    shown = [name for name in names if not found.masked(name)]
    rows = found.filtered(asked.where).select("subject", *shown)
    if asked.format != "json":
        key = Column("subject", reply.TITLES["subject"])
        return reply.as_file(request, "profiles", rows, (key, *map(found.column, shown)))
    part, following = reply.paged(request, asked, rows, found.run.id)
    masked = [name for name in names if name not in shown]
    return {"basis": reply.basis(found.run), "items": [found.profile(row, masked) for row in part], "next": following}


@router.get("/{path:subject}", response={200: Profile, **reply.ERRORS}, summary="The profile of one subject")
def profile(request: HttpRequest, subject: str, asked: Query[OfRun]) -> Answer:
    allowed(request, "profiles:read").reach(subject)
    found = _begun(request, reply.of_run(asked.run), asked.of)
    shown = [name for name in found.names if not found.masked(name)]
    rows = found.reached().filter(pl.col("subject") == subject).select("subject", *shown).collect()
    if not rows.height:
        raise HttpError(404, "The run knows no such subject.")
    return found.profile(rows.row(0, named=True), [name for name in found.names if name not in shown])


def _begun(request: HttpRequest, run: Run, register: str) -> Profiles:
    """What this request may read of a register. 403 where its pages would not open either, 404 for none."""
    access = allowed(request, "profiles:read")
    access.opens(register)
    reply.unless_known(request, access, run=run)
    return Profiles(access, run, register)


@dataclass(frozen=True)
class Profiles:
    """The profiles of one register in one run, as far as a token reaches."""

    access: Access
    run: Run
    register: str

    @property
    def names(self) -> list[str]:
        """The columns the run kept; of a register it did not answer for, what holds as of its day."""
        kept = [name for name in view_of(self.run).profile_columns(self.register) if name != "subject"]
        attributes = reader.zone().attributes.get(self.register, {})
        return kept or [name for name, attribute in attributes.items() if attribute.per == "state"]

    def chosen(self, wanted: list[str]) -> list[str]:
        known = self.names
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise HttpError(422, f"The profile has no column {unknown[0]!r}; see profiles/columns.")
        return list(dict.fromkeys(wanted)) or known

    def reached(self) -> pl.LazyFrame:
        rows = view_of(self.run).profile(self.register, tuple(self.names))
        return rows if self.access.only is None else rows.filter(pl.col("subject") == self.access.only)

    def filtered(self, where: list[str]) -> pl.LazyFrame:
        """Filtering by a value tells it, so a masked column cannot be filtered by."""
        rows = self.reached()
        for each in where:
            name, _colon, value = each.partition(":")
            if name != "subject" and self.masked(self.chosen([name])[0]):
                raise HttpError(403, f"This token may not see {name!r}, so it cannot filter by it.")
            rows = rows.filter(holds(name, value, rows))
        return rows

    def attribute(self, column: str) -> Attribute | None:
        return reader.zone().attributes.get(self.register, {}).get(attribute_in(column))

    def sensitivity(self, column: str) -> str:
        """What the zone no longer declares is guarded like what concerns a person."""
        attribute = self.attribute(column)
        return attribute.sensitivity if attribute else "personal"

    def masked(self, column: str) -> bool:
        """Guarded itself, or the key of a subject this token may not open."""
        attribute = self.attribute(column)
        beyond = attribute is not None and attribute.to is not None
        if beyond and not registers.opens(self.access.rights, str(attribute and attribute.to)):
            return True
        return not self.access.rights.reads(self.sensitivity(column))

    def described(self, column: str) -> dict[str, object]:
        attribute = self.attribute(column)
        money = attribute is not None and attribute.type == "money"
        return {
            "column": column,
            "title": self._title(column),
            "type": attribute.type if attribute else "text",
            "to": attribute.to if attribute else None,
            "unit": (reader.zone().currency.unit if money else attribute.unit) if attribute else None,
            "sensitivity": self.sensitivity(column),
            "masked": self.masked(column),
        }

    def _title(self, column: str) -> str:
        attribute, (_name, bracket, period) = self.attribute(column), column.partition("[")
        return f"{told(attribute.title)}{bracket}{period}" if attribute else column

    def column(self, name: str) -> Column:
        attribute = self.attribute(name)
        return Column(name, self._title(name), FORMS.get(attribute.type, "text") if attribute else "text")

    def profile(self, row: dict[str, Any], masked: list[str]) -> dict[str, object]:
        values = {name: self._value(name, value) for name, value in row.items() if name != "subject"}
        return {"subject": row["subject"], "values": values, "masked": masked}

    def _value(self, column: str, value: Any) -> Value:
        attribute = self.attribute(column)
        if value is None or isinstance(value, (bool, float, str)):
            return value
        if isinstance(value, list):
            return [str(each) for each in value]
        if attribute is not None and attribute.type == "money":
            return str(Decimal(value) / 100)
        return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
