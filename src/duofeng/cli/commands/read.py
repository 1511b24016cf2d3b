"""`duofeng read`: the numbers that reports state, as candidate facts with their place; `--load` makes them facts."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from duofeng.cli.clocks import now
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, console, errors, print_problems
from duofeng.facts.arrivals import Arrival
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.figures import CSV_HEADER, CandidateFigure, ReadingContext
from duofeng.facts.documents.problems import OTHER_PLACE
from duofeng.facts.documents.reading import iterate_figures, place_of
from duofeng.facts.documents.source import (
    CONFIRMATIONS,
    DOCUMENTS,
    candidate_facts,
    confirmed_facts,
    refused_figure,
    refused_places,
    waiting_as_rejects,
    zone_context,
)
from duofeng.facts.documents.text import DocumentText
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError, Span
from duofeng.tell.words import told
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

COLUMNS = tuple(CSV_HEADER.split(","))
MOST_SHOWN = 2000
KINDS = {
    "actual": say("实际"),
    "target": say("目标"),
    "growth": say("增长"),
    "share": say("占比"),
    "rank": say("位次"),
    "limit": say("时限"),
    "cumulative": say("累计"),
}


def register(app: typer.Typer) -> None:
    app.command("read", help="从报告中读出数字")(read)


def read(
    files: Annotated[list[Path], typer.Argument(help="txt、docx、pdf、html 文件")],
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    zone: Annotated[Path | None, typer.Option("--zone", envvar="DUOFENG_ZONE", help="园区文件夹，用于认出指标")] = None,
    period: Annotated[str | None, typer.Option("--period", help="文件所属期间，如 2023H1")] = None,
    load: Annotated[bool, typer.Option("--load", help="写入账本：有把握的计入，其余待确认")] = False,
    accept: Annotated[str | None, typer.Option("--accept", help="确认某处的数字，写“起-止”")] = None,
    refuse: Annotated[str | None, typer.Option("--refuse", help="否认某处的数字，写“起-止”")] = None,
    as_indicator: Annotated[str | None, typer.Option("--as", help="确认时写明它是哪个指标")] = None,
    by: Annotated[str, typer.Option("--by", envvar="DUOFENG_USER", help="谁加载的")] = "cli",
    data: DataOption = DEFAULT_DATA,
) -> None:
    kept = any((load, accept, refuse))
    declared = load_zone(zone or DEFAULT_ZONE) if zone or kept else None
    context = zone_context(declared, period) if declared else ReadingContext(period=period)
    documents = list(_opened(files, context))
    if declared and kept:
        desk = Desk(declared, context, Ledger.open(data / "ledger"), by)
        for document in documents:
            desk.settle(document, accept, as_indicator, refuse)
    else:
        _print(documents, context, as_csv=as_csv, as_json=as_json)
    if len(documents) < len(files):
        raise typer.Exit(1)


def _opened(files: Iterable[Path], context: ReadingContext) -> Iterator[DocumentText]:
    """The documents that can be read; the others are reported and left out."""
    for file in files:
        try:
            document = read_document(file)
        except ProblemError as error:
            print_problems(error.problems)
            continue
        place = place_of(document.text, context)
        foreign = (OTHER_PLACE.at(Span(file.name), place=place),) if place else ()
        print_problems((*document.warnings, *foreign))
        yield document


def _print(documents: list[DocumentText], context: ReadingContext, *, as_csv: bool, as_json: bool) -> None:
    if as_csv:
        _print_csv(documents, context)
    elif as_json:
        _print_json(documents, context)
    else:
        for document in documents:
            _print_table(document, context)


def _print_csv(documents: Iterable[DocumentText], context: ReadingContext) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for document in documents:
        for figure in _figures(document, context):
            writer.writerow(_cells(figure).values())


def _print_json(documents: Iterable[DocumentText], context: ReadingContext) -> None:
    """One array, written as it is read."""
    before = "["
    for document in documents:
        for figure in _figures(document, context):
            sys.stdout.write(before + json.dumps({"file": document.path.name} | _cells(figure), ensure_ascii=False))
            before = ",\n "
    sys.stdout.write(("[" if before == "[" else "") + "]\n")


def _figures(document: DocumentText, context: ReadingContext) -> Iterator[CandidateFigure]:
    """The figures of a document; a sentence on stderr when there are none."""
    none = True
    for figure in iterate_figures(document.text, context):
        none = False
        yield figure
    if none:
        name = document.path.name
        errors.print(told("{name}：没有读到数字。", name=name), markup=False)


def _cells(figure: CandidateFigure) -> dict[str, str | int | float]:
    cells: dict[str, str | int | float] = {}
    for column in COLUMNS:
        value = getattr(figure, column)
        cells[column] = _plain(value) if isinstance(value, Decimal) else "" if value is None else value
    return cells


def _plain(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")


def _print_table(document: DocumentText, context: ReadingContext) -> None:
    table = Table(title=document.path.name, title_justify="left")
    titles = (say("指标"), say("数值"), say("期间"), say("类别"), say("同比"), say("占比"), say("位置"), say("把握"))
    for title in titles:
        table.add_column(told(title), overflow="fold")
    figures = _figures(document, context)
    for figure in islice(figures, MOST_SHOWN):
        growth = f"{figure.yoy_pct}%" if figure.yoy_pct is not None else ""
        share = f"{figure.share_of} {figure.share_pct}%".strip() if figure.share_pct is not None else figure.share_of
        line, column = document.line_column(figure.start)
        table.add_row(
            figure.indicator or "—",
            f"{figure.hedge} {figure.value}{figure.unit}".strip(),
            figure.period or "—",
            told(KINDS[figure.kind]),
            growth,
            share,
            f"{line}:{column}",
            f"{figure.confidence:.2f}",
        )
    if table.row_count:
        console.print(table)
        console.print(told("{row_count} 个数字。", row_count=table.row_count), markup=False)
    if next(figures, None) is not None:
        console.print(told("其余请用 --csv 查看。"), markup=False)


@dataclass(frozen=True)
class Desk:
    """Who writes what documents say into which ledger."""

    zone: Zone
    context: ReadingContext
    ledger: Ledger
    by: str

    def settle(self, document: DocumentText, accept: str | None, indicator: str | None, refuse: str | None) -> None:
        if accept:
            self._accept(document, accept, indicator)
        elif refuse:
            self._refuse(document, refuse)
        else:
            self.load(document)

    def _accept(self, document: DocumentText, place: str, indicator: str | None) -> None:
        """A person's yes is a fact of its own, told apart by its source and by who said it."""
        facts = confirmed_facts(document, self.zone, self._figures(document), place, indicator)
        self._record(facts, document)
        names = "、".join(fact.attribute for fact in facts)
        console.print(told("已确认：{names}", names=names), markup=False)

    def _refuse(self, document: DocumentText, place: str) -> None:
        """A person's no is a fact too: about the document, so that nobody is asked for the same figure again."""
        self._record([refused_figure(document, self._figures(document), place)], document)
        console.print(told("已否认：{place}", place=place), markup=False)

    def _figures(self, document: DocumentText) -> Iterator[CandidateFigure]:
        return iterate_figures(document.text, self.context)

    def _record(self, facts: list[Fact], document: DocumentText) -> None:
        self.ledger.record(facts, CONFIRMATIONS, self.by, now(), document.path.name)

    def load(self, document: DocumentText) -> None:
        """What is sure counts, the rest waits for a person."""
        refused = refused_places(self.ledger, document, now())
        figures = (each for each in self._figures(document) if f"{each.start}-{each.end}" not in refused)
        counted, waiting = candidate_facts(document, self.zone, figures)
        name, rows = document.path.name, counted.height + waiting.height
        arrival = Arrival(DOCUMENTS, name, document.checksum, now(), self.by, rows=rows)
        receipt = self.ledger.append(arrival, [counted.drop("sequence")], [waiting_as_rejects(waiting)])
        if receipt.duplicate_of:
            text = told("{name}：此前已加载，未重复计入。", name=name)
        elif not rows:
            text = told("{name}：没有读到数字。", name=name)
        else:
            text = told(
                "{name}：{height} 条计入账本，{waiting_height} 条待确认（duofeng rejects --arrival {id}）。",
                name=name,
                height=counted.height,
                waiting_height=waiting.height,
                id=arrival.id,
            )
        console.print(text, markup=False, soft_wrap=True)
