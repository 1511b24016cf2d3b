"""`duofeng figure`: a figure with its definition, source, proof, what follows from it, and how it came to change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.computed import Computed, computed, counted_over, movements
from duofeng.brain.figures.naming import indicator_named
from duofeng.brain.figures.problems import CSV_NOT_WRITTEN, NOTHING_KNOWN, NOTHING_STATED
from duofeng.brain.figures.report import REASONS, FigureReport, figure_report
from duofeng.brain.figures.stated import book_of
from duofeng.brain.figures.statement import Statement
from duofeng.cli.clocks import day_of, end_of, now
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, table_of
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import say
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.kernel.quantity import Quantity, plain
from duofeng.tell.gate_page import source_line
from duofeng.tell.series import series_svg
from duofeng.tell.values import period_name, unit_name
from duofeng.tell.words import told
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.kinds.indicator import Indicator
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

MOST_MOVEMENTS = 20
BEHAVIOURS = {
    "flow": say("流量"),
    "stock": say("存量"),
    "ratio": say("比率"),
    "rank": say("排名"),
    "limit": say("限额"),
}
MEASURES = {
    "level": say("数值"),
    "growth": say("增速"),
    "share": say("占比"),
    "rank": say("位次"),
    "target": say("目标"),
    "limit": say("限额"),
    "increase": say("增减"),
}


def register(app: typer.Typer) -> None:
    app.command("figure", help="一个数字：定义、出处、证明、变化")(figure)


def figure(
    indicator: Annotated[str, typer.Argument(help="指标编号、名称或别名")],
    period: Annotated[str | None, typer.Option("--period", help="时期，如 2023、2024H1")] = None,
    as_known_on: Annotated[str | None, typer.Option("--as-known-on", help="当时所知，YYYY-MM-DD")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="画成 SVG 文件")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="导出证明")] = None,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    found = indicator_named(indicator, declared.indicators)
    ledger, known = Ledger.open(data / "ledger"), end_of(as_known_on)
    book = book_of(ledger, declared, now())
    report = figure_report(book, found.id, Period.parse(period) if period else None, known, declared)
    counted = list(_all_computed(found.id, declared, ledger, report.period, known))
    if report.silent and all(each.value is None for each in counted):
        nothing = _nothing(found, book, period, known) if book.said else NOTHING_STATED.at(ledger=data / "ledger")
        raise ProblemError(nothing)
    _print(found, report, declared)
    for each in counted:
        _print_computed(each, report, declared, ledger, known)
    if csv is not None:
        _export(csv, report, counted)
    if plot is not None:
        write_text(plot, series_svg(found, book, declared))
        console.print(told("图：{plot}", plot=plot), markup=False)


def stated_book(ledger: Ledger, zone: Zone, data: Path) -> Book:
    """All that was ever stated. Raises ProblemError (E451) when nothing was loaded yet."""
    book = book_of(ledger, zone, now())
    if not book.said:
        raise ProblemError(NOTHING_STATED.at(ledger=data / "ledger"))
    return book


def write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ProblemError(CSV_NOT_WRITTEN.at(file=path, reason=error.strerror or error)) from error


def _nothing(indicator: Indicator, book: Book, period: str | None, known: datetime) -> Problem:
    periods = sorted({str(each.period) for each in book.said if each.indicator == indicator.id and each.period})
    asked = period or say("任何时期")
    listed = tuple(periods) or say("没有")
    return NOTHING_KNOWN.at(known=day_of(known), indicator=indicator.title, period=asked, periods=listed)


def _print(indicator: Indicator, report: FigureReport, zone: Zone) -> None:
    head = f"{told(indicator.title)}  {indicator.id}"
    about, colon = told(BEHAVIOURS[indicator.behaviour]), told("：")
    console.print(head, style="bold", markup=False)
    definition = f"  {told(indicator.definition)}" if indicator.definition else ""
    console.print(
        told("{about}，单位 {unit}", about=about, unit=unit_name(indicator.unit)) + definition,
        markup=False,
    )
    if report.value is not None:
        known = told("（所知截至 {known}）", known=day_of(report.known))
        console.print(
            f"{period_name(report.period)}{colon}{told(report.value.said)}{known}", style="bold", markup=False
        )
    elif not report.proof:
        day = day_of(report.known)
        console.print(told("到 {day} 为止还没有人说过。", day=day), markup=False)
    _print_proof(report.proof, zone)
    for each in report.derived:
        console.print(f"  {told(each.title)}{colon}{told(each.said)}", markup=False)
    for pace in report.paces:
        done, gone = plain(pace.done, 1), plain(pace.gone, 1)
        text = told("完成 {done}%，时间过去 {gone}%", done=done, gone=gone)
        target = told("目标 {number}（{period}）", number=pace.target.said, period=pace.target.period)
        console.print(f"  {target}{colon}{text}", markup=False)
    if len(report.series) > 1:
        listed = " · ".join(f"{period_name(each.period)} {told(each.said)}" for each in report.series)
        console.print(f"  {told('历期')}{colon}{listed}", markup=False, soft_wrap=True)
    if report.changes:
        console.print(told("此后的变化："), markup=False)
    for change in report.changes:
        reason, where = told(REASONS[change.reason]), told(source_line(change.statement, zone))
        console.print(f"  {day_of(change.at)}  {reason}  {where}", markup=False, soft_wrap=True)


def _print_proof(proof: tuple[Statement, ...], zone: Zone) -> None:
    if not proof:
        return
    titles = (say("说了什么"), say("数字"), say("出处"), say("位置"))
    table = table_of(*titles, title=told("证明"), title_justify="left")
    for each in proof:
        document = zone.documents.get(each.document)
        title = f"{told(document.title)} {document.date or ''}" if document else each.document
        scope = zone.file.comparisons.get(each.of)
        measure = told(MEASURES[each.measure]) + (told("（{trust}）", trust=scope) if scope else "")
        place = told("第 {start}–{end} 字", start=each.start, end=each.end) if each.end else each.place
        table.add_row(measure, told(each.said), title, place)
    console.print(table, markup=False)


def _all_computed(
    indicator: str, zone: Zone, ledger: Ledger, period: Period | None, known: datetime
) -> Iterator[Computed]:
    for each in zone.declared(Figure).values():
        if each.indicator == indicator:
            yield _computed(each, zone, ledger, period, known)


def _computed(each: Figure, zone: Zone, ledger: Ledger, period: Period | None, known: datetime) -> Computed:
    as_of = min(period.last_day, day_of(known)) if period else day_of(known)
    return computed(each, zone, counted_over(each, zone, ledger, as_of, known), as_of)


def _print_computed(found: Computed, report: FigureReport, zone: Zone, ledger: Ledger, known: datetime) -> None:
    if found.value is None:
        text = told("由档案算不出（{as_of}）— {title}", as_of=found.as_of, title=found.figure.title)
        console.print(text, markup=False, soft_wrap=True)
        return
    text = told(
        "由档案计算（{as_of}）：{value}，{height} 个对象，{unknown} 个不详 — {title}",
        as_of=found.as_of,
        value=Quantity(found.value, found.unit),
        height=found.proof.height,
        unknown=found.unknown,
        title=found.figure.title,
    )
    console.print(text, markup=False, soft_wrap=True)
    if report.value is not None and found.figure.comparable and found.interval is not None:
        gap = Quantity(found.value - report.value.value, found.unit)
        could = found.interval.overlaps(report.value.interval)
        why = told("（不详的对象足以解释）") if could and found.value != report.value.value else ""
        console.print(told("  与公布数相差 {gap}", gap=gap) + why, markup=False)
    if known >= now():
        return
    later = _computed(found.figure, zone, ledger, report.period, now())
    moved = movements(found, later)
    for each in moved[:MOST_MOVEMENTS]:
        console.print(f"  {each.subject}  {each.before} → {each.after}  {told(CHANGES[each.change])}", markup=False)
    if len(moved) > MOST_MOVEMENTS:
        more = len(moved) - MOST_MOVEMENTS
        console.print(told("  另有 {more} 个对象变化", more=more), markup=False)


CHANGES = {
    "entered": say("此后计入"),
    "left": say("此后不再计入"),
    "changed": say("此后更正"),
}


def _export(path: Path, report: FigureReport, counted: list[Computed]) -> None:
    subjects = [each.proof.with_columns(figure=pl.lit(each.figure.id)) for each in counted if each.value is not None]
    rows = pl.DataFrame([_row(each) for each in report.proof])
    frame = pl.concat(subjects, how="diagonal") if subjects else rows
    write_text(path, frame.write_csv())
    console.print(told("证明：{path}，{height} 行", path=path, height=frame.height), markup=False)


def _row(each: Statement) -> dict[str, str | int | date | None]:
    return {
        "indicator": each.indicator,
        "measure": each.measure,
        "of": each.of,
        "period": str(each.period),
        "written": told(each.said),
        "number": str(each.value),
        "document": each.document,
        "start": each.start,
        "end": each.end,
        "fact": each.fact,
    }
