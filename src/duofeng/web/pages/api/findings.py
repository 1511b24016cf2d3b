"""Findings of a run: what each policy answers for each subject, near misses, the best bundles, scores."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.runs.store import Run
from duofeng.web.pages.api.access import Access, allowed
from duofeng.web.pages.api.reply import (
    Basis,
    Cursor,
    Failure,
    Format,
    Limit,
    Of,
    Word,
    among,
    as_file,
    basis,
    begin,
    page_of,
    unless_known,
)  # fmt: skip
from duofeng.web.reader import FIRMS
from duofeng.web.tables import Column

router = Router(tags=["findings"])
Outcome = Literal["yes", "near", "unknown", "no"]
Money = Annotated[str | None, Field(description="a decimal in the main unit of money; null where it is unknown")]
ANSWERS = pl.Series("outcome", [name_of(code) for code in range(256)])
MONEY = ("amount", "loss", "paid")
ERRORS = {401: Failure, 403: Failure, 404: Failure, 422: Any}


class OutcomeLine(Schema):
    subject: str
    policy: str
    outcome: Annotated[Outcome, Field(description="near: one or two conditions fail, all else is known to hold")]


class NearLine(Schema):
    """`gap` is how far the missing condition is, in its own unit; `worth` is money per effort."""

    subject: str
    policy: str
    missing: list[str]
    gap: float | None
    relative: float | None
    effort: int
    amount: Money
    worth: float | None


class BundleLine(Schema):
    """An entitled policy, in or out of the best bundle; taking it would push `instead` out and lose `loss`."""

    subject: str
    policy: str
    amount: Money
    taken: bool
    loss: Money
    instead: str | None
    paid: Money


class ScoreLine(Schema):
    """`low` and `high` are what the score could be, given what is unknown; ranks count from 1."""

    subject: str
    stage: str | None
    group: str | None
    score: float | None
    low: float | None
    high: float | None
    grade: str | None
    rank: int | None
    group_rank: int | None
    coverage: float | None


class OutcomePage(Schema):
    basis: Basis
    items: list[OutcomeLine]
    next: str | None


class NearPage(Schema):
    basis: Basis
    items: list[NearLine]
    next: str | None


class BundlePage(Schema):
    basis: Basis
    items: list[BundleLine]
    next: str | None


class ScorePage(Schema):
    basis: Basis
    items: list[ScoreLine]
    next: str | None


SUBJECT, POLICY = Column("subject", _("编号")), Column("policy", _("政策"))
OUTCOMES = (SUBJECT, POLICY, Column("outcome", _("结论")))
NEAR = (
    SUBJECT, POLICY, Column("missing", _("所差条件")), Column("gap", _("差多少"), "number"),
    Column("relative", _("相对差距"), "number"), Column("effort", _("难度"), "integer"),
    Column("amount", _("金额"), "money"), Column("worth", _("性价比"), "number"),
)  # fmt: skip
BUNDLES = (
    SUBJECT, POLICY, Column("amount", _("金额"), "money"), Column("taken", _("选用"), "flag"),
    Column("loss", _("损失"), "money"), Column("instead", _("被替代")), Column("paid", _("兑现"), "money"),
)  # fmt: skip
SCORES = (
    SUBJECT, Column("stage", _("阶段")), Column("group", _("同类组")), Column("score", _("得分"), "number"),
    Column("low", _("最低"), "number"), Column("high", _("最高"), "number"), Column("grade", _("等级")),
    Column("rank", _("名次"), "integer"), Column("group_rank", _("组内名次"), "integer"),
    Column("coverage", _("覆盖率"), "percent"),
)  # fmt: skip


@router.get("/outcomes", response={200: OutcomePage, **ERRORS}, summary="What each policy answers for each subject")
def outcomes(  # noqa: PLR0913, PLR0917  # the parameters of the address
    request: HttpRequest, subject: Word = "", policy: Word = "", outcome: Outcome | None = None, of: Of = FIRMS,
    run: Word = "current", limit: Limit = 100, cursor: Cursor = None, format: Format = "json",
) -> HttpResponse | dict[str, object]:  # fmt: skip
    found, first, listed = _begin(request, subject, of, run, cursor)
    table = _table(found, "outcomes", of)
    policies = [name for name in table.collect_schema().names() if name != "subject"]
    if policy and policy not in policies:
        raise HttpError(404, "No such policy was answered in this run.")
    rows = (
        _of(table, request, subject)
        .select("subject", *([policy] if policy else policies))
        .with_row_index("#")
        .unpivot(index=["#", "subject"], variable_name="policy", value_name="code")
        .sort("#", "policy")
        .select("subject", "policy", outcome=pl.col("code").replace_strict(range(256), ANSWERS))
    )
    if outcome is not None:
        rows = rows.filter(pl.col("outcome") == outcome)
    return _listed(request, "outcomes", rows, OUTCOMES, (found, first, limit, listed, format))


@router.get("/near", response={200: NearPage, **ERRORS}, summary="Near misses, the most money for the effort first")
def near(  # noqa: PLR0913, PLR0917  # the parameters of the address
    request: HttpRequest, subject: Word = "", policy: Word = "", of: Of = FIRMS, run: Word = "current",
    limit: Limit = 100, cursor: Cursor = None, format: Format = "json",
) -> HttpResponse | dict[str, object]:  # fmt: skip
    found, first, listed = _begin(request, subject, of, run, cursor)
    rows = _of(_table(found, "near", of), request, subject, policy)
    return _listed(request, "near", rows, NEAR, (found, first, limit, listed, format))


@router.get("/bundles", response={200: BundlePage, **ERRORS}, summary="The best bundle of each subject")
def bundles(  # noqa: PLR0913, PLR0917  # the parameters of the address
    request: HttpRequest, subject: Word = "", policy: Word = "", taken: bool | None = None, of: Of = FIRMS,
    run: Word = "current", limit: Limit = 100, cursor: Cursor = None, format: Format = "json",
) -> HttpResponse | dict[str, object]:  # fmt: skip
    found, first, listed = _begin(request, subject, of, run, cursor)
    rows = _of(_table(found, "bundles", of), request, subject, policy)
    if taken is not None:
        rows = rows.filter(pl.col("taken") == taken)
    return _listed(request, "bundles", rows, BUNDLES, (found, first, limit, listed, format))


@router.get("/scores/{card}", response={200: ScorePage, **ERRORS}, summary="Scores by one card")
def scores(  # noqa: PLR0913, PLR0917  # the parameters of the address
    request: HttpRequest, card: Word, subject: Word = "", of: Of = FIRMS, run: Word = "current", limit: Limit = 100,
    cursor: Cursor = None, format: Format = "json",
) -> HttpResponse | dict[str, object]:  # fmt: skip
    found, first, listed = _begin(request, subject, of, run, cursor)
    rows = _of(_table(found, f"score-{card}", of), request, subject)
    return _listed(request, f"score-{card}", rows, SCORES, (found, first, limit, listed, format))


def _begin(request: HttpRequest, subject: str, of: str, run: str, cursor: str | None) -> tuple[Run, int, str]:
    access, listed = allowed(request, "findings:read"), among(request)
    access.opens(of)
    if subject:
        access.reach(subject)
    found, first = begin(run, cursor, listed)
    unless_known(request, access, run=found)
    return found, first, listed


def _table(run: Run, name: str, register: str) -> pl.LazyFrame:
    if not run.has(name, register):
        raise HttpError(404, "The run has no such findings of this register.")
    return run.table(name, register)


def _of(rows: pl.LazyFrame, request: HttpRequest, subject: str, policy: str = "") -> pl.LazyFrame:
    """The rows within reach of the token, of one subject or policy when asked."""
    access: Access = request.auth  # set by Bearer
    chosen = subject or access.only
    if chosen is not None and (chosen or access.only == ""):
        rows = rows.filter(pl.col("subject") == chosen)
    return rows.filter(pl.col("policy") == policy) if policy else rows


def _listed(
    request: HttpRequest,
    name: str,
    rows: pl.LazyFrame,
    columns: tuple[Column, ...],
    page: tuple[Run, int, int, str, Format],
) -> HttpResponse | dict[str, object]:
    run, first, limit, listed, format = page
    rows = rows.select(column.name for column in columns)
    if format != "json":
        return as_file(request, name, rows, columns)
    part, following = page_of(rows, first, limit, run.id, listed)
    return {"basis": basis(run), "items": [_spoken(row) for row in part], "next": following}


def _spoken(row: Mapping[str, Any]) -> dict[str, Any]:
    """Money from minor units to a decimal."""
    decimals = {name: str(Decimal(row[name]) / 100) for name in MONEY if row.get(name) is not None}
    return {**row, **decimals}
