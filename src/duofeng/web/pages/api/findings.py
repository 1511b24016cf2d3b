"""Findings of a run: what each policy answers for each subject, near misses, the best bundles, scores."""

from __future__ import annotations

from typing import Annotated, Literal

import polars as pl
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from duofeng.brain.policies.outcomes import name_of
from duofeng.web.pages.api import reply
from duofeng.web.pages.api.access import allowed
from duofeng.web.pages.api.reply import Answer, Asked, OfRun, PageOf, Word

router = Router(tags=["findings"])
Outcome = Literal["yes", "near", "unknown", "no"]
ANSWERS = pl.Series("outcome", [name_of(code) for code in range(256)])


class OfSubjects(OfRun, Asked):
    subject: Word = ""


class OfPolicies(OfSubjects):
    policy: Word = ""


class OfOutcomes(OfPolicies):
    outcome: Outcome | None = None


class OfBundles(OfPolicies):
    taken: bool | None = None


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
    amount: reply.Money
    worth: float | None


class BundleLine(Schema):
    """An entitled policy, in or out of the best bundle; taking it would push `instead` out and lose `loss`."""

    subject: str
    policy: str
    amount: reply.Money
    taken: bool
    loss: reply.Money
    instead: str | None
    paid: reply.Money


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
    coverage: reply.Share


@router.get("/outcomes", response={200: PageOf[OutcomeLine], **reply.ERRORS}, summary="What policies answer for each")
def outcomes(request: HttpRequest, asked: Query[OfOutcomes]) -> Answer:
    found = Findings(request, asked, "outcomes")
    policies = [name for name in found.table.collect_schema().names() if name != "subject"]
    if asked.policy and asked.policy not in policies:
        raise HttpError(404, "No such policy was answered in this run.")
    rows = (
        found.reached()
        .select("subject", *([asked.policy] if asked.policy else policies))
        .with_row_index("#")
        .unpivot(index=["#", "subject"], variable_name="policy", value_name="code")
        .sort("#", "policy")
        .select("subject", "policy", outcome=pl.col("code").replace_strict(range(256), ANSWERS))
    )
    if asked.outcome is not None:
        rows = rows.filter(pl.col("outcome") == asked.outcome)
    return found.listed(rows, OutcomeLine)


@router.get(
    "/near", response={200: PageOf[NearLine], **reply.ERRORS}, summary="Near misses, most money for effort first"
)
def near(request: HttpRequest, asked: Query[OfPolicies]) -> Answer:
    found = Findings(request, asked, "near")
    return found.listed(found.reached(asked.policy), NearLine)


@router.get("/bundles", response={200: PageOf[BundleLine], **reply.ERRORS}, summary="The best bundle of each subject")
def bundles(request: HttpRequest, asked: Query[OfBundles]) -> Answer:
    found = Findings(request, asked, "bundles")
    rows = found.reached(asked.policy)
    if asked.taken is not None:
        rows = rows.filter(pl.col("taken") == asked.taken)
    return found.listed(rows, BundleLine)


@router.get("/scores/{card}", response={200: PageOf[ScoreLine], **reply.ERRORS}, summary="Scores by one card")
def scores(request: HttpRequest, card: Word, asked: Query[OfSubjects]) -> Answer:
    found = Findings(request, asked, f"score-{card}")
    return found.listed(found.reached(), ScoreLine)


class Findings:
    """One table of a run, as far as the token reaches. 403 beyond that, 404 where the run has none."""

    def __init__(self, request: HttpRequest, asked: OfSubjects, name: str) -> None:
        self.request, self.asked, self.name = request, asked, name
        self.access = allowed(request, "findings:read")
        self.access.opens(asked.of)
        if asked.subject:
            self.access.reach(asked.subject)
        self.run = reply.run_of(request, asked.run, asked.cursor)
        reply.unless_known(request, self.access, run=self.run)
        if not self.run.has(name, asked.of):
            raise HttpError(404, "The run has no such findings of this register.")
        self.table = self.run.table(name, asked.of)

    def reached(self, policy: str = "") -> pl.LazyFrame:
        """The rows within reach of the token, of one subject or policy when asked."""
        rows, only = self.table, self.access.only
        chosen = self.asked.subject or only
        if chosen is not None and (chosen or only == ""):
            rows = rows.filter(pl.col("subject") == chosen)
        return rows.filter(pl.col("policy") == policy) if policy else rows

    def listed(self, rows: pl.LazyFrame, line: type[Schema]) -> Answer:
        return reply.listed(self.request, self.asked, self.name, rows, line, self.run.id, self.run)
