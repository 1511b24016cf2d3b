"""The gate's answer as one self-contained page: the draft with its numbers marked, the findings beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib import resources

from duofeng.brain.figures.gate import Finding, GateReport
from duofeng.brain.figures.statement import Statement
from duofeng.brain.figures.targets import TargetLine
from duofeng.kernel.period_names import period_name
from duofeng.kernel.problem import Language
from duofeng.zone.model import Text
from duofeng.zone.zone import Zone

SEVERITY = {
    "error": Text(zh="错误", en="error"),
    "warning": Text(zh="提醒", en="warning"),
    "note": Text(zh="说明", en="note"),
}
FOOTER = Text(
    zh="算术以打印数字的舍入区间为准；没有对照数的数字列为未核对。",
    en="Arithmetic allows for the rounding of every printed number; "
    "numbers with nothing to be held against are listed as not checked.",
)
_WORST = ("error", "warning", "note", "unchecked")

STYLE = resources.files("duofeng.brain.figures").joinpath("gate_page.css")


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    severity: str
    number: int | None


def gate_page(report: GateReport, zone: Zone, name: str, language: Language = "zh") -> str:
    """The page. Everything it needs is in it; nothing is fetched."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    summary = _summary(report, language)
    title = say("校稿结果", "Gate")
    findings = "".join(_finding(number, each, zone, language) for number, each in enumerate(report.findings, 1))
    none = say("没有发现问题。", "Nothing found.")
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · {escape(name)}</title>
<style>{STYLE.read_text("utf-8")}</style></head><body>
<header><h1>{title} · {escape(name)}</h1><p class="sum">{escape(zone.title.of(language))} · {summary}</p></header>
<main><div class="cols"><article class="card draft">{_draft(report)}</article>
<div><section class="card"><h2>{say("发现", "Findings")}</h2>{f"<ol>{findings}</ol>" if findings else none}</section>
{_silent(report.silent, language)}{_unchecked(report, language)}</div></div></main>
<footer>{FOOTER.of(language)}</footer>
</body></html>
"""


def _summary(report: GateReport, language: Language) -> str:
    error, warning, note = (sum(each.severity == severity for each in report.findings) for severity in SEVERITY)
    left = len(report.unchecked)
    if language == "zh":
        read = f"读到 <b>{report.read}</b> 个数字，核对了 <b>{report.checked}</b> 个："
        found = f"<b>{error}</b> 处错误，<b>{warning}</b> 处提醒，<b>{note}</b> 处说明"
        return f"{read}{found}；<b>{left}</b> 个没有核对。"
    read = f"<b>{report.read}</b> numbers read, <b>{report.checked}</b> checked"
    found = f"<b>{error}</b> errors, <b>{warning}</b> warnings, <b>{note}</b> notes"
    return f"{read}: {found}; <b>{left}</b> not checked."


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


def _draft(report: GateReport) -> str:
    """The text in paragraphs, every number in its mark. A mark that crosses a line break is carried over it."""
    pieces, at = [], 0
    for mark in marks(report):
        pieces.append(escape(report.text[at : mark.start]))
        number = f"<sup>{mark.number}</sup>" if mark.number else ""
        inside = escape(" ".join(report.text[mark.start : mark.end].split("\n")))
        pieces.append(f'<mark class="{mark.severity}">{inside}{number}</mark>')
        at = mark.end
    pieces.append(escape(report.text[at:]))
    return "".join(f"<p>{line}</p>\n" for line in "".join(pieces).split("\n") if line.strip())


def _finding(number: int, finding: Finding, zone: Zone, language: Language) -> str:
    lines = [f'<span class="tag {finding.severity}">{number} {SEVERITY[finding.severity].of(language)}</span>']
    lines.append(f"{escape(finding.title.of(language))}")
    lines.append(f'<div class="sum-line">{escape(finding.arithmetic.of(language))}</div>')
    if finding.size is not None:
        lines.append(f'<div class="size">{escape(finding.size.of(language))}</div>')
    for place in finding.places:
        where = (
            f"第 {place.line} 行第 {place.column} 字"
            if language == "zh"
            else f"line {place.line}, column {place.column}"
        )
        lines.append(f'<div class="where">{where}：{escape(place.phrase)}</div>')
    for each in finding.against:
        lines.append(f'<div class="where">{escape(source_line(each, zone, language))}</div>')
    if finding.suggestion is not None:
        lines.append(f'<div class="advice">{escape(finding.suggestion.of(language))}</div>')
    return f"<li>{''.join(lines)}</li>"


def source_line(said: Statement, zone: Zone, language: Language) -> str:
    """Where something was said: the document's title and date, the characters, the number."""
    document = zone.documents.get(said.document)
    title = document.title.of(language) if document else said.document
    comma = "，" if language == "zh" else ", "
    day = f"{comma}{document.date}" if document and document.date else ""
    place = f"，第 {said.start}–{said.end} 字" if language == "zh" else f", characters {said.start}–{said.end}"
    name = zone.indicators[said.indicator].title.of(language) if said.indicator in zone.indicators else said.indicator
    number, period = said.shown(language), period_name(said.period, language)
    place = place if said.start is not None else ""
    if language == "zh":
        return f"《{title}》{day}{place}：{name} {number}（{period}）"
    return f"'{title}'{day}{place}: {name} {number} ({period})"


def _silent(lines: tuple[TargetLine, ...], language: Language) -> str:
    if not lines:
        return ""
    head = (
        f"本期目标中文稿和账本都没有提到的（{len(lines)}）"
        if language == "zh"
        else f"Targets nobody mentions ({len(lines)})"
    )
    rows = "".join(
        f"<tr><td>{escape(each.title.of(language))}</td><td>{escape(each.aimed(language))}</td></tr>" for each in lines
    )
    return f'<section class="card"><h2>{head}</h2><table>{rows}</table></section>'


def _unchecked(report: GateReport, language: Language) -> str:
    if not report.unchecked:
        return ""
    head = f"没有核对的（{len(report.unchecked)}）" if language == "zh" else f"Not checked ({len(report.unchecked)})"
    rows = "".join(_unchecked_rows(report, language))
    return f'<section class="card"><h2>{head}</h2><table>{rows}</table></section>'


def _unchecked_rows(report: GateReport, language: Language) -> Iterator[str]:
    for each in report.unchecked:
        phrase, why = escape(each.place.phrase), escape(each.why.of(language))
        yield f"<tr><td>{each.place.line}:{each.place.column}</td><td>{phrase}</td><td>{why}</td></tr>"
