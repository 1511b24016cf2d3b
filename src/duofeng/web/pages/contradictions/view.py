"""The contradiction board: figures that cannot hold together, with both statements, their places, the arithmetic."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from duofeng.brain.figures.rules.check import Check
from duofeng.tell.words import told
from duofeng.web import asked
from duofeng.web.context import language
from duofeng.web.figures import Known, stated
from duofeng.web.page import Page
from duofeng.web.tables import Column, Listing, frame_of
from duofeng.web.templatetags.duofeng import source_title

ANSWERS = {"broken": _("不能同时成立"), "undecided": _("不能判定"), "held": _("成立")}
BADGES = {"broken": "bad", "undecided": "warn", "held": "good"}
COLUMNS = (
    Column("answer", _("结论"), words={name: (title, BADGES[name]) for name, title in ANSWERS.items()}, chosen=True),
    Column("title", _("关系")),
    Column("arithmetic", _("算式"), sortable=False),
    Column("size", _("差距"), sortable=False),
    Column("places", _("出处"), sortable=False),
)


def contradictions(request: HttpRequest) -> HttpResponse:
    day = asked.day(request, "known")
    known = stated().known(day)
    listing = Listing(
        "checks",
        frame_of(_rows(known, language()), COLUMNS),
        COLUMNS,
        search=("title", "arithmetic"),
        empty=_("没有声明过数字之间的关系。"),
    )
    context = {
        "breaks": [(check, told(check.size)) for check in known.board.breaks],
        "errors": sum(check.severity == "error" for check in known.board.breaks),
        "held": len(known.board.held),
        "undecided": len(known.board.undecided),
        "day": day,
    }
    return listing.respond(request, "pages/contradictions/contradictions.html", context)


@lru_cache(maxsize=4)
def _rows(known: Known, _words: str) -> list[dict[str, str | None]]:
    board = known.board
    groups = (("broken", board.breaks), ("undecided", board.undecided), ("held", board.held))
    return [_row(answer, check) for answer, checks in groups for check in checks]


def _row(answer: str, check: Check) -> dict[str, str | None]:
    places = gettext("；").join(
        f"{source_title(each)} {each.start}–{each.end} {told(each.said)}" for each in check.statements
    )
    return {
        "answer": answer,
        "title": told(check.title),
        "arithmetic": told(check.arithmetic),
        "size": told(check.size) if answer == "broken" else None,
        "places": places,
    }


PAGES = [Page("contradictions/", "contradictions", contradictions, "figures.view", _("矛盾榜"), order=24)]
