"""Figures counted from profiles: the number, how many subjects are behind it, and who, for those who may see that."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import base_factor, plain
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web.counted import Counted, counted, tells_whom
from duofeng.web.pages.api.access import Access, allowed
from duofeng.web.pages.api.figures import PRECISE
from duofeng.web.pages.api.reply import ERRORS, Answer, Asked, PageOf, Word, basis, listed, unless_known
from duofeng.zone.kinds.figure import Figure

router = Router(tags=["figures"])
MINOR_UNITS = 100


class OfFigure(Asked):
    period: Word = Field("", description="as of its last day; else of the current run's")
    known: date | None = Field(None, description="what was known at the end of that day; without it, now")


class Declared(Schema):
    """How an indicator is counted from profiles."""

    figure: str
    title: str
    indicator: str
    of: str
    aggregate: str
    where: str | None
    value: str | None
    over: str | None
    comparable: bool


class Behind(Schema):
    """One subject that counts. `value` is null where the figure only counts."""

    subject: str
    name: str | None
    value: str | None


class Number(PageOf[Behind]):
    """`low` and `high` are what it could be if all that is unknown were known; null where nothing bounds it.

    `items` are the subjects behind the number; empty and `masked` where the token may not see what decides it.
    """

    figure: str
    title: str
    indicator: str
    as_of: str
    value: str | None
    unit: str
    low: str | None
    high: str | None
    counted: int
    unknown: int
    masked: bool


@router.get("", response={200: PageOf[Declared], **ERRORS}, summary="Figures counted from profiles")
def declared(request: HttpRequest) -> dict[str, object]:
    access = allowed(request, "figures:read")
    unless_known(request, access, run=reader.run(), ledger=reader.snapshot().version)
    return {"basis": basis(reader.run()), "items": [_declared(each) for each in _figures().values()]}


@router.get("/{figure}", response={200: Number, **ERRORS}, summary="One figure counted, with who is behind it")
def number(request: HttpRequest, figure: Word, asked: Query[OfFigure]) -> Answer:
    access, version = allowed(request, "figures:read"), reader.snapshot().version
    unless_known(request, access, run=reader.run(), ledger=version)
    if figure not in _figures():
        raise HttpError(404, "The zone declares no such computed figure.")
    found = counted(figure, _period(asked.period), asked.known)
    names = _may_see_whom(access, found.found.figure.register) and tells_whom(found.found, access.rights)
    rows = _rows(found) if names else _rows(found).head(0)
    answer = listed(request, asked, figure, rows, Behind, f"{version} {found.found.as_of}", reader.run())
    return answer if isinstance(answer, HttpResponse) else {**answer, **_number(found), "masked": not names}


def _figures() -> dict[str, Figure]:
    return dict(reader.zone().declared(Figure))


def _period(written: str) -> Period | None:
    try:
        return Period.parse(written) if written else None
    except (ProblemError, ValueError):
        raise HttpError(422, f"'{written[:20]}' is no period; write 2023, 2024H1, 2024Q1 or 2024-06.") from None


def _may_see_whom(access: Access, register: str) -> bool:
    """Names of subjects need the scope and the capability that profiles need, and a reach beyond one's own firm."""
    return "profiles:read" in access.token.scopes and registers.opens(access.rights, register)


def _declared(each: Figure) -> dict[str, Any]:
    said = {name: getattr(each, name) for name in ("indicator", "aggregate", "where", "value", "over")}
    said["of"] = each.register
    return {"figure": each.id, "title": told(each.title), "comparable": each.comparable, **said}


def _number(counted_now: Counted) -> dict[str, Any]:
    found = counted_now.found
    bounds = found.interval

    def written(value: Fraction | None) -> str | None:
        return None if value is None else plain(value / base_factor(found.unit), PRECISE)

    return {
        "figure": found.figure.id,
        "title": told(found.figure.title),
        "indicator": found.figure.indicator,
        "as_of": found.as_of.isoformat(),
        "value": written(found.value),
        "unit": found.unit,
        "low": written(bounds.low) if bounds else None,
        "high": written(bounds.high) if bounds else None,
        "counted": counted_now.rows.height,
        "unknown": found.unknown,
    }


def _rows(found: Counted) -> pl.LazyFrame:
    """Values as decimals in text: money in the main unit, other numbers as they are."""
    rows = found.rows
    if "value" not in rows.columns:
        return rows.lazy().select("subject", "name", value=pl.lit(None, pl.String))
    values = [None if each is None else _text(each, money=found.value_is_money) for each in rows["value"].to_list()]
    return rows.with_columns(value=pl.Series(values, dtype=pl.String)).lazy().select("subject", "name", "value")


def _text(value: float, *, money: bool) -> str:
    number = Decimal(str(value)) / (MINOR_UNITS if money else 1)
    return f"{number:.2f}" if money else f"{number.normalize():f}"
