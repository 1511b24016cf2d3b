"""`duofeng gate`: check every number of a draft before it is published. Exit code 1 when something is broken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.computed import Computed, computed, counted_over
from duofeng.brain.figures.gate import Finding, GateReport, gate
from duofeng.brain.figures.problems import DRAFT_HAS_NO_NUMBERS
from duofeng.brain.figures.stated import book_of
from duofeng.cli.clocks import now
from duofeng.cli.commands.figure import write_text
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, print_problems
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.documents.reading import read_figures
from duofeng.facts.documents.source import zone_context
from duofeng.facts.ledger import Ledger
from duofeng.kernel.period import Period
from duofeng.tell.gate_page import SEVERITY, gate_page, source_line, summary
from duofeng.tell.words import listed, told, told_in_each
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

STYLES = {"error": "bold red", "warning": "yellow", "note": "blue"}
MOST_UNCHECKED = 12


def register(app: typer.Typer) -> None:
    app.command("gate", help="校稿：发布前核对每个数字")(check_draft)


def check_draft(
    draft: Annotated[Path, typer.Argument(help="文稿：txt、docx、pdf、html")],
    period: Annotated[str | None, typer.Option("--period", help="文稿所属时期")] = None,
    besides: Annotated[str | None, typer.Option("--besides", help="不与这份已发布的文件对照")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="写成带批注的网页")] = None,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    document = read_document(draft)
    print_problems(document.warnings)
    figures = read_figures(document.text, zone_context(declared, period))
    ledger = Ledger.open(data / "ledger")
    known = book_of(ledger, declared, now())
    others = Book.of((each for each in known.said if each.document != besides), declared.indicators)
    counted = _counted(figures, declared, ledger, period)
    report = gate(document.text, figures, declared, others, now=now(), period=period, counted=counted)
    if not figures:
        print_problems([DRAFT_HAS_NO_NUMBERS.at(file=draft)])
    if html is not None:
        write_text(html, gate_page(report, declared, draft.name))
    if as_json:
        console.print_json(json.dumps(_as_json(report), ensure_ascii=False))
    else:
        _print(report, declared, draft, stated=bool(known.said))
        if html is not None:
            console.print(told("批注页：{html}", html=html), markup=False)
    if report.broken:
        raise typer.Exit(1)


def _counted(figures: Sequence[CandidateFigure], zone: Zone, ledger: Ledger, period: str | None) -> list[Computed]:
    """Every computed indicator the draft speaks of, as of the last day of its period."""
    days = {(each.indicator_id, each.period or period) for each in figures if each.indicator_id}
    found = []
    for figure in zone.declared(Figure).values():
        for written in sorted(written for indicator, written in days if indicator == figure.indicator and written):
            as_of = Period.parse(written).last_day
            frame = counted_over(figure, zone, ledger, as_of, now())
            if not frame.is_empty():
                found.append(computed(figure, zone, frame, as_of))
    return found


def _print(report: GateReport, zone: Zone, draft: Path, *, stated: bool) -> None:
    for finding in report.findings:
        _print_finding(finding, zone, draft)
    if report.elsewhere:
        console.print(told("文稿说的是别处，只核对了文稿自身。"), style="yellow", markup=False)
    elif not stated:
        text = told("账本里没有园区的数字，只核对了文稿自身。")
        console.print(text, style="yellow", markup=False)
    if report.unchecked:
        count = len(report.unchecked)
        console.print(told("没有核对的 {count} 个：", count=count), markup=False)
    for each in report.unchecked[:MOST_UNCHECKED]:
        place = f"{draft.name}:{each.place.line}:{each.place.column}"
        console.print(f"  {place}  {each.place.phrase}  {told(each.why)}", style="dim", markup=False, soft_wrap=True)
    if len(report.unchecked) > MOST_UNCHECKED:
        console.print(told("  其余见 --json 或 --html"), style="dim", markup=False)
    if report.silent:
        names = listed(line.title for line in report.silent)
        head = told("本期未提及的目标 {count} 项：", count=len(report.silent))
        console.print(head + names, style="dim", markup=False, soft_wrap=True)
    console.print(told(summary(report)), markup=False)


def _print_finding(finding: Finding, zone: Zone, draft: Path) -> None:
    severity = told(SEVERITY[finding.severity])
    for place in finding.places:
        text = f"{draft.name}:{place.line}:{place.column}  {severity}  {place.phrase}"
        console.print(text, style=STYLES[finding.severity], markup=False, soft_wrap=True)
    text = f"{told(finding.title)}{told('：')}{told(finding.arithmetic)}"
    console.print(f"    {text}", markup=False, soft_wrap=True)
    if finding.size is not None:
        console.print(f"    {told(finding.size)}", markup=False)
    for each in finding.against:
        console.print(f"    {told(source_line(each, zone))}", style="dim", markup=False, soft_wrap=True)
    if finding.suggestion is not None:
        console.print(f"    → {told(finding.suggestion)}", markup=False, soft_wrap=True)


def _as_json(report: GateReport) -> dict[str, object]:
    return {
        "broken": report.broken,
        "read": report.read,
        "checked": report.checked,
        "findings": [
            {
                "severity": each.severity,
                "rule": each.rule,
                "title": told_in_each(each.title),
                "places": [
                    {"line": at.line, "column": at.column, "start": at.start, "end": at.end, "phrase": at.phrase}
                    for at in each.places
                ],
                "against": [
                    {"document": said.document, "start": said.start, "end": said.end, "written": told(said.said)}
                    for said in each.against
                ],
                "arithmetic": told_in_each(each.arithmetic),
                "suggestion": told_in_each(each.suggestion) if each.suggestion else None,
            }
            for each in report.findings
        ],
        "held": [
            {
                "line": each.place.line,
                "column": each.place.column,
                "phrase": each.place.phrase,
                "by": [{"title": told_in_each(title), "arithmetic": told_in_each(how)} for title, how in each.by],
            }
            for each in report.held
        ],
        "unchecked": [
            {
                "line": each.place.line,
                "column": each.place.column,
                "phrase": each.place.phrase,
                "why": told_in_each(each.why),
            }
            for each in report.unchecked
        ],
        "silent_targets": [line.target.id for line in report.silent],
    }
