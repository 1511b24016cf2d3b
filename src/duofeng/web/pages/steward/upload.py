"""A file received, looked at before it is loaded, then loaded: at once when small, in the background when big.

Of a small file all is said that a load would say, endings of a whole list included; of a big one, what its beginning
shows.
"""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path, PurePath
from uuid import UUID, uuid4

import polars as pl
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from duofeng.desk.jobs.models import Job
from duofeng.facts.disk import made_folder, to_disk
from duofeng.facts.loading import Loader, Outcome, source_for
from duofeng.facts.preview import Preview, preview
from duofeng.facts.readers.table import ROW
from duofeng.facts.rejects import reason
from duofeng.kernel.identifiers import validate_many
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.facts import fact_value
from duofeng.tell.words import told
from duofeng.web import habits, jobs, reader
from duofeng.web.page import rights
from duofeng.web.pages.steward.masking import guarded_columns
from duofeng.web.problems import NO_FILE_CHOSEN, UPLOAD_GONE
from duofeng.zone.kinds.source import Source

BIG = 2 * 2**20
"""Bytes from which a file is loaded in the background."""
KEPT_SECONDS = 86_400
SHOWN = 12
ROLES = {
    "name": _("名称"),
    "attribute": _("属性"),
    "value": _("数值"),
    "unit": _("单位"),
    "place": _("位置"),
    "valid_from": _("起始日"),
    "period": _("时期"),
}


def upload(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile):
            raise ProblemError(NO_FILE_CHOSEN.at())
        kept = receive(file)
        source = request.POST.get("source", "")
        return redirect(f"/steward/upload/{kept}/?source={source}")
    sources = reader.zone().sources.values()
    return render(request, "pages/steward/upload.html", {"here": "upload", "sources": sources})


def receive(file: UploadedFile) -> UUID:
    """Keep the bytes under a fresh id, safely on the disk before anybody is told."""
    _forget_old()
    id = uuid4()
    folder = made_folder(jobs.uploads() / str(id))
    with (folder / file_name(str(file.name))).open("xb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    to_disk(folder)
    return id


def file_name(written: str) -> str:
    """The last part of a name, without what a file system or a page could trip over."""
    name = "".join(letter for letter in PurePath(written.replace("\\", "/")).name if letter.isprintable())
    stem, suffix = PurePath(name).stem.lstrip("."), PurePath(name).suffix
    return f"{stem[:100] or 'upload'}{suffix[:10]}"


def _forget_old() -> None:
    for folder in jobs.uploads().glob("*"):
        waiting = Job.objects.filter(key=f"load:{folder.name}", state__in=["waiting", "running"]).exists()
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS and not waiting:
            shutil.rmtree(folder, ignore_errors=True)


def looked_at(request: HttpRequest, id: UUID) -> HttpResponse:
    """The beginning of the file as it would be loaded: which column becomes what, which cells would be refused."""
    path = _kept(id)
    named = request.GET.get("source") or None
    zone, shown, source = reader.zone(), None, None
    problems: tuple[Problem, ...] = ()
    whole: Outcome | None = None
    try:
        source = source_for(path, zone, named)
        shown = preview(path, source, zone)
        problems = shown.problems
        if path.stat().st_size < BIG:
            loader = Loader(zone, reader.ledger(), settings.DATA, "", habits.today())
            whole = loader.rehearse(path, datetime.now(UTC), source=source.id)
            problems = whole.problems or problems
    except ProblemError as error:
        problems = error.problems
    context = {
        "here": "upload",
        "path": path,
        "size": path.stat().st_size,
        "big": path.stat().st_size >= BIG,
        "id": id,
        "source": source,
        "sources": zone.sources.values(),
        "problems": problems,
        "whole": whole,
        "refused": _is_refused(problems),
        **(_shown(request, shown, source) if shown is not None and source is not None else {}),
    }
    return render(request, "pages/steward/looked_at.html", context)


def _is_refused(problems: tuple[Problem, ...]) -> bool:
    return any(each.severity == "error" for each in problems)


def _shown(request: HttpRequest, found: Preview, source: Source) -> dict[str, object]:
    """The first rows: what each cell says, what it is read as where that differs, why it is refused."""
    # Who sends a file has it: what is masked here are persons, and their numbers where nobody asked for any.
    attributes = reader.zone().attributes.get(source.register, {})
    business = {title for title, each in source.columns.items() if each.attribute in attributes}
    business = {title for title in business if attributes[source.columns[title].attribute].sensitivity != "personal"}
    hidden = guarded_columns(source, rights(request)) - business
    titles = [title for title in found.columns if title in found.cells.columns]
    unread = {title for title, role in found.columns.items() if not role} - hidden
    masked = _personal(found.cells, unread)
    rejects = [
        {"row": row["row"], "column": row["column"], "why": told(reason(row["code"], row["params"]))}
        for row in found.rejects.head(SHOWN).iter_rows(named=True)
    ]
    refused = {(row["row"], row["column"]): row["why"] for row in rejects}
    read = _read(found, source)
    rows = []
    for row in found.cells.head(SHOWN).iter_rows(named=True):
        cells = []
        for title in titles:
            raw, at = row[title], (row[ROW], title)
            closed = bool(raw) and (title in hidden or (title in unread and raw in masked))
            became = read.get(at) if not closed else None
            cells.append(
                {"raw": "•••" if closed else raw, "read": became if became != raw else None, "why": refused.get(at)}
            )
        rows.append(cells)
    return {
        "mapping": [(title, _becomes(source, role)) for title, role in found.columns.items()],
        "titles": titles,
        "rows": rows,
        "rejects": rejects,
        "facts": found.facts.height,
        "looked": found.cells.height,
    }


def _read(found: Preview, source: Source) -> dict[tuple[int, str], str]:
    """What the cell of a row and a column became."""
    zone = reader.zone()
    attributes = zone.attributes.get(source.register, {})
    facts = found.facts
    if facts.height:
        facts = facts.filter(pl.col("row").is_in(found.cells[ROW].head(SHOWN).implode()))
    return {
        (fact["row"], str(fact["place"]).rpartition("!")[2]): fact_value(zone, attributes.get(fact["attribute"]), fact)
        for fact in facts.iter_rows(named=True)
    }


def _personal(cells: pl.DataFrame, titles: set[str]) -> frozenset[str]:
    """What in these columns is the number of a person, though nobody declared that such stand there."""
    schemes = [scheme for scheme in reader.zone().identifier_schemes.values() if scheme.personal]
    texts = pl.concat([cells[title].drop_nulls() for title in sorted(titles & set(cells.columns))] or [pl.Series([""])])
    texts = texts.cast(pl.String).unique()
    found = [validate_many(scheme, texts) for scheme in schemes]
    return frozenset(text for each in found for text in texts.filter(each["ok"]))


def _becomes(source: Source, role: str) -> str:
    """What a column becomes, in words; nothing for one that is not read."""
    if role.startswith("identifier:"):
        return gettext("识别码")
    attributes = reader.zone().attributes.get(source.register, {})
    if role in attributes:
        return told(attributes[role].title)
    return str(ROLES.get(role, role))


@require_POST
def load(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask for the load; asking twice asks once."""
    path = _kept(id)
    arguments = {"path": str(path), "source": request.POST.get("source") or None}
    small = path.stat().st_size < BIG
    job = jobs.ask("load", path.name, request.user, f"load:{id}", arguments, at_once=small)
    return redirect("job", job.pk)


@require_POST
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    shutil.rmtree(_kept(id).parent, ignore_errors=True)
    return redirect("upload")


def _kept(id: UUID) -> Path:
    """The received file. Raises ProblemError (E703) when it is gone."""
    found = sorted((jobs.uploads() / str(id)).glob("*"))
    if not found:
        raise ProblemError(UPLOAD_GONE.at())
    return found[0]
