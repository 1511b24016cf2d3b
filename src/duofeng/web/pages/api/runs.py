"""Runs: what was computed when, from what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from duofeng.brain.runs.store import Run
from duofeng.web import reader
from duofeng.web.pages.api.access import allowed
from duofeng.web.pages.api.reply import (
    Cursor,
    Failure,
    Format,
    Limit,
    Word,
    among,
    as_file,
    of_run,
    opened,
    page_of,
    unless_known,
)  # fmt: skip
from duofeng.web.tables import Column

router = Router(tags=["runs"])
COLUMNS = (
    Column("id", _("编号")), Column("zone", _("园区")), Column("as_of", _("截至")), Column("known_at", _("按何时所知")),
    Column("ledger_version", _("账本版本"), "integer"), Column("engine", _("引擎")),
    Column("current", _("当前"), "flag"),
)  # fmt: skip
SCHEMA = {
    "id": pl.String, "zone": pl.String, "as_of": pl.String, "known_at": pl.String, "ledger_version": pl.Int64,
    "engine": pl.String, "current": pl.Boolean,
}  # fmt: skip


class RunLine(Schema):
    id: str
    zone: str
    as_of: str
    known_at: str
    ledger_version: int
    engine: str
    current: bool


class RunPage(Schema):
    items: list[RunLine]
    next: str | None


class RunDetail(RunLine):
    """`fingerprint` of the zone, digests of rules, counts of each register, what went wrong without stopping it."""

    fingerprint: Mapping[str, str]
    rules: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, Mapping[str, int]]
    warnings: list[Mapping[str, Any]]


@router.get("", response={200: RunPage, 401: Failure, 403: Failure, 422: Any}, summary="Runs, the newest first")
def runs(
    request: HttpRequest, limit: Limit = 100, cursor: Cursor = None, format: Format = "json"
) -> HttpResponse | dict[str, object]:
    access = allowed(request, "runs:read")
    current, listed = reader.published(), among(request)
    found = [_line(run, current) for run in reversed(reader.runs().all())]
    unless_known(request, access, run=current, ledger=len(found))
    rows = pl.LazyFrame(found, schema=SCHEMA)
    if format != "json":
        return as_file(request, "runs", rows, COLUMNS)
    place = opened(cursor, listed)
    items, following = page_of(rows, place[1] if place else 0, limit, "", listed)
    return {"items": items, "next": following}


@router.get("/{id}", response={200: RunDetail, 401: Failure, 403: Failure, 404: Failure, 422: Any}, summary="One run")
def run(request: HttpRequest, id: Word) -> dict[str, object]:
    """`current` names the run the pages speak of."""
    access = allowed(request, "runs:read")
    found = of_run(id)
    unless_known(request, access, run=found)
    manifest = found.manifest
    more = {name: getattr(manifest, name) for name in ("fingerprint", "rules", "counts")}
    return _line(found, reader.published()) | more | {"warnings": list(manifest.warnings)}


def _line(run: Run, current: Run | None) -> dict[str, object]:
    kept = {name: getattr(run.manifest, name) for name in SCHEMA if name != "current"}
    return kept | {"current": current is not None and run.id == current.id}
