"""The gate's answer as one self-contained page: the draft with its numbers marked, the findings beside it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from duofeng.brain.figures.gate import GateReport
from duofeng.brain.figures.statement import Statement
from duofeng.kernel.message import Message, say
from duofeng.tell.pages import page
from duofeng.zone.zone import Zone

SEVERITY = {
    "error": say("错误", context="severity"),
    "warning": say("提醒", context="severity"),
    "note": say("说明", context="severity"),
}
_WORST = ("error", "warning", "note", "unchecked")


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    severity: str
    number: int | None


def gate_page(report: GateReport, zone: Zone, name: str) -> str:
    """The page. Everything it needs is in it; nothing is fetched."""
    return page(
        "gate.html",
        name=name,
        zone=zone,
        report=report,
        summary=summary(report),
        paragraphs=_paragraphs(report),
        severities=SEVERITY,
        source_line=source_line,
    )


def summary(report: GateReport) -> Message:
    found = {severity: sum(each.severity == severity for each in report.findings) for severity in SEVERITY}
    return say(
        "读到 {read} 个数字，核对 {checked} 个：错误 {error}，提醒 {warning}，说明 {note}。",
        read=report.read,
        checked=report.checked,
        error=found["error"],
        warning=found["warning"],
        note=found["note"],
    )


def marks(report: GateReport) -> list[Mark]:
    """The stretches to mark, without overlaps: the graver finding wins, then the earlier."""
    found = [
        Mark(place.start, place.end, finding.severity, number)
        for number, finding in enumerate(report.findings, 1)
        for place in finding.places
    ]
    found += [Mark(each.place.start, each.place.end, "unchecked", None) for each in report.unchecked]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda each: (_WORST.index(each.severity), each.start, each.end)):
        at = bisect_right(kept, mark.start, key=lambda each: each.start)
        after_one = at == 0 or kept[at - 1].end <= mark.start
        before_next = at == len(kept) or mark.end <= kept[at].start
        if after_one and before_next:
            kept.insert(at, mark)
    return kept


def _paragraphs(report: GateReport) -> list[list[tuple[str, Mark | None]]]:
    """The text in paragraphs, every number beside its mark. A mark that crosses a line break is carried over it."""
    text, at = report.text, 0
    paragraphs: list[list[tuple[str, Mark | None]]] = [[]]

    def plain(stretch: str) -> None:
        first, *others = stretch.split("\n")
        paragraphs[-1].append((first, None))
        paragraphs.extend([(each, None)] for each in others)

    for mark in marks(report):
        plain(text[at : mark.start])
        paragraphs[-1].append((" ".join(text[mark.start : mark.end].split("\n")), mark))
        at = mark.end
    plain(text[at:])
    return [each for each in paragraphs if any(part.strip() for part, _mark in each)]


def source_line(said: Statement, zone: Zone) -> Message:
    """Where something was said: the document's title and date, the characters, the number."""
    document, indicator = zone.documents.get(said.document), zone.indicators.get(said.indicator)
    where = say("《{title}》", title=document.title if document else said.document)
    if document and document.date:
        where = say("{where}，{more}", where=where, more=document.date)
    if said.start is not None:
        where = say("{where}，{more}", where=where, more=say("第 {start}–{end} 字", start=said.start, end=said.end))
    return say(
        "{where}：{name} {number}（{period}）",
        where=where,
        name=indicator.title if indicator else said.indicator,
        number=said.said,
        period=said.period,
    )
