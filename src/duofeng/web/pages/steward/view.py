"""The steward's desk: uploads, what was refused, which names are one, the sources, the runs, the jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from duofeng.web.page import Page
from duofeng.web.pages.steward import fix, lists, resolve, runs, upload, work

STEWARD = "data.steward"

PAGES = [
    Page("steward/upload/", "upload", upload.upload, STEWARD, _("数据管理"), order=70),
    Page("steward/upload/<uuid:id>/", "upload-look", upload.looked_at, STEWARD),
    Page("steward/upload/<uuid:id>/load/", "upload-load", upload.load, STEWARD),
    Page("steward/upload/<uuid:id>/drop/", "upload-drop", upload.drop, STEWARD),
    Page("steward/arrivals/", "arrivals", lists.arrivals, STEWARD),
    Page("steward/rejects/", "rejects", lists.rejects, STEWARD),
    Page("steward/rejects/<slug:arrival>/<int:row>/", "reject", fix.reject, STEWARD),
    Page("steward/quarantine/", "quarantine", lists.quarantine, STEWARD),
    Page("steward/quarantine/<slug:id>/", "quarantined", fix.quarantined, STEWARD),
    Page("steward/resolve/", "resolve", resolve.queue, STEWARD),
    Page("steward/resolve/questions/", "resolve-questions", resolve.questions, STEWARD),
    Page("steward/resolve/decide/", "resolve-decide", resolve.decide, STEWARD),
    Page("steward/sources/", "sources", lists.sources, "cockpit.view"),
    Page("steward/runs/", "runs", runs.runs, "cockpit.view"),
    Page("steward/runs/difference/", "runs-difference", runs.difference, "cockpit.view"),
    Page("steward/runs/start/", "run-start", work.start_run, STEWARD),
    Page("steward/jobs/", "jobs", work.listed, STEWARD),
    Page("steward/jobs/<uuid:id>/", "job", work.job, STEWARD),
    Page("steward/jobs/<uuid:id>/cancel/", "job-cancel", work.cancel, STEWARD),
]
