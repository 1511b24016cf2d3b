"""The target ledger: what was aimed at, what was reported since, and what nobody mentioned again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from duofeng.brain.figures.targets import VERDICTS, TargetLine
from duofeng.tell.words import told
from duofeng.web import asked, reader
from duofeng.web.context import language
from duofeng.web.figures import Known, stated
from duofeng.web.page import Page
from duofeng.web.periods import written_period
from duofeng.web.tables import Choice, Column, Listing, frame_of
from duofeng.web.templatetags.duofeng import VERDICT_BADGES


def targets(request: HttpRequest) -> HttpResponse:
    day = asked.day(request, "known")
    known = stated().known(day)
    rows = _lines(known, language())
    words = {str(name): (told(title), VERDICT_BADGES[name]) for name, title in VERDICTS.items()}
    columns = (
        Column("verdict", _("结论"), words=words, sortable=False, chosen=True),
        Column("title", _("指标"), link="/figures/{id}/"),
        Column("period", _("时期"), "period"),
        Column("aim", _("目标"), "figure", sortable=False),
        Column("result", _("结果"), "figure", sortable=False),
        Column("ratio", _("完成"), "percent"),
        Column("remark", _("说明"), sortable=False),
        Column("owner", _("责任单位")),
        Column("plan", _("提出于"), chosen=True),
    )
    listing = Listing(
        "targets",
        frame_of(rows, columns, "id", "topic"),
        columns,
        search=("title", "aim", "owner"),
        choices=(
            Choice("period", _("时期"), {row["period"]: written_period(row["period"]) for row in rows}),
            Choice("topic", _("主题")),
        ),
        empty=_("还没有声明或公布过目标。"),
    )
    counts = [(name, sum(row["verdict"] == name for row in rows)) for name in VERDICTS]
    context = {"counts": [each for each in counts if each[1]], "day": day, "as_of": known.as_of}
    return listing.respond(request, "pages/targets/targets.html", context)


@lru_cache(maxsize=4)
def _lines(known: Known, _words: str) -> list[dict[str, Any]]:
    """The ledger's rows as one language says them, the verdicts in their order."""
    order = list(VERDICTS)
    return [_row(line) for line in sorted(known.targets, key=lambda line: order.index(line.verdict))]


def _row(line: TargetLine) -> dict[str, object]:
    target, topics = line.target, reader.zone().codes.get("topics")
    document = reader.zone().documents.get(target.source.document) if target.source else None
    topic = topics.title_of(line.topic) if topics else None
    return {
        "verdict": line.verdict,
        "id": target.indicator,
        "title": told(line.title),
        "period": target.period,
        "aim": told(line.aimed),
        "result": told(line.reached) if line.reached else None,
        "ratio": float(line.ratio) if line.ratio is not None else None,
        "remark": _remark(line) or None,
        "owner": told(target.owner) if target.owner else None,
        "plan": told(document.title) if document else None,
        "topic": told(topic) if topic else line.topic,
    }


def _remark(line: TargetLine) -> str:
    if line.related:
        return gettext("；").join(
            f"{told(each.statement.said)}{gettext('，')}{told(each.why)}" for each in line.related
        )
    if line.exceeded:
        return gettext("超额")
    return told(line.outlook) if line.outlook else ""


PAGES = [Page("targets/", "targets", targets, "figures.view", _("目标账"), order=22)]
