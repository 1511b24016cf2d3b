"""The figures of the zone by topic, and one figure laid open: series, proof, what follows, what changed."""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from duofeng.brain.figures.report import REASONS, FigureReport, figure_report
from duofeng.brain.figures.statement import THE_ZONE
from duofeng.tell.series import marks, series_chart
from duofeng.tell.words import told
from duofeng.web import asked, habits, reader, registers
from duofeng.web.context import language
from duofeng.web.counted import Counted, counted, tells_whom
from duofeng.web.figures import Known, end_of, stated
from duofeng.web.page import Page, rights
from duofeng.web.tables import Choice, Column, Listing
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.kinds.indicator import Indicator

BEHAVIOURS = {"flow": _("流量"), "stock": _("存量"), "ratio": _("比率"), "rank": _("排名"), "limit": _("限额")}
MEASURES = {
    "level": _("数值"),
    "growth": _("增速"),
    "share": _("占比"),
    "rank": _("位次"),
    "target": _("目标"),
    "limit": _("限额"),
    "increase": _("增减"),
}
STATED = (
    Column("title", _("指标"), link="/figures/{id}/"),
    Column("topic", _("主题")),
    Column("level", _("最近数值"), "figure", sortable=False),
    Column("period", _("时期"), "period"),
    Column("growth", _("同比"), "figure", sortable=False),
    Column("growth_period", _("同比时期"), "period"),
    Column("said", _("公布次数"), "integer"),
)
PROOF = (
    Column("measure", _("说了什么"), words=MEASURES, chosen=True),
    Column("of", _("对照")),
    Column("written", _("数字"), "figure", sortable=False),
    Column("document", _("出处")),
    Column("publisher", _("发布机关")),
    Column("date", _("公布日"), "date"),
    Column("place", _("位置"), sortable=False),
    Column("known_from", _("入账时间")),
    Column("fact", _("事实编号"), sortable=False),
)


def board(request: HttpRequest) -> HttpResponse:
    known = stated().known()
    topics = _topics(known)
    rows = _lines(known, language())
    shown = {row["topic_id"] for row in rows if row["said"]}
    listing = Listing(
        "figures",
        pl.LazyFrame([row for row in rows if row["said"]], schema=BOARD_SCHEMA).sort(
            "order", "said", descending=[False, True]
        ),
        STATED,
        search=("title", "id", "aliases"),
        choices=(Choice("topic_id", _("主题"), {id: title for id, title in topics.items() if id in shown}),),
        empty=_("账本里还没有园区公布的数字。"),
    )
    silent = sum(not row["said"] for row in rows)
    return listing.respond(request, "pages/figures/board.html", {"silent": silent})


BOARD_SCHEMA = {
    "id": pl.String, "title": pl.String, "aliases": pl.String, "topic_id": pl.String, "topic": pl.String,
    "order": pl.Int32, "level": pl.String, "period": pl.String, "growth": pl.String, "growth_period": pl.String,
    "said": pl.Int64,
}  # fmt: skip


def _topics(known: Known) -> dict[str, str]:
    listed = known.zone.codes.get("topics")
    return {id: told(code.title) for id, code in listed.codes.items()} if listed else {}


@lru_cache(maxsize=4)
def _lines(known: Known, _words: str) -> list[dict[str, object]]:
    """The board's rows as one language says them."""
    topics = _topics(known)
    return [_line(known, indicator, topics) for indicator in known.book.indicators.values()]


def _line(known: Known, indicator: Indicator, topics: dict[str, str]) -> dict[str, object]:
    levels = known.book.series(indicator.id)
    slots = [slot for slot in known.book.slots(indicator.id, "growth") if slot[0] == THE_ZONE]
    growth = known.book.one((indicator.id, "growth", ""), slots[-1]) if slots else None
    return {
        "id": indicator.id,
        "title": told(indicator.title),
        "aliases": " ".join(indicator.aliases),
        "topic_id": indicator.topic or "",
        "topic": topics.get(indicator.topic or "", ""),
        "order": list(topics).index(indicator.topic) if indicator.topic in topics else len(topics),
        "level": told(levels[-1].said) if levels else None,
        "period": str(levels[-1].period) if levels else None,
        "growth": told(growth.said) if growth else None,
        "growth_period": str(growth.period) if growth else None,
        "said": len(known.said_of(indicator.id)),
    }


def figure(request: HttpRequest, id: str) -> HttpResponse:
    indicator, everything = _indicator(id), stated()
    day = asked.day(request, "known")
    known = everything.known(day)
    subjects = _subjects(known, id)
    subject = request.GET.get("subject", "")
    subject = subject if subject in subjects else next(iter(subjects), THE_ZONE)
    report = figure_report(everything.book, id, asked.period(request), end_of(day), reader.zone(), subject)
    listing = Listing(
        "proof",
        _proof(report),
        PROOF,
        empty=_("这一期还没有人说过。"),
    )
    targets = [line for line in known.targets if line.target.indicator == id]
    context = {
        "indicator": indicator,
        "behaviour": BEHAVIOURS[indicator.behaviour],
        "report": report,
        "day": day,
        "subject": subject,
        "subjects": subjects,
        "of_another": subjects.get(subject, "") if subject != THE_ZONE else "",
        "periods": sorted({str(each.period) for each in everything.known().said_of(id) if each.period}),
        "chart": series_chart(indicator, known.book),
        "marks": marks(indicator.id, known.book),
        "targets": targets,
        "broken": [check for check in known.board.breaks if any(each.indicator == id for each in check.statements)],
        "changes": [(change, REASONS[change.reason]) for change in report.changes],
        "computes": [each for each in reader.zone().declared(Figure).values() if each.indicator == id],
        "near": [known.book.indicators[each] for each in indicator.near],
        "topic": _topics(known).get(indicator.topic or "", ""),
    }
    return listing.respond(request, "pages/figures/figure.html", context)


def _subjects(known: Known, indicator: str) -> dict[str, str]:
    """Whom something was said of, the zone first, by the names the zone gives them."""
    told_of = {each.subject for each in known.book.said if each.indicator == indicator and each.period}
    titles = known.zone.file.comparisons
    names = {each: told(titles[each]) if each in titles else each for each in sorted(told_of - {THE_ZONE})}
    return ({THE_ZONE: told(known.zone.title)} if THE_ZONE in told_of else {}) | names


def _indicator(id: str) -> Indicator:
    found = reader.zone().indicators.get(id)
    if found is None:
        raise Http404
    return found


def _proof(report: FigureReport) -> pl.LazyFrame:
    documents, scopes = reader.zone().documents, reader.zone().file.comparisons
    rows = []
    for each in report.proof:
        document, scope = documents.get(each.document), scopes.get(each.of)
        rows.append(
            {
                "measure": each.measure,
                "of": told(scope) if scope else each.of,
                "written": told(each.said),
                "document": told(document.title) if document else each.document,
                "publisher": told(document.publisher) if document and document.publisher else None,
                "date": document.date if document else None,
                "place": f"{each.start}–{each.end}" if each.end else each.place,
                "known_from": habits.moment(each.known_from) if each.known_from else None,
                "fact": each.fact,
            }
        )
    schema = {column.name: pl.Date if column.form == "date" else pl.String for column in PROOF}
    return pl.LazyFrame(rows, schema=schema)


def from_profiles(request: HttpRequest, id: str) -> HttpResponse:
    """The part of the page that counts the figure from profiles: it may take a second, so it comes after the page."""
    indicator, everything = _indicator(id), stated()
    day = asked.day(request, "known")
    report = figure_report(everything.book, id, asked.period(request), end_of(day), reader.zone())
    found = [counted(each.id, report.period, day) for each in _computing(indicator)]
    shown = [(each, each.gap(report.value)) for each in found]
    return render(request, "pages/figures/from_profiles.html", {"found": shown, "indicator": indicator, "day": day})


def _computing(indicator: Indicator) -> list[Figure]:
    return [each for each in reader.zone().declared(Figure).values() if each.indicator == indicator.id]


def subjects(request: HttpRequest, id: str, computed: str) -> HttpResponse:
    """Every subject that a computed figure counts, with its value: the proof of the number."""
    indicator = _indicator(id)
    if computed not in {each.id for each in _computing(indicator)}:
        raise Http404
    found: Counted = counted(computed, asked.period(request), asked.day(request, "known"))
    unit, own = found.figure_unit, rights(request)
    names = registers.opens(own, found.found.figure.register) and tells_whom(found.found, own)
    columns = [*registers.whom(found.found.figure.register)]
    if "value" in found.rows.columns:
        columns.append(Column("value", f"{found.value_title} {unit}".strip(), found.form))
    listing = Listing(
        "subjects",
        found.rows.lazy() if names else found.rows.head(0).lazy(),
        columns,
        search=("name", "subject"),
        sort="-value" if "value" in found.rows.columns else "name",
        empty=_("没有对象计入这个数。") if names else _("谁计入由受保护的属性决定，您的岗位只看到合计。"),
    )
    return listing.respond(request, "pages/figures/subjects.html", {"indicator": indicator, "found": found})


PAGES = [
    Page("figures/", "figures", board, "figures.view", pgettext_lazy("many", "指标"), order=20),
    Page("figures/<slug:id>/", "figure", figure, "figures.view"),
    Page("figures/<slug:id>/profiles/", "figure-profiles", from_profiles, "figures.view"),
    Page("figures/<slug:id>/profiles/<slug:computed>/", "figure-subjects", subjects, "figures.view"),
]
