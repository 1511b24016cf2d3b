"""What every answer of the API has: its version as an ETag, a cursor to go on, the same rows as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, TypeVar

import polars as pl
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError

from duofeng.brain.runs.store import Run
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader
from duofeng.web.context import language
from duofeng.web.pages.api.access import Access
from duofeng.web.tables import Column, Listing

Format = Literal["json", "csv", "xlsx", "parquet"]
Limit = Annotated[int, Field(ge=1, le=500, description="rows of one answer")]
Cursor = Annotated[str | None, Field(max_length=600, description="`next` of the answer before")]
Word = Annotated[str, Field(max_length=120)]
Of = Annotated[str, Query(alias="register", max_length=120, description="the register; firms unless told otherwise")]
Item = TypeVar("Item")
SALT = "duofeng.api.cursor"


class NotModified(Exception):
    """The asker has this answer already."""


class Failure(Schema):
    detail: str


class Basis(Schema):
    """What an answer rests on. The same basis gives the same answer."""

    run: str | None
    as_of: str | None
    known_at: str | None
    ledger_version: int


class Api(NinjaAPI):
    """Every answer says its version; without asking again whether it still holds, nobody may reuse it."""

    def create_response(self, request: HttpRequest, data: Any, **more: Any) -> HttpResponse:
        return versioned(request, super().create_response(request, data, **more))


def versioned(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    tag = getattr(request, "duofeng_tag", None)
    if tag is not None and response.status_code in {200, 304}:
        response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Accept-Language"])
    return response


def basis(run: Run | None) -> Basis:
    version = run.manifest.ledger_version if run else reader.snapshot().version
    manifest = run.manifest if run else None
    return Basis(
        run=manifest.id if manifest else None,
        as_of=manifest.as_of if manifest else None,
        known_at=manifest.known_at if manifest else None,
        ledger_version=version,
    )


def unless_known(request: HttpRequest, access: Access, *, run: Run | None = None, ledger: int | None = None) -> None:
    """Set the ETag: what the answer depends on, the reader's rights and language included. Raises NotModified."""
    marks, rights = reader.zone().fingerprint, access.rights
    parts = (
        request.get_full_path(), run.id if run else None, ledger, marks.meaning, marks.wording, language(),
        sorted(rights.sees), rights.own_subject,
    )  # fmt: skip
    tag = f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
    request.duofeng_tag = tag  # read when the answer is made
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in known or tag in {each.removeprefix("W/") for each in known}:
        raise NotModified


def of_run(id: str) -> Run:
    """The run asked for, `current` by default. 404 when there is none."""
    try:
        found = reader.published() if id == "current" else reader.runs()[id]
    except ProblemError:
        found = None
    if found is None or id not in {"current", found.id}:
        raise HttpError(404, "There is no such run.")
    return found


def opened(cursor: str | None, among: str) -> tuple[str, int] | None:
    """Version and position a cursor stands for, when it belongs to this list with these filters; 422 otherwise."""
    if not cursor:
        return None
    try:
        listed, version, position = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        listed = None
    if listed != among:
        raise HttpError(422, "The cursor is not one of this list with these filters.")
    return version, position


def begin(run: str, cursor: str | None, among: str) -> tuple[Run, int]:
    """Run and first row of a page. A cursor stays with the run it began in, so no row is missed or given twice."""
    place = opened(cursor, among)
    return (of_run(run), 0) if place is None else (of_run(place[0]), place[1])


def among(request: HttpRequest) -> str:
    """A digest of the list and its filters."""
    kept = sorted((name, request.GET.getlist(name)) for name in request.GET if name not in {"cursor", "limit"})
    return hashlib.sha256(repr((request.path, kept)).encode()).hexdigest()[:16]


def page_of(
    rows: pl.LazyFrame, first: int, limit: int, version: str, listed: str
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of rows and the cursor of the next, nothing at the end."""
    part = rows.slice(first, limit + 1).collect()
    return part.head(limit).to_dicts(), _next(part.height > limit, listed, version, first + limit)


def part_of(
    rows: Sequence[Item], first: int, limit: int, version: str, listed: str
) -> tuple[Sequence[Item], str | None]:
    return rows[first : first + limit], _next(len(rows) > first + limit, listed, version, first + limit)


def _next(more: bool, listed: str, version: str, position: int) -> str | None:
    return signing.dumps([listed, version, position], salt=SALT) if more else None


def as_file(request: HttpRequest, name: str, rows: pl.LazyFrame, columns: Iterable[Column]) -> HttpResponse:
    """The whole list, not one page of it, as CSV, XLSX or Parquet; cells a spreadsheet would run are made harmless."""
    shown = tuple(columns)
    lists = [each for each, kind in rows.collect_schema().items() if isinstance(kind, pl.List)]
    plain = rows.with_columns(pl.col(lists).list.join("; ")) if lists else rows
    return versioned(request, Listing(name, plain, shown).respond(request, ""))
