"""Questions: what would hold on another day. Computed like a run, kept, looked at; nobody's current run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from duofeng.brain.runs.store import Run
from duofeng.desk.jobs.models import Job
from duofeng.kernel.problem import KINDS, Problem, ProblemError
from duofeng.web import asking, habits, jobs, reader
from duofeng.web.context import language
from duofeng.web.page import Page
from duofeng.web.problems import DAY_UNREADABLE

KIND = "ask"
ASKED_AT_ONCE = 2
"""Questions of one person that may be waiting or computed at the same time."""
FARTHEST = timedelta(days=366 * 10)
"""How far from the published run a question may lie."""
LISTED = 20
BADGES = {
    Job.State.WAITING: "",
    Job.State.RUNNING: "warn",
    Job.State.DONE: "good",
    Job.State.FAILED: "bad",
    Job.State.CANCELLED: "",
}
NEEDED = "cockpit.view"


def questions(request: HttpRequest) -> HttpResponse:
    """Those asked before, anybody's, the newest first; and one's own that are still computed."""
    own = Job.objects.filter(kind=KIND, by=request.user)
    context = {
        "asked": sorted(reader.runs().questions(), key=lambda each: each.known_at, reverse=True)[:LISTED],
        "running": [each for each in own[:LISTED] if not each.over],
        "looked_at": reader.question(),
        "published": reader.published(),
        "back": request.GET.get("back", ""),
    }
    return render(request, "pages/questions/questions.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Compute what would hold on a day, as known now. A question of the same day and knowledge is asked once."""
    day = _day(request.POST.get("as_of", "").strip())
    waiting = sum(not each.over for each in Job.objects.filter(kind=KIND, by=request.user))
    if waiting >= ASKED_AT_ONCE:
        messages.error(request, _("您的上一个试问还在算，请等它算完。"))
        return redirect("questions")
    known_at = datetime.now(UTC).replace(second=0, microsecond=0)
    arguments = {"as_of": day.isoformat(), "known_at": known_at.isoformat(), "back": request.POST.get("back", "")[:300]}
    key = f"{KIND}:{request.user.pk}:{day}:{known_at.isoformat()}"
    job = jobs.ask(KIND, _("试问：截至 %(day)s") % {"day": day}, request.user, key, arguments)
    return redirect("question", job.pk)


def _day(written: str) -> date:
    """Raises ProblemError for what is no day, or too far from what is known to be worth an answer."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise ProblemError(DAY_UNREADABLE.at(day=written)) from None
    if abs(day - habits.today()) > FARTHEST:
        raise ProblemError(DAY_UNREADABLE.at(day=written))
    return day


def question(request: HttpRequest, id: UUID) -> HttpResponse:
    """How far a question of one's own is; the part of the page asks for itself until it is answered."""
    job = get_object_or_404(Job, pk=id, kind=KIND, by=request.user)
    told = [Problem(each["code"], None, each["params"]) for each in job.outcome.get("problems", ())]
    context: dict[str, Any] = {
        "job": job,
        "badge": BADGES[Job.State(job.state)],
        "step": job.step.get(language(), ""),
        "problems": [each for each in told if each.code in KINDS],
        "back": job.arguments.get("back", ""),
    }
    part = "state" if getattr(request, "htmx", False) else "question"
    return render(request, f"pages/questions/{part}.html", context)


@require_POST
def cancel(request: HttpRequest, id: UUID) -> HttpResponse:
    get_object_or_404(Job, pk=id, kind=KIND, by=request.user).cancel(datetime.now(UTC))
    return redirect("question", id)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Let the pages of this session speak of a question, or of the published run again."""
    id = request.POST.get("question", "")
    found = _found(id) if id else None
    if found is None:
        request.session.pop(asking.KEY, None)
    else:
        request.session[asking.KEY] = found.id
    back = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if ours else "questions")


def _found(id: str) -> Run | None:
    try:
        found = reader.runs()[id]
    except ProblemError:
        return None
    return found if found.is_question else None


PAGES = [
    Page("questions/", "questions", questions, NEEDED, gettext_lazy("试问"), order=75),
    Page("questions/ask/", "question-ask", ask, NEEDED),
    Page("questions/look/", "question-look", look, NEEDED),
    Page("questions/<uuid:id>/", "question", question, NEEDED),
    Page("questions/<uuid:id>/cancel/", "question-cancel", cancel, NEEDED),
]
