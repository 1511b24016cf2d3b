"""The cockpit: what a leader looks at first. `?screen=1` fills a wall and renews itself."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from duofeng.brain.runs.store import Run
from duofeng.desk.accounts.permissions import Rights
from duofeng.kernel.problem import ProblemError
from duofeng.web import attention, reader
from duofeng.web.blocks.tiles import cockpit_tiles
from duofeng.web.differences import opened, previous
from duofeng.web.figures import stated
from duofeng.web.freshness import sources
from duofeng.web.page import Page, rights

REFRESH_SECONDS = 120


def cockpit(request: HttpRequest) -> HttpResponse:
    run, known = reader.run(), stated().known()
    before = previous(run)
    changed = _changed(rights(request), before, run)
    targets = [line for line in known.targets if line.verdict in ("missed", "behind")]
    breaks, delivered = known.board.breaks, sources(datetime.now(UTC))
    errors = sum(check.severity == "error" for check in breaks)
    context = {
        "screen": request.GET.get("screen") == "1",
        "refresh": REFRESH_SECONDS,
        "run": run,
        "before": before,
        "changed": None if changed is None else changed.height,
        "subjects": attention.changed_most(changed) if changed is not None else [],
        "changed_subjects": None if changed is None else changed.select("begin", "subject").n_unique(),
        "targets": targets,
        "target_count": len(known.targets),
        "missed": sum(line.verdict == "missed" for line in targets),
        "behind": sum(line.verdict == "behind" for line in targets),
        "later": known.later,
        "breaks": breaks[: attention.LISTED],
        "errors": errors,
        "warnings": len(breaks) - errors,
        "policies": attention.policies(run),
        "sources": delivered,
        "silent": [each for each in delivered if each.silent],
        "headlines": cockpit_tiles(rights(request)),
    }
    return render(request, "pages/cockpit/cockpit.html", context)


def _changed(own: Rights, before: Run | None, run: Run | None) -> pl.DataFrame | None:
    """Of subjects this person may open. None when there is nothing to compare with, or an older version kept less."""
    if before is None or run is None:
        return None
    try:
        found = opened(own, before, run)
    except ProblemError:
        return None
    # A policy that came into force or ended says nothing about a subject; the page of the difference lists those, too.
    return found.filter(pl.col("before").is_not_null() & pl.col("after").is_not_null())


PAGES = [Page("", "cockpit", cockpit, "cockpit.view", _("驾驶舱"), order=10)]
