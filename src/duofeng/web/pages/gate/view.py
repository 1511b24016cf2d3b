"""The gate: a draft in, its numbers marked with what they contradict; figures a person confirms become facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from duofeng.brain.figures.naming import indicator_named
from duofeng.facts.documents.extract import document_from
from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.documents.source import CONFIRMATIONS, confirmed_facts
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.gate_page import SEVERITY, gate_page
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.page import Page
from duofeng.web.pages.gate import drafts
from duofeng.web.pages.gate.checked import Checked, checked, paragraphs
from duofeng.web.problems import NOTHING_TO_CHECK, PERIOD_UNREADABLE

FORM = "pages/gate/gate.html"
DECIDED = {"accepted": _("已采纳"), "refused": _("不采纳")}


def gate(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            draft = _received(request)
        except ProblemError as error:
            return render(request, FORM, _form(request, error), status=422)
        drafts.keep(request.user.pk, draft)
        return redirect("gate-draft", draft.id)
    return render(request, FORM, _form(request))


def _form(request: HttpRequest, error: ProblemError | None = None) -> dict[str, object]:
    return {
        "problems": error.problems if error else (),
        "documents": reader.zone().documents.values(),
        "drafts": drafts.all_of(request.user.pk),
        "text": request.POST.get("text", ""),
        "period": request.POST.get("period", ""),
    }


def _received(request: HttpRequest) -> drafts.StoredDraft:
    """The pasted text or the file as text. Raises ProblemError."""
    period = request.POST.get("period", "").strip() or None
    if period is not None:
        period = _period(period)
    besides = request.POST.get("besides", "")
    besides = besides if besides in reader.zone().documents else None
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    if file is not None:
        document = document_from(file.read(), PurePath(file.name))  # type: ignore[arg-type]  # only its name is read
        draft = drafts.new(PurePath(file.name).name, document.text, period, besides)
        draft.notes = [each.stored() for each in document.warnings]
        return draft
    if not text.strip():
        raise ProblemError(NOTHING_TO_CHECK.at())
    return drafts.new(gettext("粘贴的文稿"), text.replace("\r\n", "\n"), period, besides)


def _period(written: str) -> str:
    try:
        return str(Period.parse(written))
    except ProblemError:
        raise ProblemError(PERIOD_UNREADABLE.at(period=written)) from None


def draft(request: HttpRequest, id: UUID) -> HttpResponse:
    kept = _kept(request, id)
    found = checked(kept)
    counts = [
        (name, title, sum(each.severity == name for each in found.report.findings)) for name, title in SEVERITY.items()
    ]
    context = {
        "draft": kept,
        "notes": [told(Problem.restored(note).message) for note in kept.notes],
        "report": found.report,
        "paragraphs": paragraphs(found.report),
        "findings": [(number, each, SEVERITY[each.severity]) for number, each in enumerate(found.report.findings, 1)],
        "counts": counts,
        "figures": [_candidate(kept, each) for each in found.figures],
        "indicators": sorted({told(each.title) for each in reader.zone().indicators.values()}),
    }
    return render(request, "pages/gate/draft.html", context)


def _candidate(draft: drafts.StoredDraft, figure: CandidateFigure) -> dict[str, object]:
    place = f"{figure.start}-{figure.end}"
    known = reader.zone().indicators.get(figure.indicator_id)
    state = draft.decisions.get(place)
    return {
        "figure": figure,
        "place": place,
        "written": " ".join(draft.text[figure.start : figure.end].split()),
        "known": known,
        "state": state,
        "state_title": DECIDED.get(state) if state else None,
    }


@require_POST
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Accept or refuse one figure.

    1. Refuse to do it twice.  2. Record the facts under the person's name.  3. Note the decision with the draft.
    """
    kept = _kept(request, id)
    found, place = checked(kept), request.POST.get("place", "")
    if place not in kept.decisions and place in {f"{each.start}-{each.end}" for each in found.figures}:
        answer = "accepted" if request.POST.get("answer") == "accept" else "refused"
        try:
            if answer == "accepted":
                _record(request, kept, found, place)
        except ProblemError as error:
            return _not_taken(request, kept, found, error)
        kept.decisions[place] = answer
        drafts.keep(request.user.pk, kept)
    if request.headers.get("HX-Request"):
        figure = next((each for each in found.figures if f"{each.start}-{each.end}" == place), None)
        row = _candidate(kept, figure) if figure else None
        return render(request, "pages/gate/figure_row.html", {"each": row, "draft": kept})
    return redirect("gate-draft", kept.id)


def _not_taken(request: HttpRequest, kept: drafts.StoredDraft, found: Checked, error: ProblemError) -> HttpResponse:
    """Why a figure cannot be a fact yet, beside its form, so that the reader can say what is missing."""
    why, place = "；".join(told(each.message) for each in error.problems), request.POST.get("place", "")
    if request.headers.get("HX-Request"):
        figure = next(each for each in found.figures if f"{each.start}-{each.end}" == place)
        row = _candidate(kept, figure) | {"why": why, "named": request.POST.get("indicator", "")}
        return render(request, "pages/gate/figure_row.html", {"each": row, "draft": kept})
    messages.error(request, why)
    return redirect("gate-draft", kept.id)


def _record(request: HttpRequest, kept: drafts.StoredDraft, found: Checked, place: str) -> None:
    named = request.POST.get("indicator", "").strip()
    indicators = reader.zone().indicators
    indicator = indicator_named(named, indicators).id if named else None
    figures = [replace(each, period=each.period or kept.period) for each in found.figures]
    facts = confirmed_facts(kept.document(), reader.zone(), figures, place, indicator)
    by = request.user.get_full_name() or request.user.get_username()
    reader.ledger().record(facts, CONFIRMATIONS, by, datetime.now(UTC), kept.name)
    messages.success(
        request, gettext("已采纳为事实：%(names)s") % {"names": "、".join(fact.attribute for fact in facts)}
    )


def annotated(request: HttpRequest, id: UUID) -> HttpResponse:
    """The annotated page as a file of its own."""
    kept = _kept(request, id)
    page = gate_page(checked(kept).report, reader.zone(), kept.name)
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gate-{kept.id}.html"'
    return response


@require_POST
def forget(request: HttpRequest, id: UUID) -> HttpResponse:
    drafts.forget(request.user.pk, id)
    return redirect("gate")


def _kept(request: HttpRequest, id: UUID) -> drafts.StoredDraft:
    """A draft of this very person."""
    kept = drafts.of(request.user.pk, id)
    if kept is None:
        raise Http404
    return kept


PAGES = [
    Page("gate/", "gate", gate, "gate.use", _("校稿"), order=26),
    Page("gate/<uuid:id>/", "gate-draft", draft, "gate.use"),
    Page("gate/<uuid:id>/decide/", "gate-decide", decide, "gate.use"),
    Page("gate/<uuid:id>/annotated/", "gate-annotated", annotated, "gate.use"),
    Page("gate/<uuid:id>/forget/", "gate-forget", forget, "gate.use"),
]
