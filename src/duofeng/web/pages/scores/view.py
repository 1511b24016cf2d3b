"""Scorecards: who stands where and how surely, how scores spread, what changed between two runs."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from duofeng.brain.scores.changes import changed_scores
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader, registers
from duofeng.web import score_tables as reading
from duofeng.web.differences import asked
from duofeng.web.page import Page
from duofeng.web.pages.scores.versions import versions
from duofeng.web.run_view import current_run as current
from duofeng.web.run_view import view_of
from duofeng.web.tables import Choice, Column, Listing
from duofeng.zone.kinds.scorecard import Scorecard

MOST_GROUPS = 60
"""Peer groups that are offered as a filter; more are found by searching."""


def scorecards(request: HttpRequest) -> HttpResponse:
    run = reader.run()
    return render(request, "pages/scores/scores.html", {"lines": reading.lines(run) if run else []})


def ranking(request: HttpRequest, id: str) -> HttpResponse:
    run = current()
    card = reading.card_of(run, id)
    table = reading.scored(run, id)
    groups = table["group"].drop_nulls().unique().sort()
    choices = [Choice("grade", _("等级"), {each.grade: each.grade for each in card.grades})] if card.grades else []
    group_titles = reading.group_titles(run, card, groups)
    if 1 < len(groups) <= MOST_GROUPS:
        choices.append(Choice("group", _("同组"), group_titles))
    stages = table["stage"].drop_nulls().unique()
    if len(stages) > 1:
        choices.append(Choice("stage", _("阶段"), {stage: reading.stage_title(card, stage) for stage in stages}))
    listing = Listing(
        "ranking",
        table.lazy(),
        _columns(card, group_titles, table),
        search=("name", "subject", *(("group",) if len(groups) > MOST_GROUPS else ())),
        choices=choices,
        sort="rank",
        empty=_("这次计算里没有被它评分的对象。"),
    )
    context = {
        "card": card,
        "id": id,
        "chart": reading.spread(table["score"], registers.word(card.register)),
        "grades": reading.grades(card, table),
        "rated": table.height,
        "known": table["score"].count(),
        "groups": len(groups),
        "runs": len(reading.runs_with(id)),
        "tab": "score",
    }
    return listing.respond(request, "pages/scores/ranking.html", context)


def _columns(card: Scorecard, groups: dict[str, str], table: pl.DataFrame) -> list[Column]:
    columns = [
        Column("rank", _("名次"), "integer"),
        *registers.whom(card.register, "scores"),
        Column("score", _("得分"), "score"),
    ]
    if table["score"].null_count():
        columns += [Column("low", _("最低"), "score"), Column("high", _("最高"), "score")]
    if card.grades:
        columns.append(Column("grade", _("等级")))
    if table["rank_low"].count():
        columns += [Column("rank_low", _("名次区间自"), "integer"), Column("rank_high", _("至"), "integer")]
    if len(groups) > 1:
        columns += [Column("group", _("同组"), words=groups), Column("group_rank", _("组内名次"), "integer")]
    return [*columns, Column("coverage", _("数据齐全"), "percent")]


def compare(request: HttpRequest, id: str) -> HttpResponse:
    """Two runs: who rose and who fell, and whether the card itself changed."""
    after = asked(request.GET.get("after")) or current()
    card = reading.card_of(current(), id)
    every = reading.runs_with(id)
    before = asked(request.GET.get("before")) or next((each for each in every if each.id != after.id), None)
    context: dict[str, Any] = {
        "card": card,
        "id": id,
        "every": every,
        "before": before,
        "after": after,
        "tab": "compare",
    }
    frame = pl.DataFrame(schema=CHANGED)
    if before is not None:
        try:
            frame = changed_scores(before, after, id, card.register)
        except ProblemError as error:
            context["problem"] = error.problems[0]
        rules = [each.rules(card.register).get(f"score:{id}") for each in (before, after)]
        context["rule_changed"] = None not in rules and rules[0] != rules[1]
    listing = Listing(
        "changes",
        view_of(after).called(frame.lazy(), card.register),
        (
            *registers.whom(card.register, "scores"),
            Column("before", _("原来"), "score"),
            Column("after", _("现在"), "score"),
            Column("change", _("变化"), "score"),
            Column("rank_before", _("原名次"), "integer"),
            Column("rank_after", _("现名次"), "integer"),
        ),
        search=("name", "subject"),
        empty=_("没有一个得分不同，或还没有可以对比的两次计算。"),
    )
    return listing.respond(request, "pages/scores/compare.html", context)


CHANGED = {
    "subject": pl.String, "before": pl.Float64, "after": pl.Float64, "change": pl.Float64, "rank_before": pl.Int64,
    "rank_after": pl.Int64,
}  # fmt: skip


def card_page(request: HttpRequest, id: str) -> HttpResponse:
    """The card itself: its entries, weights and what each rests on."""
    card = reading.card_of(current(), id)
    rows = [(len(path) // 2, entry, reading.weight_text(card, entry)) for path, entry in card.entries()]
    return render(request, "pages/scores/card.html", {"card": card, "id": id, "rows": rows, "tab": "card"})


PAGES = [
    Page("scores/", "scores", scorecards, "scores.view", _("评分"), order=60),
    Page("scores/<slug:id>/", "score", ranking, "scores.view"),
    Page("scores/<slug:id>/card/", "score-card", card_page, "scores.view"),
    Page("scores/<slug:id>/compare/", "score-compare", compare, "scores.view"),
    Page("scores/<slug:id>/versions/", "score-versions", versions, "scores.view"),
]
