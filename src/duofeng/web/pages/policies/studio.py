"""The studio: a draft policy is checked while it is typed and tried on every firm, before anybody publishes it.

A draft is data: it is parsed, never run. Its size is bounded where it is tried, its depth, its expressions and its
functions where declared files are read, so the same mistakes are told as for a published file. What was tried is kept
for the person who tried it, and for nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from duofeng.brain.policies.dryrun import CLOSE
from duofeng.brain.policies.outcomes import OUTCOME_NAMES
from duofeng.brain.runs.store import Run
from duofeng.desk.jobs.models import Job
from duofeng.kernel.message import restored
from duofeng.kernel.problem import KINDS, Problem, ProblemError
from duofeng.tell.words import told
from duofeng.web import jobs, reader, registers
from duofeng.web.charts import cliff_chart, compared, spread_chart
from duofeng.web.page import Page
from duofeng.web.policy_words import OUTCOMES
from duofeng.web.run_view import published_run as current
from duofeng.web.trial import (
    LARGEST,
    UNBOUNDED_SUBJECTS,
    WAITED_SUBJECTS,
    drafted,
    light,
    problems_of,
)
from duofeng.zone.kinds.policy import Policy

KIND = "try"
KEPT_DAYS = 30
"""How long a trial is kept for who made it."""
LISTED = 12
SHOWN = 50
CLIFFS = 8


def studio(request: HttpRequest) -> HttpResponse:
    """The editor: empty, with the text of a policy in force, or of a trial of one's own."""
    start = request.GET.get("from", "")
    known = reader.planned(start)
    text = _text_of(known.policy) if known else _sketch()
    if again := request.GET.get("trial"):
        text = _own(request, again).arguments["text"]
    policies = [(each.id, told(each.policy.title)) for each in reader.policies_in_force()]
    context = {
        "text": text,
        "policies": policies,
        "start": start if known else "",
        "largest": LARGEST,
        "trials": _trials(request)[:LISTED],
    }
    return render(request, "pages/policies/studio.html", context)


def _text_of(policy: Policy) -> str:
    """The file as it is written. Its id, which follows from the file's name, is put first where it is not written."""
    text = Path(policy.span.file).read_text("utf-8")
    return text if re.search(r"^policy:", text, re.MULTILINE) else f"policy: {policy.policy}\n{text}"


def _sketch() -> str:
    """The shortest policy there is, to begin with: words in the reader's language."""
    title, document = _("新政策"), _("草案")
    condition, example = _("成立满三年"), _("成立五年的企业")
    day = reader.as_of()
    return f"""policy: draft
title: {{zh: {title}, en: {title}}}
source: {{document: {{zh: {document}, en: {document}}}, trust: illustrative}}
from: {day.replace(month=1, day=1)}
conditions:
  age:
    title: {{zh: {condition}, en: {condition}}}
    when: years_between(registered_on, as_of) >= 3
amount: {{expression: "100_000"}}
examples:
  - title: {{zh: {example}, en: {example}}}
    as_of: {day}
    given: {{registered_on: {day.replace(year=day.year - 5, day=1)}}}
    expect: "yes"
    amount: 100_000
"""


def _checked(request: HttpRequest) -> tuple[str, Policy | None, list[Any]]:
    """The typed text, the draft if it is sound, and what is wrong: (line, message, code)."""
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "�")
    try:
        return text, drafted(reader.zone(), text)[1], []
    except ProblemError as error:
        found = sorted(error.problems, key=lambda each: each.sort_key)[:SHOWN]
        return text, None, [_line(problem) for problem in found]


def _line(problem: Problem) -> tuple[int | None, str, str]:
    return problem.span.line if problem.span else None, told(problem.message), problem.kind.code


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with the text as it stands, while it is typed."""
    _text, found, problems = _checked(request)
    return render(request, "pages/policies/draft_problems.html", {"sound": found is not None, "problems": problems})


@require_POST
def attempt(request: HttpRequest) -> HttpResponse:
    """Ask for the draft to be answered for every subject of the current run."""
    text, found, problems = _checked(request)
    if found is None:
        return render(request, "pages/policies/draft_problems.html", {"sound": False, "problems": problems})
    run = current()
    job = _ask(request, run, text, found)
    if getattr(request, "htmx", False):
        return _part(request, job)
    return redirect("studio-trial", job.pk)


def _ask(request: HttpRequest, run: Run, text: str, draft: Policy) -> Job:
    """The trial of this text on this run: the one there is, else a new one. A person has one under way at a time."""
    meaning = reader.zone().fingerprint.meaning
    said = "\n".join((str(request.user.pk), run.id, meaning, text))
    key = f"{KIND}:{sha256(said.encode()).hexdigest()[:48]}"
    own = Job.objects.filter(kind=KIND, by=request.user)
    for other in own.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).exclude(key=key):
        other.cancel(datetime.now(UTC))
    own.filter(asked_at__lt=datetime.now(UTC) - timedelta(days=KEPT_DAYS)).exclude(ended_at=None).delete()
    own.filter(key=key, state__in=(Job.State.FAILED, Job.State.CANCELLED)).delete()
    subjects, easy = run.counts(draft.register).get("subjects", 0), light(draft)
    at_once = easy and subjects <= WAITED_SUBJECTS
    arguments = {"text": text, "run": run.id, "apart": not (easy and subjects <= UNBOUNDED_SUBJECTS)}
    return jobs.ask(KIND, told(draft.title), request.user, key, arguments, at_once=at_once)


def _trials(request: HttpRequest) -> list[Job]:
    """What this person tried, the newest first."""
    return list(Job.objects.filter(kind=KIND, by=request.user))


def _own(request: HttpRequest, id: str | UUID) -> Job:
    """A trial of this person's own; 404 for everybody else."""
    try:
        return get_object_or_404(Job, pk=UUID(str(id)), kind=KIND, by=request.user)
    except ValueError:
        raise Http404 from None


def trial(request: HttpRequest, id: UUID) -> HttpResponse:
    """One trial; its part of the page asks for itself again until it is over. `with`: another one beside it."""
    job = _own(request, id)
    if getattr(request, "htmx", False):
        return _part(request, job)
    others = [each for each in _trials(request) if each.pk != job.pk and each.state == Job.State.DONE][:LISTED]
    beside = _own(request, request.GET["with"]) if request.GET.get("with") else None
    context = {**_context(job), "others": others, "beside": beside}
    if beside is not None and beside.state == job.state == Job.State.DONE:
        context |= _side_by_side(beside.outcome, job.outcome)
    return render(request, "pages/policies/trial.html", context)


@require_POST
def cancel(request: HttpRequest, id: UUID) -> HttpResponse:
    _own(request, id).cancel(datetime.now(UTC))
    return redirect("studio-trial", id)


def _part(request: HttpRequest, job: Job) -> HttpResponse:
    return render(request, "pages/policies/trial_state.html", _context(job))


def _context(job: Job) -> dict[str, Any]:
    found = [Problem.restored(each) for each in job.outcome.get("problems", ())]
    return {
        "job": job,
        "step": told(restored(job.step)) if job.step else "",
        "problems": [each for each in found if each.code in KINDS],
        **(_shown(job.outcome) if job.state == Job.State.DONE else {}),
    }


def _shown(report: Mapping[str, Any]) -> dict[str, Any]:
    """A kept report in the reader's language."""
    cliffs = report["cliffs"][:CLIFFS]
    return {
        "result": report,
        "outcomes": [(OUTCOMES[name], report["counts"][name]) for name in OUTCOME_NAMES],
        "amounts": spread_chart(report["amounts"], registers.word(report["register"])),
        "register": registers.register_of(report["register"]),
        "cliffs": cliff_chart(
            [_said(each) for each in cliffs],
            [each["below"][0] for each in cliffs],
            [each["above"][0] for each in cliffs],
        ),
        "moved": [
            {**each, "title": _said(each), "more": each["eligible"] - report["counts"]["yes"]}
            for each in report["moved"]
        ],
        "overlaps": [{**each, "title": _said(each)} for each in report["overlaps"]],
        "warnings": list(problems_of(report)),
        "close": f"{CLOSE:.0%}",
        "shown": SHOWN,
    }


def _said(part: Mapping[str, Any]) -> str:
    return told(restored(part["title"]))


def _side_by_side(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Two trials: counts and sums of each, and how they differ."""
    counts = [(str(OUTCOMES[name][0]), before["counts"][name], after["counts"][name]) for name in OUTCOME_NAMES]
    sums = [
        (title, before[name], after[name], after[name] - before[name])
        for name, title in (("due", _("应得（元）")), ("taken", _("择优后（元）")), ("paid", _("预算内实付（元）")))
    ]
    return {
        "counts": [(title, old, new, new - old) for title, old, new in counts],
        "sums": sums,
        "same_run": before["run"] == after["run"],
        "beside_chart": compared(counts, _("另一次"), _("这一次")),
    }


PAGES = [
    Page("studio/", "studio", studio, "policies.draft"),
    Page("studio/check/", "studio-check", check, "policies.draft"),
    Page("studio/try/", "studio-try", attempt, "policies.draft"),
    Page("studio/trials/<uuid:id>/", "studio-trial", trial, "policies.draft"),
    Page("studio/trials/<uuid:id>/cancel/", "studio-trial-cancel", cancel, "policies.draft"),
]
