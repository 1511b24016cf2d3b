"""Policies: what is in force, one policy laid open, a draft tried out, and the list that finance pays."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from duofeng.brain.policies.plan import Planned
from duofeng.brain.runs.store import Run
from duofeng.tell.words import told
from duofeng.web import page, reader, registers
from duofeng.web import policy_tables as reading
from duofeng.web.charts import histogram
from duofeng.web.page import Page
from duofeng.web.pages.policies import payments, studio
from duofeng.web.policy_words import CONFIRM, DELIVERY, FAMILY, OUTCOMES, TRUST, WHEN_OUT
from duofeng.web.run_view import current_run as current
from duofeng.web.sight import general_sight
from duofeng.web.tables import Choice, Column, Listing
from duofeng.zone.kinds.policy import Policy, as_money

GIVES = {"money": _("奖补"), "relief": _("减免"), "recognition": _("认定")}
LISTED = (
    Column("title", _("政策"), link="/policies/{policy}/"),
    Column("gives", _("类别"), words=GIVES, chosen=True),
    Column("delivery", _("方式"), words=DELIVERY, chosen=True),
    Column("until", _("有效期到"), "date"),
    Column("budget", _("预算（元）"), "money"),
    Column("yes", _("符合"), "integer"),
    Column("near", _("差一点"), "integer"),
    Column("unknown", _("未知"), "integer"),
    Column("no", _("不符合"), "integer"),
    Column("due", _("应得（元）"), "money"),
    Column("paid", _("实付（元）"), "money"),
    Column("used", _("预算使用"), "percent"),
)
DECLARED = {
    "policy": pl.String, "title": pl.String, "gives": pl.String, "delivery": pl.String, "from": pl.Date,
    "until": pl.Date, "budget": pl.Int64,
}  # fmt: skip


def policies(request: HttpRequest) -> HttpResponse:
    run = reader.run()
    declared = pl.DataFrame([_declared(each) for each in reader.policies_in_force()], schema=DECLARED)
    counted = reading.summary(run) if run else pl.DataFrame(schema=reading.SUMMARY)
    frame = declared.join(counted, on="policy", how="left").with_columns(
        due=pl.when(pl.col("gives") != "recognition").then("due"),
        paid=pl.when(pl.col("gives") == "money").then("paid"),
        used=pl.col("paid") / pl.col("budget"),
    )
    listing = Listing(
        "policies",
        frame.lazy(),
        LISTED,
        search=("title", "policy"),
        sort="-due",
        empty=_("没有生效的政策。"),
    )
    return listing.respond(request, "pages/policies/policies.html", {"run": run})


def _declared(planned: Planned) -> dict[str, Any]:
    policy = planned.policy
    return {
        "policy": planned.id,
        "title": told(policy.title),
        "gives": policy.gives,
        "delivery": policy.delivery if planned.award is not None else None,
        "from": policy.from_,
        "until": policy.until,
        "budget": as_money(policy.budget.total) if policy.budget else None,
    }


def policy(request: HttpRequest, id: str) -> HttpResponse:
    """The text, its conditions with how many fail each, how much."""
    planned, run = _answered(id)
    counts = reading.summary(run).filter(pl.col("policy") == id).to_dicts()
    amounts = run.table("bundles", planned.policy.register).filter(policy=id).select("amount").collect()["amount"]
    context = {
        **_common(request, planned, "policy"),
        "counts": counts[0] if counts else None,
        "conditions": reading.conditions_shown(run, planned),
        "chart": histogram(amounts, registers.word(planned.policy.register)) if planned.award is not None else None,
        "versions": _versions(planned),
        "cap": planned.award.cap if planned.award else None,
        "budget": as_money(planned.policy.budget.total) if planned.policy.budget else None,
        "asked": reading.asked_for(planned),
        "excluded": [_named(other) for other in planned.policy.excludes],
        "confirmations": [CONFIRM[each] for each in planned.policy.confirmations],
        "families": [(family, FAMILY[rule]) for family, rule in planned.policy.families.items()],
        "delivery": DELIVERY[planned.policy.delivery],
        "trust": TRUST[planned.policy.source.trust],
        "when_out": WHEN_OUT[planned.policy.budget.when_out] if planned.policy.budget else "",
    }
    return render(request, "pages/policies/policy.html", context)


def _common(request: HttpRequest, planned: Planned, tab: str) -> dict[str, Any]:
    """Raises PermissionDenied where a list is asked for by who may not open its subjects."""
    lists = registers.opens(page.rights(request), planned.policy.register)
    if tab != "policy" and not lists:
        raise PermissionDenied
    return {"planned": planned, "policy": planned.policy, "tab": tab, "lists": lists}


def _answered(id: str) -> tuple[Planned, Run]:
    """A policy and the run that answered it. Raises Http404."""
    planned, run = reading.planned_of(id), current()
    if not reading.answered(run, planned):
        raise Http404
    return planned, run


def _versions(planned: Planned) -> list[Policy]:
    every = reader.zone().declared(Policy).values()
    return sorted((each for each in every if each.policy == planned.id), key=lambda each: each.from_)


def _named(id: str) -> tuple[str, str]:
    known = reader.planned(id)
    return id, told(known.policy.title) if known else id


def _whom(planned: Planned) -> list[Column]:
    return registers.whom(planned.policy.register)


def who(request: HttpRequest, id: str) -> HttpResponse:
    planned, run = _answered(id)
    common = _common(request, planned, "policy-who")
    columns = [*_whom(planned), Column("outcome", _("结论"), words=OUTCOMES, chosen=True)]
    if planned.award is not None:
        columns += [
            Column("amount", _("应得（元）"), "money"),
            Column("taken", _("在组合里"), "flag"),
            Column("paid", _("实付（元）"), "money"),
        ]
    listing = Listing(
        "who",
        reading.who(run, planned),
        columns,
        search=("name", "subject"),
        sort="-amount" if planned.award is not None else "outcome",
        empty=_("没有符合条件的记录。"),
    )
    return listing.respond(request, "pages/policies/firms.html", common)


def near(request: HttpRequest, id: str) -> HttpResponse:
    planned, run = _answered(id)
    common = _common(request, planned, "policy-near")
    titles = {each.id: told(each.title) for each in planned.rule.conditions}
    columns = [
        *_whom(planned),
        Column("missing", _("还差")),
        Column("relative", _("差距"), "percent"),
        Column("effort", _("费力 1–5"), "integer"),
    ]
    if planned.award is not None:
        columns.append(Column("amount", _("补上可得（元）"), "money"))
    listing = Listing(
        "near",
        reading.near(run, planned, general_sight(request, planned.policy.register)),
        columns,
        search=("name", "subject", "missing"),
        choices=(Choice("first", _("差的条件"), titles),),
        sort="relative",
        empty=_("没有只差一两条的对象。"),
    )
    return listing.respond(request, "pages/policies/firms.html", common)


def unknown(request: HttpRequest, id: str) -> HttpResponse:
    planned, run = _answered(id)
    common = _common(request, planned, "policy-unknown")
    listing = Listing(
        "unknown",
        reading.unknown(run, planned),
        (*_whom(planned), Column("asks", _("不能判定的条件"))),
        search=("name", "subject", "asks"),
        sort="name",
        empty=_("每个对象都能判定。"),
    )
    return listing.respond(request, "pages/policies/firms.html", common)


PAGES = [
    Page("policies/", "policies", policies, "policies.view", pgettext_lazy("many", "政策"), order=50),
    Page("policies/<slug:id>/", "policy", policy, "policies.view"),
    Page("policies/<slug:id>/who/", "policy-who", who, registers.ANY_REGISTER),
    Page("policies/<slug:id>/near/", "policy-near", near, registers.ANY_REGISTER),
    Page("policies/<slug:id>/unknown/", "policy-unknown", unknown, registers.ANY_REGISTER),
    *studio.PAGES,
    *payments.PAGES,
]
