"""`duofeng load`: files into the ledger, each whole or not at all, with what was rejected and where it is kept."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from duofeng.cli.commands.read import load_document
from duofeng.cli.console import (
    DEFAULT_DATA,
    DEFAULT_ZONE,
    DataOption,
    ZoneOption,
    console,
    errors,
    language,
    now,
    print_problems,
    say,
    today,
)
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.source import zone_context
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, Outcome
from duofeng.kernel.problem import ProblemError
from duofeng.zone.load import load_zone

DOCUMENTS = frozenset({".txt", ".docx", ".pdf", ".html", ".htm"})
"""Files that state numbers in sentences; everything else has rows."""
VERDICTS = {
    "accepted": ("已接收", "accepted"),
    "warnings": ("已接收，有提醒", "accepted with warnings"),
    "quarantined": ("已隔离，账本未改变", "quarantined, the ledger is unchanged"),
    "duplicate": ("此前已加载过同一文件，未重复计入", "the same file was loaded before; nothing counted twice"),
}


def register(app: typer.Typer) -> None:
    app.command("load", help="把文件读入账本 / Load files into the ledger")(load)


def load(
    files: Annotated[list[Path], typer.Argument(help="要加载的文件 / files to load")],
    source: Annotated[
        str | None, typer.Option("--source", help="来源编号；不写则按文件名认定 / id of the source, else by file name")
    ] = None,
    replaces: Annotated[
        str | None,
        typer.Option("--replaces", help="本文件更正的那次到达的编号 / the arrival whose rejects this file settles"),
    ] = None,
    by: Annotated[str, typer.Option("--by", envvar="DUOFENG_USER", help="谁加载的 / who loads")] = "cli",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    loader = Loader(load_zone(zone), Ledger.open(data / "ledger"), data, by, today())
    refused = 0
    for file in files:
        started = perf_counter()
        try:
            if file.suffix.lower() in DOCUMENTS and source is None:
                _read(file, loader)
                continue
            outcome = _loaded(loader, file, source, replaces)
        except ProblemError as error:
            print_problems(error.problems, language())
            refused += 1
            continue
        refused += outcome.verdict == "quarantined"
        _tell(outcome, perf_counter() - started)
    if len(files) > 1:
        console.print(say(f"{len(files)} 个文件，{refused} 个未加载。", f"{len(files)} files, {refused} not loaded."))
    if refused:
        raise typer.Exit(1)


def _read(file: Path, loader: Loader) -> None:
    """A document: the numbers it states become facts, those that are not sure wait for a person."""
    document = read_document(file)
    print_problems(document.warnings, language())
    load_document(document, loader.zone, zone_context(loader.zone), loader.ledger, loader.by)


def _loaded(loader: Loader, file: Path, source: str | None, replaces: str | None) -> Outcome:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        MofNCompleteColumn(),
        TextColumn(say("行", "rows")),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(file.name, total=None)
        return loader.load(
            file, now(), source=source, replaces=replaces, progress=lambda rows: progress.advance(task, rows)
        )


def _tell(outcome: Outcome, seconds: float) -> None:
    zh, en = VERDICTS[outcome.verdict]
    head = say(
        f"{outcome.file.name}（来源 {outcome.source}）：{zh}", f"{outcome.file.name} (source {outcome.source}): {en}"
    )
    console.print(head, markup=False, soft_wrap=True)
    console.print(_counted(outcome, seconds), markup=False, soft_wrap=True)
    print_problems(outcome.problems, language())
    if outcome.kept is not None:
        console.print(
            say(f"  原文件和原因在 {outcome.kept}", f"  file and reasons are in {outcome.kept}"), markup=False
        )
    if outcome.rejects:
        command = f"duofeng rejects --arrival {outcome.arrival} --csv rejects.csv"
        console.print(say(f"  拒收的内容：{command}", f"  what was rejected: {command}"), markup=False, soft_wrap=True)


def _counted(outcome: Outcome, seconds: float) -> str:
    if outcome.verdict == "duplicate":
        return say(f"  到达 {outcome.duplicate_of}", f"  arrival {outcome.duplicate_of}")
    if outcome.verdict == "quarantined":
        return say(f"  到达 {outcome.arrival}  {seconds:.1f} 秒", f"  arrival {outcome.arrival}  {seconds:.1f} s")
    text = say(
        f"  到达 {outcome.arrival}  行 {outcome.rows:,}  事实 {outcome.facts:,}  拒收 {outcome.rejects:,}  "
        f"{seconds:.1f} 秒",
        f"  arrival {outcome.arrival}  rows {outcome.rows:,}  facts {outcome.facts:,}  rejects {outcome.rejects:,}  "
        f"{seconds:.1f} s",
    )
    if outcome.replaced is not None:
        text += say(f"  更正了到达 {outcome.replaced}", f"  settles arrival {outcome.replaced}")
    return text
