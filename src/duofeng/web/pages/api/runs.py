"""Runs: what was computed when, from what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import HttpRequest
from ninja import Query, Router, Schema

from duofeng.brain.runs.store import Run
from duofeng.web import reader
from duofeng.web.pages.api.access import allowed
from duofeng.web.pages.api.reply import ERRORS, Answer, Asked, PageOf, Word, listed, of_run, unless_known

router = Router(tags=["runs"])
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


class RunDetail(RunLine):
    """`fingerprint` of the zone, digests of rules, counts of each register, what went wrong without stopping it."""

    fingerprint: Mapping[str, str]
    rules: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, Mapping[str, int]]
    warnings: list[Mapping[str, Any]]


@router.get("", response={200: PageOf[RunLine], **ERRORS}, summary="Runs, the newest first")
def runs(request: HttpRequest, asked: Query[Asked]) -> Answer:
    access, current = allowed(request, "runs:read"), reader.published()
    found = [_line(run, current) for run in reversed(reader.runs().all())]
    unless_known(request, access, run=current, ledger=len(found))
    return listed(request, asked, "runs", pl.LazyFrame(found, schema=SCHEMA), RunLine, "", current)


@router.get("/{id}", response={200: RunDetail, **ERRORS}, summary="One run")
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
