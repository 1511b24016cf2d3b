"""The steward's desk: uploads, what was refused, which names are one, the sources, the runs, the jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from duofeng.web.page import Page
from duofeng.web.pages.steward import lists, runs

STEWARD = "data.steward"

PAGES = [
    Page("steward/arrivals/", "arrivals", lists.arrivals, STEWARD, _("数据管理"), order=70),
    Page("steward/rejects/", "rejects", lists.rejects, STEWARD),
    Page("steward/quarantine/", "quarantine", lists.quarantine, STEWARD),
    Page("steward/sources/", "sources", lists.sources, "cockpit.view"),
    Page("steward/runs/", "runs", runs.runs, "cockpit.view"),
    Page("steward/runs/difference/", "runs-difference", runs.difference, "cockpit.view"),
]
