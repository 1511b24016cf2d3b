"""Jobs: the list, one with its progress, cancelling it, asking for a run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from duofeng.desk.jobs.models import Job
from duofeng.kernel.message import restored
from duofeng.kernel.problem import KINDS, Problem, ProblemError
from duofeng.tell.words import told
from duofeng.web import habits, jobs
from duofeng.web.pages.steward.lists import VERDICTS
from duofeng.web.problems import DAY_UNREADABLE
from duofeng.web.tables import Column, Listing, frame_of

BADGES = {"waiting": "muted", "running": "warn", "done": "good", "failed": "bad", "cancelled": "muted"}
STATES = {value: (label, BADGES[value]) for value, label in Job.State.choices}
SORTS = {"load": _("加载文件"), "run": _("重新计算"), "try": _("试算草案")}
MOST = 2_000
"""Jobs listed, the newest."""


def listed(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "id": str(job.pk),
            "asked": habits.moment(job.asked_at),
            "kind": job.kind,
            "title": job.title,
            "state": job.state,
            "by": job.by.get_full_name() or job.by.get_username(),
            "seconds": _took(job),
        }
        for job in Job.objects.select_related("by")[:MOST]
    ]
    columns = (
        Column("asked", _("提交于")),
        Column("kind", _("种类"), words=SORTS),
        Column("title", _("内容"), link="/steward/jobs/{id}/"),
        Column("state", _("状态"), words=STATES, chosen=True),
        Column("by", _("谁")),
        Column("seconds", _("用时（秒）"), "number"),
    )
    frame = frame_of(rows, columns, "id")
    listing = Listing("jobs", frame, columns, search=("title", "by"), empty=_("还没有交办过作业。"))
    return listing.respond(request, "pages/steward/list.html", {"here": "jobs", "heading": _("作业")})


def _took(job: Job) -> float | None:
    if job.ended_at is None or job.started_at is None:
        return None
    return round((job.ended_at - job.started_at).total_seconds(), 1)


def job(request: HttpRequest, id: UUID) -> HttpResponse:
    """One job; its part of the page asks for itself again until the work is over."""
    found = get_object_or_404(Job.objects.select_related("by"), pk=id)
    found_problems = [Problem.restored(each) for each in found.outcome.get("problems", ())]
    context = {
        "here": "jobs",
        "job": found,
        "badge": BADGES[found.state],
        "step": told(restored(found.step)) if found.step else "",
        "problems": [each for each in found_problems if each.code in KINDS],
        "verdict": VERDICTS.get(found.outcome.get("verdict", "")),
    }
    part = getattr(request, "htmx", False)
    return render(request, "pages/steward/job_state.html" if part else "pages/steward/job.html", context)


@require_POST
def cancel(request: HttpRequest, id: UUID) -> HttpResponse:
    get_object_or_404(Job, pk=id).cancel(datetime.now(UTC))
    return redirect("job", id)


@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """Ask for a run; the instant of knowledge is fixed now, so that doing it again gives the same run."""
    written = request.POST.get("as_of", "").strip()
    try:
        as_of = date.fromisoformat(written) if written else habits.today()
    except ValueError:
        raise ProblemError(DAY_UNREADABLE.at(day=written)) from None
    key = request.POST.get("key") or uuid4().hex
    arguments = {"as_of": as_of.isoformat(), "known_at": datetime.now(UTC).isoformat()}
    title = gettext("截至 %(day)s") % {"day": as_of}
    asked = jobs.ask("run", title, request.user, f"run:{key[:60]}", arguments)
    return redirect("job", asked.pk)
