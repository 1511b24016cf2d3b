"""What arrived, what was refused, what is held back, how each source does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import polars as pl
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from duofeng.facts.rejects import arrival_of, file_of, reason, shown_raw, where
from duofeng.facts.resent import last_link
from duofeng.facts.snapshot import Snapshot
from duofeng.kernel.problem import Problem
from duofeng.tell.words import told
from duofeng.web import habits, reader
from duofeng.web.context import language
from duofeng.web.freshness import Health
from duofeng.web.freshness import sources as health
from duofeng.web.tables import Column, Listing, frame_of

VERDICTS = {
    "accepted": (_("已接收"), "good"),
    "warnings": (_("已接收，有提醒"), "warn"),
    "quarantined": (_("已隔离"), "bad"),
    "duplicate": (_("重复，未计入"), ""),
    "torn": (_("不完整，不计入"), "bad"),
}
STATES = {"silent": (_("没有按时来"), "bad"), "fresh": (_("按时"), "good"), "free": (_("未约定"), "")}


def source_titles() -> dict[str, Any]:
    return {id: told(source.title) for id, source in reader.zone().sources.items()}


def arrivals(request: HttpRequest) -> HttpResponse:
    frame = (
        reader.snapshot()
        .arrivals()
        .with_columns(
            pl.col("recorded_at")
            .dt.convert_time_zone(str(habits.time_zone()))
            .dt.strftime("%Y-%m-%d %H:%M")
            .alias("recorded"),
            pl.col("notes").list.join(" ").alias("said"),
        )
    )
    listing = Listing(
        "arrivals",
        frame.lazy(),
        (
            Column("recorded", _("入账时间")),
            Column("file", _("文件")),
            Column("source", _("来源"), words=source_titles(), chosen=True),
            Column("verdict", _("结果"), words=VERDICTS, chosen=True),
            Column("rows", _("行"), "integer"),
            Column("facts", _("事实"), "integer"),
            Column("rejects", _("拒收"), "integer", link="/steward/rejects/?arrival={id}"),
            Column("by", _("谁")),
            Column("said", _("说明"), sortable=False),
            Column("id", _("编号"), sortable=False),
        ),
        search=("file", "id", "by"),
        sort="-recorded",
        empty=_("还没有文件到达。"),
    )
    return listing.respond(
        request, "pages/steward/list.html", {"here": "arrivals", "heading": pgettext_lazy("many", "到达")}
    )


def rejects(request: HttpRequest) -> HttpResponse:
    named = request.GET.get("arrival")
    last = last_link(reader.snapshot().arrivals(), named) if named else named
    if last != named:  # what is open of a delivery lies with the last link of its chain
        query = request.GET.copy()
        query["arrival"] = str(last)
        return redirect(f"{request.path}?{query.urlencode()}")
    listing = Listing(
        "rejects",
        _refused(reader.snapshot(), language()).lazy(),
        (
            Column("stands_in", _("文件")),
            Column("row", _("行号"), "integer", link="/steward/rejects/{stood_in}/{row}/?sheet={sheet}"),
            Column("where", _("列")),
            Column("content", _("原文")),
            Column("why", _("原因")),
            Column("code", _("代码"), chosen=True),
            Column("source", _("来源"), words=source_titles(), chosen=True),
            Column("arrival", _("到达"), link="/steward/rejects/?arrival={arrival}", chosen=True),
        ),
        search=("stands_in", "where", "content", "why"),
        empty=_("没有等待更正的拒收内容。"),
    )
    context = {
        "here": "rejects",
        "heading": _("拒收"),
        "about": _("点开行号就地改正并重新送入；每一格都在这里，直到改正为止。"),
    }
    return listing.respond(request, "pages/steward/list.html", context)


@lru_cache(maxsize=4)
def _refused(ledger: Snapshot, words: str) -> pl.DataFrame:
    """Every open reject as the list shows it."""
    found = ledger.rejects()
    shown = [
        {
            "where": told(where(row["sheet"], row["column"], row["params"])),
            "stands_in": file_of(row["file"], row["params"]),
            "stood_in": arrival_of(row["arrival"], row["params"]),
            "content": shown_raw(row["raw"] or "", row["params"]),
            "why": told(reason(row["code"], row["params"])),
        }
        for row in found.iter_rows(named=True)
    ]
    schema = {name: pl.String for name in ("where", "stands_in", "stood_in", "content", "why")}
    return pl.concat([found.drop("raw", "params", "file"), pl.DataFrame(shown, schema=schema)], how="horizontal")


def quarantine(request: HttpRequest) -> HttpResponse:
    folder = settings.DATA / "quarantine"
    rows = []
    for path in sorted(folder.glob("*/reason.json")):
        kept = json.loads(path.read_text("utf-8"))
        why = " ".join(f"{each.code} {told(each.message)}" for each in map(Problem.restored, kept["problems"]))
        rows.append(
            {"id": path.parent.name, "file": kept["file"], "source": kept["source"], "why": why}
            | {"by": kept["by"], "recorded": habits.moment(datetime.fromisoformat(kept["recorded_at"]))}
        )
    columns = (
        Column("recorded", _("时间")),
        Column("file", _("文件"), link="/steward/quarantine/{id}/"),
        Column("source", _("来源"), words=source_titles(), chosen=True),
        Column("why", _("原因"), sortable=False),
        Column("by", _("谁")),
        Column("id", _("编号"), sortable=False),
    )
    listing = Listing(
        "quarantine",
        frame_of(rows, columns),
        columns,
        search=("file", "why"),
        sort="-recorded",
        empty=_("没有被隔离的文件。"),
    )
    about = _("整份有问题的文件原样留在这里，账本没有改变；改好后重新上传。")
    return listing.respond(
        request, "pages/steward/list.html", {"here": "quarantine", "heading": _("隔离"), "about": about}
    )


def sources(request: HttpRequest) -> HttpResponse:
    rows = [_source(each) for each in health(datetime.now(UTC))]
    columns = (
        Column("title", _("来源"), link="/steward/arrivals/?source={id}"),
        Column("state", _("状态"), words=STATES, chosen=True),
        Column("last", _("最近到达")),
        Column("newest", _("数据截至")),
        Column("days", _("落后天数"), "integer"),
        Column("allowed", _("约定天数"), "integer"),
        Column("deliveries", _("次数"), "integer"),
        Column("rows", _("行"), "integer"),
        Column("facts", _("事实"), "integer"),
        Column("rejects", _("拒收"), "integer", link="/steward/rejects/?source={id}"),
    )
    listing = Listing(
        "sources",
        frame_of(rows, columns, "id"),
        columns,
        search=("title", "id"),
        empty=_("园区没有声明来源。"),
    )
    return listing.respond(
        request, "pages/steward/list.html", {"here": "sources", "heading": pgettext_lazy("many", "来源")}
    )


def _source(each: Health) -> dict[str, object]:
    return {
        "id": each.source.id,
        "title": told(each.source.title),
        "state": "silent" if each.silent else "fresh" if each.allowed else "free",
        "last": habits.moment(each.last) if each.last else None,
        "newest": f"{each.newest}" if each.newest else None,
        "days": each.days,
        "allowed": each.allowed,
        "deliveries": each.deliveries,
        "rows": each.rows,
        "facts": each.facts,
        "rejects": each.rejects,
    }
