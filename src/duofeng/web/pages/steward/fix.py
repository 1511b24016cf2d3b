"""Put a rejected row right in the page and send it again; look at a file in quarantine."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from duofeng.facts.readers.marks import MARKS
from duofeng.facts.rejects import arrival_of, file_of, reason, row_content, shown_raw
from duofeng.facts.resent import open_rejects, to_put_right
from duofeng.kernel.problem import KINDS, Problem
from duofeng.tell.words import told
from duofeng.web import jobs, reader
from duofeng.web.page import rights
from duofeng.web.pages.steward.masking import guarded_columns
from duofeng.web.pages.steward.upload import receive
from duofeng.zone.kinds.source import Source


def reject(request: HttpRequest, arrival: str, row: int) -> HttpResponse:
    """One rejected row with its reasons; what is sent back replaces its cells and goes through the same checks."""
    found = _of_row(arrival, row, request.GET.get("sheet"))
    source = reader.zone().sources.get(found["source"][0]) if found.height else None
    if source is None:
        raise Http404
    hidden = guarded_columns(source, rights(request)) - _shown_anyway(found)
    if request.method == "POST":
        return _sent_again(request, found, hidden)
    first = found.row(0, named=True)
    content = row_content(first["params"]) or dict.fromkeys(_titles(source), "")
    why = {each["column"]: told(reason(each["code"], each["params"])) for each in found.iter_rows(named=True)}
    context = {
        "here": "rejects",
        "file": file_of(first["file"], first["params"]),
        "row": row,
        "source": source,
        "raw": "" if row_content(first["params"]) or hidden else first["raw"],
        "cells": [
            (title, "" if title in hidden else cell, title in hidden, why.get(title)) for title, cell in content.items()
        ],
        "whole": why.get(""),
    }
    return render(request, "pages/steward/reject.html", context)


def _of_row(arrival: str, row: int, sheet: str | None) -> pl.DataFrame:
    """What is still to be put right of a row, whichever link of its chain is named: the row of that arrival itself,
    else the first of the chain with that number."""
    found = open_rejects(reader.snapshot(), arrival).filter(pl.col("row") == row)
    found = found if sheet is None else found.filter(pl.col("sheet") == sheet)
    if found.is_empty():
        return found
    stood_in = [arrival_of(*each) for each in found.select("arrival", "params").iter_rows()]
    chosen = arrival if arrival in stood_in else stood_in[0]
    found = found.filter(pl.Series(stood_in) == chosen)
    return found.filter(pl.col("sheet") == found["sheet"][0])


def _shown_anyway(found: pl.DataFrame) -> frozenset[str]:
    """A refused cell is shown to whoever must put it right, unless it holds a person's number."""
    rows = found.select("column", "raw", "params").iter_rows()
    return frozenset(column for column, raw, params in rows if shown_raw(raw or "", params) == (raw or ""))


def _titles(source: Source) -> list[str]:
    period = source.period.column if source.period else None
    named = [*source.identifier, source.name, period, *source.columns]
    return [title for title in dict.fromkeys(named) if title]


def _typed(request: HttpRequest, hidden: frozenset[str]) -> dict[str, str]:
    cells = {name.removeprefix("cell:"): str(value) for name, value in request.POST.items() if name.startswith("cell:")}
    return {title: value for title, value in cells.items() if value or title not in hidden}


def _sent_again(request: HttpRequest, found: pl.DataFrame, hidden: frozenset[str]) -> HttpResponse:
    """The row as a delivery of its own, marked with the arrival it settles. A guarded cell left blank stays."""
    table = to_put_right(found, told)
    before = table.row(0, named=True)
    marks = {name: before[name] for name in MARKS if name in before}
    frame = pl.DataFrame([marks | before | _typed(request, hidden)])
    out = io.BytesIO()
    frame.write_csv(out, include_bom=True)
    first = found.row(0, named=True)
    stem = Path(file_of(first["file"], first["params"])).stem
    kept = receive(SimpleUploadedFile(f"{stem}-{first['arrival'][:8]}-{first['row']}.csv", out.getvalue()))
    path = next((jobs.uploads() / str(kept)).glob("*"))
    arguments = {"path": str(path), "source": None, "replaces": None}
    job = jobs.ask("load", path.name, request.user, f"load:{kept}", arguments, at_once=True)
    return redirect("job", job.pk)


def quarantined(request: HttpRequest, id: str) -> HttpResponse:
    """A refused file: why, and the file itself."""
    folder = Path(settings.DATA) / "quarantine" / id
    if not (folder / "reason.json").is_file():
        raise Http404
    kept = json.loads((folder / "reason.json").read_text("utf-8"))
    if request.GET.get("file"):
        return FileResponse((folder / kept["file"]).open("rb"), as_attachment=True, filename=kept["file"])
    problems = [Problem.restored(each) for each in kept["problems"] if each["code"] in KINDS]
    source = reader.zone().sources.get(kept["source"])
    context = {
        "here": "quarantine",
        "told": kept,
        "source": told(source.title) if source else kept["source"],
        "recorded": datetime.fromisoformat(kept["recorded_at"]),
        "problems": problems,
        "id": id,
    }
    return render(request, "pages/steward/quarantined.html", context)
