"""The payment list of a run: totals, files exact to the cent, and two different people who sign its digest."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import polars as pl
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from duofeng.brain.policies.payments import PaymentList
from duofeng.brain.runs.paying import payments_of
from duofeng.desk.payments.models import NEEDED, PaymentSignature
from duofeng.tell.payment_files import payments_csv, payments_xlsx
from duofeng.tell.words import told
from duofeng.web import page, registers
from duofeng.web.page import Page
from duofeng.web.run_view import published_run
from duofeng.web.tables import EXPORTS, Choice, Column, Listing

SEES = ("payments.sign", "policies.draft")


listed = lru_cache(maxsize=4)(payments_of)


def payments(request: HttpRequest) -> HttpResponse:
    run = published_run()
    made = listed(run)
    if request.GET.get("list") in {"csv", "xlsx"}:
        return _file(made, request.GET["list"])
    digest = made.digest
    signatures = list(PaymentSignature.objects.filter(digest=digest).select_related("user").order_by("place"))
    paying = set(made.rows["policy"])
    titles = {policy: told(title) for policy, title in sorted(made.titles.items()) if policy in paying}
    listing = Listing(
        "payments",
        _with_begin(made.rows).with_columns(title=pl.col("policy").replace(titles)).lazy(),
        (
            Column("name", gettext_lazy("对象"), "key", link="{begin}{subject}/"),
            Column("subject", gettext_lazy("编号"), "key"),
            Column("title", gettext_lazy("政策"), link="/policies/{policy}/"),
            Column("amount", gettext_lazy("应得（元）"), "money"),
            Column("paid", gettext_lazy("实付（元）"), "money"),
        ),
        search=("name", "subject"),
        choices=(Choice("policy", gettext_lazy("政策"), titles),),
        empty=gettext_lazy("这次计算没有要兑现的金额。"),
    )
    may_sign = page.rights(request).allows("payments.sign")
    mine = any(each.user_id == request.user.pk for each in signatures)
    context = {
        "made": made,
        "count": made.rows.height,
        "digest": digest,
        "totals": [row | {"title": titles[row["policy"]]} for row in made.by_policy().iter_rows(named=True)],
        "signatures": signatures,
        "needed": NEEDED,
        "complete": len(signatures) >= NEEDED,
        "may_sign": may_sign and not mine and len(signatures) < NEEDED,
        "mine": mine,
    }
    return listing.respond(request, "pages/policies/payments.html", context)


def _with_begin(rows: pl.DataFrame) -> pl.DataFrame:
    """`begin`: where the addresses of all of the register begin, in front of the key of whoever is paid."""
    begins = {each: registers.list_address(each) for each in rows["register"].unique()}
    return rows.with_columns(begin=pl.col("register").replace_strict(begins, return_dtype=pl.String))


def _file(made: PaymentList, form: str) -> HttpResponse:
    content = payments_csv(made) if form == "csv" else payments_xlsx(made)
    response = HttpResponse(content, content_type=EXPORTS[form])
    response["Content-Disposition"] = f'attachment; filename="payments-{made.run}.{form}"'
    return response


@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign the list that was seen: another list, or a second signature of one person, is refused."""
    run = published_run()
    made = listed(run)
    if request.POST.get("digest") != made.digest:
        messages.error(request, _("清单在您打开之后变了，请核对后再签。"))
        return redirect("payments")
    try:
        with transaction.atomic():
            taken = PaymentSignature.objects.filter(digest=made.digest).values_list("user_id", "place")
            if len(taken) >= NEEDED or any(user == request.user.pk for user, _place in taken):
                messages.error(request, _("同一个人不能签两次；清单签满两人后不再签。"))
                return redirect("payments")
            PaymentSignature.objects.create(
                run=run.id, digest=made.digest, total=made.total, user=request.user, place=len(taken) + 1,
                at=datetime.now(UTC),
            )  # fmt: skip
    except IntegrityError:
        messages.error(request, _("另一个人刚刚签了字，请再看一次。"))
        return redirect("payments")
    messages.success(request, _("已签字。"))
    return redirect("payments")


PAGES = [
    Page("payments/", "payments", payments, SEES),
    Page("payments/sign/", "payments-sign", sign, "payments.sign"),
]
