"""The cockpit: what a leader looks at first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from duofeng.web import reader
from duofeng.web.page import Page


def cockpit(request: HttpRequest) -> HttpResponse:
    run = reader.run()
    counts = run.manifest.counts if run else {}
    return render(request, "pages/cockpit/cockpit.html", {"run": run, "counts": counts})


PAGES = [Page("", "cockpit", cockpit, "cockpit.view", _("驾驶舱"), order=10)]
