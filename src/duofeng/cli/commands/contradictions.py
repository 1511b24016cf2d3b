"""`duofeng contradictions`: what of all that was stated cannot hold together."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from duofeng.brain.figures.board import Board, contradictions
from duofeng.brain.figures.book import Book
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import known_at
from duofeng.cli.clocks import end_of
from duofeng.cli.commands.figure import stated_book
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console
from duofeng.facts.ledger import Ledger
from duofeng.tell.gate_page import SEVERITY, source_line
from duofeng.tell.words import told, told_in_each
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

STYLES = {"error": "red", "warning": "yellow"}


def register(app: typer.Typer) -> None:
    app.command("contradictions", help="矛盾榜：不能同时成立的数字")(board)


def board(
    as_known_on: Annotated[str | None, typer.Option("--as-known-on", help="当时所知")] = None,
    everything: Annotated[bool, typer.Option("--all", help="也列出成立的")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    book = stated_book(Ledger.open(data / "ledger"), declared, data)
    then = Book.of(known_at(book.said, end_of(as_known_on)), book.indicators)
    found = contradictions(declared.declared(Identity).values(), then)
    if as_json:
        console.print_json(json.dumps([as_json_of(check) for check in found.breaks], ensure_ascii=False))
        return
    _print(found, declared, everything)


def _print(found: Board, zone: Zone, everything: bool) -> None:
    for check in found.breaks:
        severity = told(SEVERITY[check.severity])
        console.print(f"{severity}  {told(check.title)}", style=f"bold {STYLES[check.severity]}", markup=False)
        console.print(f"  {told(check.arithmetic)}", markup=False, soft_wrap=True)
        console.print(f"  {told(check.size)}", markup=False)
        for each in check.statements:
            console.print(f"    {told(source_line(each, zone))}", style="dim", markup=False, soft_wrap=True)
    for check in (*found.undecided, *(found.held if everything else ())):
        text = f"{told(check.title)}{told('：')}{told(check.arithmetic)}"
        console.print(text, markup=False, soft_wrap=True)
    errors = sum(check.severity == "error" for check in found.breaks)
    console.print(
        told(
            "{number} 处不能同时成立（错误 {errors}，提醒 {number_2}），{number_3} 处成立，{number_4} 处不能判定。",
            number=len(found.breaks),
            errors=errors,
            number_2=len(found.breaks) - errors,
            number_3=len(found.held),
            number_4=len(found.undecided),
        ),
        markup=False,
    )


def as_json_of(check: Check) -> dict[str, object]:
    times = check.times_rounding
    return {
        "identity": check.identity,
        "severity": check.severity,
        "title": told_in_each(check.title),
        "arithmetic": told_in_each(check.arithmetic),
        "difference": float(check.difference),
        "rounding": float(check.rounding),
        "times_rounding": float(times) if times is not None else None,
        "statements": [
            {
                "indicator": each.indicator,
                "measure": each.measure,
                "period": str(each.period),
                "written": told(each.said),
                "document": each.document,
                "start": each.start,
                "end": each.end,
            }
            for each in check.statements
        ],
    }
