"""Subjects of any register: find one, what is known of it and what refers to it, how it scores, what it may have, who
looked; disputing a value. Firms keep an address of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from duofeng.desk.accounts.models import Look
from duofeng.engine.columns import attribute_in
from duofeng.kernel.problem import ProblemError
from duofeng.web import page, reader, registers
from duofeng.web.page import Page
from duofeng.web.pages.subjects import disputing
from duofeng.web.pages.subjects.ladder import ladder_of, next_rung
from duofeng.web.pages.subjects.listing import listing_of
from duofeng.web.pages.subjects.policies import policies_shown
from duofeng.web.pages.subjects.profile import profile_of
from duofeng.web.pages.subjects.scores import scores_shown
from duofeng.web.pages.subjects.summary import summary_of
from duofeng.web.reader import FIRMS
from duofeng.web.references import trails_of
from duofeng.web.run_view import RunView, current, view_of
from duofeng.web.sight import Sight, sight_of
from duofeng.web.subject_view import SubjectView, subject_of
from duofeng.web.tables import number

LOOKS_SHOWN = 20
REASON_AT_LEAST = 4
FOUND = 12
"""Matches of a search shown for each register."""


@dataclass(frozen=True)
class Looked:
    """One person's look at one subject."""

    subject: SubjectView
    sight: Sight

    def context(self, tab: str) -> dict[str, Any]:
        register, key = self.subject.register, self.subject.subject
        looks = Look.objects.filter(kind=register, subject=key).select_related("user").order_by("-at")[:LOOKS_SHOWN]
        return {
            "register": registers.register_of(register),
            "list": registers.list_address(register) if registers.opens(self.sight.rights, register) else "",
            "number": number(key),
            "name": self.subject.name,
            "tabs": _tabs(self.subject),
            "tab": tab,
            "sight": self.sight,
            "looks": looks,
            "guarded": bool(list(looks) or self._held_back()),
            "address": registers.address(register, key),
        }

    def _held_back(self) -> bool:
        """Whether a page about this subject shows any value as guarded: one that is said of it, or that rules read."""
        read = map(attribute_in, self.subject.view.profile_columns(self.subject.register))
        shown = {*self.subject.facts["attribute"].unique(), *read}
        return not shown.isdisjoint(_guarded(self.sight))


def _looked(request: HttpRequest, register: str, subject: str) -> Looked:
    """Refuses who may not reach the subject before saying whether it exists."""
    registers.only(request, register, subject)
    return Looked(subject_of(current(), register, subject), sight_of(request, register, subject))


TITLES = {
    "": _("档案"),
    "policies": pgettext_lazy("many", "政策"),
    "ladder": _("梯度"),
    "scores": _("评分"),
}


def _tabs(subject: SubjectView) -> list[tuple[str, Any, str]]:
    """Name, title and address of the pages of a subject: those of findings where the run has some for its register."""
    plan = subject.view.plan(subject.register)
    policies = plan.policies if plan is not None else ()
    shown = {
        "": True,
        "policies": bool(policies),
        "ladder": any(each.policy.rung is not None for each in policies),
        "scores": bool(subject.view.cards(subject.register)),
    }
    where = partial(registers.address, subject.register, subject.subject)
    return [(tab, TITLES[tab], where(tab)) for tab, there in shown.items() if there]


def everything(request: HttpRequest) -> HttpResponse:
    """The registers of the zone, and one search over all of them."""
    run, rights = reader.run(), page.rights(request)
    if rights.own_subject is not None:
        return listed(request)
    typed = request.GET.get("find", "").strip()
    listed_here = registers.open_to(rights)
    view = view_of(run) if run else None
    context = {
        "registers": [_counted(view, each.id) for each in listed_here] if view else [],
        "typed": typed,
        "found": _found(view, [each.id for each in listed_here], typed) if view and typed else [],
    }
    if request.htmx and request.htmx.target == "found":
        return render(request, "pages/subjects/found.html", context)
    return render(request, "pages/subjects/registers.html", context)


def _counted(view: RunView, register: str) -> tuple[str, str, str, str]:
    """Title, how many it holds, how many it is expected to hold, and its list."""
    expected = reader.zone().registers[register].expected
    return (
        registers.title(register),
        registers.counted(register, view.named(register).height),
        registers.counted(register, expected) if expected else "",
        registers.list_address(register),
    )


def _found(view: RunView, among: list[str], typed: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """By register: address, name and key of what was found."""
    found = []
    for register in among:
        rows = view.index(register).find(typed, FOUND).iter_rows()
        told = [(registers.address(register, key), number(name), number(key)) for key, name in rows]
        found += [(registers.title(register), told)] if told else []
    return found


def listed(request: HttpRequest, register: str = FIRMS) -> HttpResponse:
    """The list of a register with the search box. An account that speaks for one firm goes straight to it."""
    rights = page.rights(request)
    if rights.own_subject is not None:
        own = rights.own_subject
        return redirect(registers.address(FIRMS, own)) if own and register == FIRMS else page.refuse(request)
    declared = registers.register_of(register)
    if not registers.opens(rights, register):
        return page.refuse(request)
    run = reader.run()
    if run is None:
        return render(request, "pages/subjects/none.html", {"register": declared})
    view, typed = view_of(run), request.GET.get("find", "").strip()
    context = {
        "register": declared,
        "found": _found(view, [register], typed) if typed else [],
        "typed": typed,
        "list": registers.list_address(register),
    }
    if request.htmx and request.htmx.target == "found":
        return render(request, "pages/subjects/found.html", context)
    return listing_of(request, view, register).respond(request, "pages/subjects/register.html", context)


def subject(request: HttpRequest, subject: str, register: str = FIRMS) -> HttpResponse:
    """Summary first; then what is known of it, from where, how old, what is disputed; what refers to it."""
    looked = _looked(request, register, subject)
    found, rights = looked.subject, looked.sight.rights
    profile, disputes = profile_of(found, looked.sight), disputing.of_subject(register, subject)
    shown = {
        "profile": profile,
        "disputes": disputes,
        "summary": summary_of(found, looked.sight, profile, [claim for claim, _title, _state in disputes]),
        "trails": trails_of(found, rights),
    }
    return render(request, "pages/subjects/subject.html", {**looked.context(""), **shown})


def policies(request: HttpRequest, subject: str, register: str = FIRMS) -> HttpResponse:
    looked = _looked(request, register, subject)
    shown = policies_shown(looked.subject, looked.sight)
    return render(request, "pages/subjects/policies.html", {**looked.context("policies"), **shown})


def ladder(request: HttpRequest, subject: str, register: str = FIRMS) -> HttpResponse:
    looked = _looked(request, register, subject)
    try:
        rungs = ladder_of(looked.subject, looked.sight)
        shown: dict[str, Any] = {"ladder": rungs, "next": next_rung(rungs)}
    except ProblemError as error:
        shown = {"problem": error.problems[0]}
    return render(request, "pages/subjects/ladder.html", {**looked.context("ladder"), **shown})


def scores(request: HttpRequest, subject: str, register: str = FIRMS) -> HttpResponse:
    looked = _looked(request, register, subject)
    shown = scores_shown(looked.subject, looked.sight)
    return render(request, "pages/subjects/scores.html", {**looked.context("scores"), "cards": shown})


@require_POST
def open_guarded(request: HttpRequest, subject: str, register: str = FIRMS) -> HttpResponse:
    """Open the guarded values of one subject for half an hour; who, when and why stays written down."""
    looked = _looked(request, register, subject)
    reason = " ".join(request.POST.get("reason", "").split())[:200]
    back = request.POST.get("back", "")
    target = registers.address(register, subject, back if back in TITLES else "")
    if len(reason) < REASON_AT_LEAST:
        return redirect(f"{target}?reason=missing")
    guarded = _guarded(looked.sight)
    if guarded:
        Look.objects.create(user=request.user, kind=register, subject=subject, attributes=guarded, reason=reason)
    return redirect(target)


def _guarded(sight: Sight) -> list[str]:
    """Every attribute this person does not see by right, said of this subject or not: rules read them all."""
    attributes = reader.zone().attributes.get(sight.register, {})
    by_right = Sight(sight.rights, sight.register)
    return [name for name in attributes if not by_right.sees(name)]


TABS: dict[str, Callable[..., HttpResponse]] = {
    "policies": policies,
    "ladder": ladder,
    "scores": scores,
    "dispute": disputing.dispute,
    "open": open_guarded,
}
A_FIRM = ("firms.view", registers.OWN)
LAST = 99
"""A key may hold any sign, so the address that ends with it is tried after those that end with a word of ours."""

PAGES = [
    Page("subjects/", "subjects", everything, registers.ANY_SUBJECT, pgettext_lazy("many", "台账"), order=45),
    Page("subjects/<str:register>/", "register", listed, registers.ANY_SUBJECT),
    *(
        Page(f"subjects/<str:register>/<path:subject>/{tab}/", f"subject-{tab}", view, registers.ANY_SUBJECT)
        for tab, view in TABS.items()
    ),
    Page("subjects/<str:register>/<path:subject>/", "subject", subject, registers.ANY_SUBJECT, order=LAST),
    Page("firms/", "firms", listed, A_FIRM, pgettext_lazy("many", "企业"), order=40),
    *(Page(f"firms/<path:subject>/{tab}/", f"firm-{tab}", view, A_FIRM) for tab, view in TABS.items()),
    Page("firms/<path:subject>/", "firm", subject, A_FIRM, order=LAST),
    Page("disputes/", "disputes", disputing.disputes, "data.steward"),
    Page("disputes/<int:id>/", "dispute-one", disputing.one, "data.steward"),
    Page("disputes/<int:id>/decide/", "dispute-decide", disputing.decide, "data.steward"),
]
