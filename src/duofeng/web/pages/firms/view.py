"""Firms: find one, what is known of it, how it scores, what it may have; who looked; disputing a value."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from duofeng.brain.runs.store import Run
from duofeng.desk.accounts.models import Look
from duofeng.kernel.problem import ProblemError
from duofeng.web import firm_reading as reading
from duofeng.web import page, reader
from duofeng.web.page import Page
from duofeng.web.pages.firms import disputing
from duofeng.web.pages.firms.ladder import ladder_of, next_rung
from duofeng.web.pages.firms.policies import policies_shown
from duofeng.web.pages.firms.profile import profile_of
from duofeng.web.pages.firms.scores import scores_shown
from duofeng.web.sight import sight_of
from duofeng.web.tables import Choice, Column, Listing
from duofeng.web.values import attribute_of, code_title

ANY_FIRM = "firms.view"
A_FIRM = ("firms.view", "firm.own")
LOOKS_SHOWN = 20
REASON_AT_LEAST = 4
TABS = ("firm", "firm-policies", "firm-ladder", "firm-scores")


def firms(request: HttpRequest) -> HttpResponse:
    """The directory with the search box. An enterprise account goes straight to its own firm."""
    own = page.rights(request).own_subject
    if own is not None:
        return redirect("firm", subject=own) if own else page.refuse(request)
    run = reader.run()
    if run is None:
        return render(request, "pages/firms/none.html")
    typed = request.GET.get("find", "").strip()
    found = {"found": list(reading.index(run).find(typed).iter_rows()), "typed": typed}
    if request.htmx and request.htmx.target == "found":
        return render(request, "pages/firms/found.html", found)
    sections, stages = (_titles(run, name) for name in ("industry_section", "stage"))
    listing = Listing(
        "firms",
        reading.directory(run),
        (
            Column("name", _("企业"), link="/firms/{subject}/"),
            Column("subject", _("统一社会信用代码")),
            Column("industry_section", _("门类"), words={code: (title, "") for code, title in sections.items()}),
            Column("stage", _("阶段"), words={code: (title, "") for code, title in stages.items()}),
            Column("due", _("最优组合应得（元）"), "money"),
            Column("near", _("差一点的政策"), "integer"),
        ),
        choices=(Choice("industry_section", _("门类"), sections), Choice("stage", _("阶段"), stages)),
        sort="-due",
    )
    return listing.respond(request, "pages/firms/firms.html", found)


def _titles(run: Run, attribute: str) -> dict[str, str]:
    """The codes of an attribute that occur, with their titles."""
    codes = reading.directory(run).select(attribute).unique().collect()[attribute].drop_nulls().sort()
    return {code: code_title(attribute_of(attribute), code) or code for code in codes}


def firm(request: HttpRequest, subject: str) -> HttpResponse:
    """What is known of the firm, from where, how old, what is disputed."""
    context = _common(request, subject)
    run = context["run"]
    shown = profile_of(reading.facts_of(run, subject), context["sight"], run.as_of)
    return render(
        request,
        "pages/firms/firm.html",
        {**context, "profile": shown, "disputes": disputing.of_firm(subject), "tab": "firm"},
    )


def policies(request: HttpRequest, subject: str) -> HttpResponse:
    context = _common(request, subject)
    shown = policies_shown(context["run"], subject, context["sight"])
    return render(request, "pages/firms/policies.html", {**context, **shown, "tab": "firm-policies"})


def ladder(request: HttpRequest, subject: str) -> HttpResponse:
    context = _common(request, subject)
    try:
        rungs = ladder_of(context["run"], subject, context["sight"])
        shown: dict[str, Any] = {"ladder": rungs, "next": next_rung(rungs)}
    except ProblemError as error:
        shown = {"problem": error.problems[0]}
    return render(request, "pages/firms/ladder.html", {**context, **shown, "tab": "firm-ladder"})


def scores(request: HttpRequest, subject: str) -> HttpResponse:
    context = _common(request, subject)
    shown = scores_shown(context["run"], subject, context["sight"])
    return render(request, "pages/firms/scores.html", {**context, "cards": shown, "tab": "firm-scores"})


def _common(request: HttpRequest, subject: str) -> dict[str, Any]:
    """What every page of a firm needs; refuses who may not reach it before saying whether it exists."""
    page.only(request, subject)
    run = reading.current()
    looks = Look.objects.filter(kind=reader.FIRMS, subject=subject).select_related("user").order_by("-at")[:LOOKS_SHOWN]
    name = reading.name_of(run, subject)
    return {"run": run, "subject": subject, "name": name, "sight": sight_of(request, subject), "looks": looks}


@require_POST
def open_guarded(request: HttpRequest, subject: str) -> HttpResponse:
    """Open the guarded values of one firm for half an hour; who, when and why stays written down."""
    context = _common(request, subject)
    reason = " ".join(request.POST.get("reason", "").split())[:200]
    back = request.POST.get("back", "")
    target = back if back in TABS else "firm"
    if len(reason) >= REASON_AT_LEAST:
        guarded = _guarded(context)
        if guarded:
            Look.objects.create(
                user=request.user, kind=reader.FIRMS, subject=subject, attributes=guarded, reason=reason
            )
        return redirect(target, subject=subject)
    return redirect(f"{reverse(target, args=[subject])}?reason=missing")


def _guarded(context: dict[str, Any]) -> list[str]:
    """Every attribute this person does not see by right, said of this firm or not: rules read them all."""
    rights = context["sight"].rights
    attributes = reader.zone().attributes.get(reader.FIRMS, {})
    return [name for name, attribute in attributes.items() if not rights.reads(attribute.sensitivity)]


PAGES = [
    Page("firms/", "firms", firms, A_FIRM, pgettext_lazy("many", "企业"), order=40),
    Page("firms/<str:subject>/", "firm", firm, A_FIRM),
    Page("firms/<str:subject>/policies/", "firm-policies", policies, A_FIRM),
    Page("firms/<str:subject>/ladder/", "firm-ladder", ladder, A_FIRM),
    Page("firms/<str:subject>/scores/", "firm-scores", scores, A_FIRM),
    Page("firms/<str:subject>/dispute/", "firm-dispute", disputing.dispute, A_FIRM),
    Page("disputes/", "disputes", disputing.disputes, "data.steward"),
    Page("disputes/<int:id>/", "dispute-one", disputing.one, "data.steward"),
    Page("disputes/<int:id>/decide/", "dispute-decide", disputing.decide, "data.steward"),
    Page("firms/<str:subject>/open/", "firm-open", open_guarded, A_FIRM),
]
