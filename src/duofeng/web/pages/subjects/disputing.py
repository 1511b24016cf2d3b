"""Disputing a value: somebody says what it should be; the steward's yes makes it a fact under their name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from duofeng.brain.given import given_row
from duofeng.desk.disputes.models import Dispute
from duofeng.facts.fact import Fact
from duofeng.kernel.money import from_minor
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.web import habits, reader, registers
from duofeng.web.run_view import current, view_of
from duofeng.web.subject_view import subject_of
from duofeng.web.tables import Column, Listing, frame_of
from duofeng.web.values import as_typed, attribute_of
from duofeng.zone.kinds.vocabulary import Attribute

SOURCE = "correction"
"""What a decided dispute is recorded under; the person who decided is the one who recorded it."""
LONGEST_VALUE, LONGEST_REASON = 200, 500
STATES = {
    Dispute.OPEN: (gettext_lazy("待处理"), "warn"),
    Dispute.ACCEPTED: (gettext_lazy("已采纳"), "good"),
    Dispute.REFUSED: (gettext_lazy("未采纳"), ""),
}


def of_subject(register: str, subject: str) -> list[tuple[Dispute, str, Any]]:
    """The disputes of a subject with the titles of attribute and state, the newest first."""
    found = Dispute.objects.filter(kind=register, subject=subject).order_by("-at")[:20]
    return [(each, _title(each), STATES[each.state]) for each in found]


def _title(claim: Dispute) -> str:
    declared = attribute_of(claim.kind, claim.attribute)
    return told(declared.title) if declared else claim.attribute


def dispute(request: HttpRequest, subject: str, register: str = reader.FIRMS) -> HttpResponse:
    """The form for one value; what is typed must be of the attribute's type."""
    registers.only(request, register, subject)
    name = subject_of(current(), register, subject).name
    asked = request.POST if request.method == "POST" else request.GET
    attribute = attribute_of(register, asked.get("attribute", ""))
    if attribute is None:
        raise Http404
    context: dict[str, Any] = {"subject": subject, "name": name, "attribute": attribute}
    context["address"] = registers.address(register, subject)
    context["period"] = period = asked.get("period", "").strip()[:40] if attribute.per != "state" else ""
    if attribute.codes is not None and attribute.codes in reader.zone().codes:
        listed = reader.zone().codes[attribute.codes].codes
        context["options"] = [(code, told(each.title)) for code, each in listed.items()]
    if request.method == "POST":
        value = request.POST.get("value", "").strip()[:LONGEST_VALUE]
        reason = " ".join(request.POST.get("reason", "").split())[:LONGEST_REASON]
        problem = _refused(attribute, subject, period, value) if value and reason else _("请写明应为多少和理由。")
        context |= {"value": value, "reason": reason, "problem": problem}
        if not problem:
            Dispute.objects.create(
                user=request.user, kind=register, subject=subject, attribute=attribute.id, period=period, value=value,
                reason=reason,
            )  # fmt: skip
            messages.success(request, _("异议已交给数据管理员。"))
            return redirect(registers.address(register, subject))
    return render(request, "pages/subjects/dispute.html", context)


def _refused(attribute: Attribute, subject: str, period: str, value: str) -> str:
    """Why a value is none of the attribute; nothing when it is one."""
    try:
        fact_of(attribute, subject, period, value, date.min)
    except ProblemError as error:
        return told(error.problems[0].message)
    except ValueError as error:
        return str(error)
    return ""


def fact_of(attribute: Attribute, subject: str, period: str, value: str, day: date) -> Fact:
    """The fact that a claim would become; a state holds from `day`. Raises ProblemError for a value of another type or
    a period that is none."""
    row = given_row({attribute.id: attribute.type}, {attribute.id: as_typed(attribute.id, attribute.type, value)})
    known: float | Decimal | str | date | bool = row[attribute.id][0]
    if attribute.type == "money":
        known = from_minor(int(row[attribute.id][0]))
    if attribute.per == "state":
        return Fact(attribute.register, subject, attribute.id, known, valid_from=day)
    return Fact(attribute.register, subject, attribute.id, known, period=Period.parse(period))


def disputes(request: HttpRequest) -> HttpResponse:
    """The steward's list."""
    run = reader.run()
    view = view_of(run) if run else None
    rows = [
        {
            "id": str(each.pk),
            "at": habits.day_of(each.at),
            "register": registers.title(each.kind),
            "name": view.name_of(each.kind, each.subject) if view else None,
            "address": registers.address(each.kind, each.subject),
            "subject": each.subject,
            "attribute": _title(each),
            "period": each.period,
            "value": each.value,
            "reason": each.reason,
            "by": each.user.get_full_name() or each.user.username,
            "state": each.state,
        }
        for each in Dispute.objects.select_related("user").order_by("-at")[:5_000]
    ]
    columns = (
        Column("at", gettext_lazy("时间"), "date", link="/disputes/{id}/"),
        Column("register", gettext_lazy("台账")),
        Column("name", gettext_lazy("对象"), link="{address}"),
        Column("attribute", gettext_lazy("属性")),
        Column("period", gettext_lazy("时期"), "period"),
        Column("value", gettext_lazy("应为")),
        Column("reason", gettext_lazy("理由")),
        Column("by", gettext_lazy("提出人")),
        Column("state", gettext_lazy("状态"), words=STATES, chosen=True),
    )
    listing = Listing(
        "disputes",
        frame_of(rows, columns, "id", "subject", "address"),
        columns,
        search=("name", "subject", "attribute"),
        sort="-at",
        empty=gettext_lazy("没有人对数值提出异议。"),
    )
    return listing.respond(request, "pages/subjects/disputes.html")


def one(request: HttpRequest, id: int) -> HttpResponse:
    """One dispute with everything the ledger has on the value."""
    found = get_object_or_404(Dispute.objects.select_related("user", "decided_by"), pk=id)
    context = {
        "dispute": found,
        "name": current().name_of(found.kind, found.subject) or found.subject,
        "title": _title(found),
        "state": STATES[found.state],
        "open": found.state == Dispute.OPEN,
        "address": registers.address(found.kind, found.subject),
    }
    return render(request, "pages/subjects/one_dispute.html", context)


@require_POST
def decide(request: HttpRequest, id: int) -> HttpResponse:
    """Accept: the claim becomes a fact recorded by the steward, who stands for it. Refuse: the answer says why."""
    found = get_object_or_404(Dispute, pk=id)
    attribute = attribute_of(found.kind, found.attribute)
    answer = " ".join(request.POST.get("answer", "").split())[:LONGEST_REASON]
    accepted = request.POST.get("decision") == "accept"
    if attribute is None or (not accepted and not answer):
        messages.error(request, _("不采纳要写明理由。"))
        return redirect("dispute-one", id=id)
    now, by = datetime.now(UTC), request.user.get_username()
    try:
        with transaction.atomic():
            state = Dispute.ACCEPTED if accepted else Dispute.REFUSED
            decided = Dispute.objects.filter(pk=id, state=Dispute.OPEN).update(
                state=state, decided_at=now, decided_by=request.user, answer=answer
            )
            if decided and accepted:
                fact = fact_of(attribute, found.subject, found.period, found.value, habits.day_of(now))
                receipt = reader.ledger().record([fact], SOURCE, by, now)
                Dispute.objects.filter(pk=id).update(fact=receipt.arrival.id[:80])
    except ProblemError as error:
        messages.error(request, told(error.problems[0].message))
        return redirect("dispute-one", id=id)
    if decided:
        messages.success(request, _("已处理；采纳的数值从下一次计算起生效。"))
    else:
        messages.error(request, _("这条异议已经处理过了。"))
    return redirect("disputes")
