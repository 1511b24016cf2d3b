"""What every answer of the API has: its version as an ETag, a cursor to go on, the same rows as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

import polars as pl
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError

from duofeng.brain.runs.store import Run
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader
from duofeng.web.context import language
from duofeng.web.pages.api.access import Access
from duofeng.web.reader import FIRMS
from duofeng.web.tables import Column, Form, Listing

Word = Annotated[str, Field(max_length=120)]
Of = Annotated[Word, Field(alias="register", description="the register; firms unless told otherwise")]
Money = Annotated[
    str | None, Field(description="a decimal in the main unit of money; null where it is unknown"), "money"
]
Share = Annotated[float | None, "percent"]
Line = TypeVar("Line")
Answer: TypeAlias = HttpResponse | dict[str, Any]
SALT = "duofeng.api.cursor"
FORMS: Mapping[Any, Form] = {
    float: "number", int: "integer", bool: "flag", "money": "money", "percent": "percent",
}  # fmt: skip
TITLES: Mapping[str, Any] = {
    "id": _("编号"), "subject": _("编号"), "name": _("对象"), "policy": _("政策"), "outcome": _("结论"),
    "missing": _("所差条件"), "gap": _("差多少"), "relative": _("相对差距"), "effort": _("难度"), "amount": _("金额"),
    "worth": _("性价比"), "taken": _("选用"), "loss": _("损失"), "instead": _("被替代"), "paid": _("兑现"),
    "stage": _("阶段"), "group": _("同类组"), "score": _("得分"), "low": _("最低"), "high": _("最高"),
    "grade": _("等级"), "rank": _("名次"), "group_rank": _("组内名次"), "coverage": _("覆盖率"),
    "indicator": _("指标编号"), "title": _("指标"), "measure": _("说了什么"), "of": _("对比"), "period": _("时期"),
    "value": _("数值"), "unit": _("单位"), "written": _("原文"), "document": _("文件"), "place": _("位置"),
    "fact": _("事实"), "known_from": _("何时得知"), "zone": _("园区"), "as_of": _("截至"), "known_at": _("按何时所知"),
    "ledger_version": _("账本版本"), "engine": _("引擎"), "current": _("当前"),
}  # fmt: skip
"""What the fields of a line are called as columns of a file; a field without a title stands in JSON only."""


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


class PageOf(Schema, Generic[Line]):
    """Lines of a list, and where it goes on."""

    basis: Basis
    items: list[Line]
    next: Annotated[str | None, Field(description="send it back as `cursor` for the lines after these")] = None


class Asked(Schema):
    """What every list may be asked for."""

    limit: int = Field(100, ge=1, le=500, description="rows of one answer")
    cursor: str | None = Field(None, max_length=600, description="`next` of the answer before")
    format: Literal["json", "csv", "xlsx", "parquet"] = "json"


class OfRun(Schema):
    """Whose findings, of which run."""

    of: Of = FIRMS
    run: Word = "current"


ERRORS = {401: Failure, 403: Failure, 404: Failure, 422: Any}


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


def run_of(request: HttpRequest, run: str, cursor: str | None) -> Run:
    """The run a list is read from: a cursor stays with the one it began in, so no row is missed or given twice."""
    place = opened(cursor, among(request))
    return of_run(run if place is None else place[0])


def among(request: HttpRequest) -> str:
    """A digest of the list and its filters."""
    kept = sorted((name, request.GET.getlist(name)) for name in request.GET if name not in {"cursor", "limit"})
    return hashlib.sha256(repr((request.path, kept)).encode()).hexdigest()[:16]


def paged(
    request: HttpRequest, asked: Asked, rows: pl.LazyFrame, version: str
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of rows and the cursor of the next, nothing at the end; 422 when the list is another one by now."""
    listed = among(request)
    place = opened(asked.cursor, listed)
    if place is not None and place[0] != version:
        raise HttpError(422, "What is listed has changed since the first page: begin again.")
    first = place[1] if place else 0
    part = rows.slice(first, asked.limit + 1).collect()
    more = part.height > asked.limit
    following = signing.dumps([listed, version, first + asked.limit], salt=SALT) if more else None
    return part.head(asked.limit).to_dicts(), following


def listed(
    request: HttpRequest, asked: Asked, name: str, rows: pl.LazyFrame, line: type[Schema], version: str, run: Run | None
) -> Answer:
    """One page of lines, money as decimals; as a file all of them."""
    columns = columns_of(line)
    if asked.format != "json":
        return as_file(request, name, rows, columns)
    items, following = paged(request, asked, rows.select(*line.model_fields), version)
    money = [each.name for each in columns if each.form == "money"]
    for row in items:
        row |= {name: str(Decimal(row[name]) / 100) for name in money if row[name] is not None}
    return {"basis": basis(run), "items": items, "next": following}


def columns_of(line: type[Schema]) -> tuple[Column, ...]:
    return tuple(
        Column(name, TITLES[name], _form(field.annotation, field.metadata))
        for name, field in line.model_fields.items()
        if name in TITLES
    )


def _form(annotation: Any, metadata: list[Any]) -> Form:
    """As the field is marked, else as its type is written."""
    marks = [each for each in metadata if isinstance(each, str)]
    kinds = getattr(annotation, "__args__", (annotation,))
    return next((FORMS[each] for each in (*marks, *kinds) if each in FORMS), "text")


def as_file(request: HttpRequest, name: str, rows: pl.LazyFrame, columns: tuple[Column, ...]) -> HttpResponse:
    """The whole list, not one page of it, as CSV, XLSX or Parquet; cells a spreadsheet would run are made harmless."""
    lists = [each for each, kind in rows.collect_schema().items() if isinstance(kind, pl.List)]
    plain = rows.with_columns(pl.col(lists).list.join("; ")) if lists else rows
    return versioned(request, Listing(name, plain, columns).respond(request, ""))
