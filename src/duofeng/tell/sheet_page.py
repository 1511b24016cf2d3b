"""A score sheet as one self-contained page: everything a person needs to redo the score, and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from duofeng.brain.scores.changes import CAUSES, TOTAL
from duofeng.brain.scores.points import scoring_of
from duofeng.brain.scores.sheet import Line, Sheet
from duofeng.kernel.message import Message, say
from duofeng.tell import sheet_words as words
from duofeng.tell.pages import page
from duofeng.tell.words import told
from duofeng.zone.kinds.scorecard import PEER_METHODS
from duofeng.zone.zone import Zone

LISTED = 3
MISSING_RULES = {
    "range": say("缺的数据按最差和最好各算一次，总分写成区间。"),
    "reweight": say("缺的数据不计入，其余各项按权重放大。"),
    "zero": say("缺的数据计零分。"),
}
TRUST = {
    "sourced": say("{document}", context="trust"),
    "secondary": say("{document}（转载）"),
    "illustrative": say("{document}（示例）"),
}


@dataclass(frozen=True)
class Extras:
    """What may stand beside a sheet: the subject's name, where its values come from, what moved, what is odd."""

    name: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    before: str | None = None
    moved: pl.DataFrame | None = None
    alarms: pl.DataFrame | None = None
    known_at: str | None = None
    """The run's instant as the reader's clock shows it; in UTC where it is left out."""


def sheet_page(sheet: Sheet, zone: Zone, extras: Extras) -> str:
    """The page in the reader's language."""
    known = zone.attributes[sheet.compiled.card.register]
    return page(
        "sheet.html",
        card=sheet.compiled.card,
        who=extras.name or sheet.subject,
        where=_where(sheet, zone, extras),
        tiles=list(tiles(sheet, zone)),
        rows=[*(_row(sheet, line, zone, extras) for line in sheet.lines.values()), _total(sheet)],
        improvements=[
            (words.improvement_text(each), words.points(each.gain), each.entry.effort, words.points(each.per_effort))
            for each in sheet.improvements[:LISTED]
        ],
        missing=[
            told("{title}：{lacking}", title=line.entry.title, lacking=words.lacking(line, known))
            for line in sheet.without_data
            if line.missing
        ],
        missing_rule=MISSING_RULES[sheet.compiled.card.missing],
        before=extras.before,
        moved=None if extras.moved is None else [_moved(sheet, row) for row in extras.moved.iter_rows(named=True)],
        alarms=list(_alarms(sheet, zone, extras)),
        notes=notes(sheet),
    )


def _where(sheet: Sheet, zone: Zone, extras: Extras) -> str:
    card, made = sheet.compiled.card, sheet.run.manifest
    trust = TRUST[card.source.trust]
    return told(
        "{zone} · {subject} · 截至 {as_of}，按 {known_at} 所知 · {basis}",
        zone=zone.title,
        subject=sheet.subject,
        as_of=made.as_of,
        known_at=extras.known_at or made.known_at[:16],
        basis=Message(trust.id, {"document": card.source.document}, trust.context),
    )


def tiles(sheet: Sheet, zone: Zone) -> Iterator[tuple[str, str, str]]:
    """Label, figure and remark: score, grade, rank in all, rank among peers, coverage."""
    row = sheet.row
    if row["score"] is not None:
        yield told("总分"), words.points(row["score"]), ""
    else:
        remark = told("缺数据，是区间") if row["low"] is not None else told("无数据")
        yield told("总分"), words.between(row["low"], row["high"]).strip("[]"), remark
    if sheet.compiled.card.grades:
        yield told("等级"), row["grade"] or "—", ""
    yield told("名次"), _rank(row["rank"]), _of(row, "rank", sheet.rated)
    if sheet.compiled.card.peers:
        label = told("同组名次（{group}）", group=words.group_title(zone, sheet.compiled, row["group"]))
        yield label, _rank(row["group_rank"]), _of(row, "group_rank", sheet.peers)
    yield told("数据完整度"), "—" if row["coverage"] is None else f"{row['coverage']:.0%}", ""


def _rank(rank: int | None) -> str:
    return "—" if rank is None else f"{rank:,}"


def _of(row: Mapping[str, object], name: str, among: int) -> str:
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return "" if low is None else told("共 {among:,}；区间 {low}–{high}", among=among, low=low, high=high)


def _row(sheet: Sheet, line: Line, zone: Zone, extras: Extras) -> dict[str, Any]:
    known = zone.attributes[sheet.compiled.card.register]
    adds = words.contribution(sheet, line.path) if line.low == line.high else None
    return {
        "kind": "branch" if not line.is_leaf else ("lost" if line.points is None else ""),
        "indent": 8 + 18 * (len(line.path) - 1),
        "title": line.entry.title,
        "data": [(text, extras.sources.get(column)) for text, column in words.used_lines(line, known, zone.codes)],
        "step": words.leaf_step(line) if line.is_leaf else words.branch_step(sheet, line.path),
        "points": words.between(line.low, line.high),
        "weight": words.points(line.weight) if words.weighted(sheet, line.path) else "",
        "adds": "" if adds is None else words.points(adds),
    }


def _total(sheet: Sheet) -> dict[str, Any]:
    total = words.between(sheet.row["low"], sheet.row["high"]).strip("[]")
    said = {"title": told("总分"), "step": words.branch_step(sheet, ()), "points": total}
    return {"kind": "total", "indent": 8, "data": [], "weight": "", "adds": "", **said}


def _moved(sheet: Sheet, row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    line = sheet.lines.get(tuple(row["entry"].split(".")))
    unit = line.entry.unit if line else None
    values = " → ".join(words.shown(row[name], unit) for name in ("value_before", "value"))
    points = f"{words.points(row['points_before'])} → {words.points(row['points'])}"
    title = words.entry_title(sheet, row["entry"])
    return title, values if row["entry"] != TOTAL else "", points, told(CAUSES[row["cause"]])


def _alarms(sheet: Sheet, zone: Zone, extras: Extras) -> Iterator[str]:
    known = zone.attributes[sheet.compiled.card.register]
    if extras.alarms is not None:
        for row in extras.alarms.iter_rows(named=True):
            yield words.alarm_text(row, known[row["attribute"]])


def notes(sheet: Sheet) -> list[str]:
    """What the reader should know: the missing-data rule, how peers are compared, what the interval means."""
    card = sheet.compiled.card
    lines = [told(MISSING_RULES[card.missing])]
    if any(scoring_of(leaf).by in PEER_METHODS for leaf, _ in sheet.compiled.leaves.values()):
        lines.append(told("同组比较：相同的值取平均名次；方括号内为同组缩尾后的最小值和最大值（取过对数的写对数）。"))
    within = f"{float(card.weights_within):.0%}"
    lines.append(told("名次区间：各项权重在 ±{within} 内随机变动一千次，九成的名次落在区间内。", within=within))
    lines.append(told("计算编号 {run}；数字最多写四位小数。", run=sheet.run.id))
    return lines
