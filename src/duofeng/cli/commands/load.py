"""`duofeng load`: files into the ledger, each whole or not at all, with what was rejected and where it is kept."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from duofeng.cli.clocks import now, today
from duofeng.cli.commands.read import Desk
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, errors, print_problems
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.source import zone_context
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, Outcome
from duofeng.facts.verify import differences
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.zone.load import load_zone

DOCUMENTS = frozenset({".txt", ".docx", ".pdf", ".html", ".htm"})
"""Files that state numbers in sentences; everything else has rows."""
VERDICTS = {
    "accepted": say("已接收"),
    "warnings": say("已接收，有提醒"),
    "quarantined": say("已隔离，账本未改变"),
    "duplicate": say("此前已加载过同一文件，未重复计入"),
}


def register(app: typer.Typer) -> None:
    app.command("load", help="把文件读入账本")(load)


def load(
    files: Annotated[list[Path], typer.Argument(help="要加载的文件")],
    source: Annotated[str | None, typer.Option("--source", help="来源编号；不写则按文件名认定")] = None,
    replaces: Annotated[
        str | None,
        typer.Option("--replaces", help="本文件更正的那次到达的编号"),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="只说会怎样，什么也不写入")] = False,
    by: Annotated[str, typer.Option("--by", envvar="DUOFENG_USER", help="谁加载的")] = "cli",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    loader = Loader(load_zone(zone), Ledger.open(data / "ledger"), data, by, today())
    print_problems(differences(loader.ledger).problems)
    refused = 0
    for file in files:
        started = perf_counter()
        try:
            if file.suffix.lower() in DOCUMENTS and source is None:
                if preview:
                    raise typer.BadParameter(told("文档读出什么，用 duofeng read 看"), param_hint="--preview")
                _read(file, loader)
                continue
            if preview:
                outcome = loader.rehearse(file, now(), source=source, replaces=replaces)
            else:
                outcome = _loaded(loader, file, source, replaces)
        except ProblemError as error:
            print_problems(error.problems)
            refused += 1
            continue
        refused += outcome.verdict == "quarantined"
        _tell(outcome, perf_counter() - started, preview)
    if len(files) > 1:
        console.print(told("{count} 个文件，{refused} 个未加载。", count=len(files), refused=refused))
    if refused:
        raise typer.Exit(1)


def _read(file: Path, loader: Loader) -> None:
    """A document: the numbers it states become facts, those that are not sure wait for a person."""
    document = read_document(file)
    print_problems(document.warnings)
    Desk(loader.zone, zone_context(loader.zone), loader.ledger, loader.by).load(document)


def _loaded(loader: Loader, file: Path, source: str | None, replaces: str | None) -> Outcome:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        MofNCompleteColumn(),
        TextColumn(told("行")),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(file.name, total=None)
        return loader.load(
            file, now(), source=source, replaces=replaces, progress=lambda rows: progress.advance(task, rows)
        )


def _tell(outcome: Outcome, seconds: float, preview: bool) -> None:
    verdict, name = VERDICTS[outcome.verdict], outcome.file.name
    head = told("{name}（来源 {source}）：{verdict}", name=name, source=outcome.source, verdict=verdict)
    console.print(head, markup=False, soft_wrap=True)
    console.print(_counted(outcome, seconds), markup=False, soft_wrap=True)
    print_problems(outcome.problems)
    if preview:
        console.print(told("  只是预演：什么也没有写入。"), style="dim")
        return
    if outcome.kept is not None:
        console.print(told("  原文件和原因在 {kept}", kept=outcome.kept), markup=False)
    if outcome.rejects:
        command = f"duofeng rejects --arrival {outcome.arrival} --csv rejects.csv"
        console.print(told("  拒收的内容：{command}", command=command), markup=False, soft_wrap=True)


def _counted(outcome: Outcome, seconds: float) -> str:
    if outcome.verdict == "duplicate":
        return told("  到达 {duplicate_of}", duplicate_of=outcome.duplicate_of)
    if outcome.verdict == "quarantined":
        return told("  到达 {arrival}  {seconds:.1f} 秒", arrival=outcome.arrival, seconds=seconds)
    text = told(
        "  到达 {arrival}  行 {rows:,}  事实 {facts:,}  拒收 {rejects:,}  {seconds:.1f} 秒",
        arrival=outcome.arrival,
        rows=outcome.rows,
        facts=outcome.facts,
        rejects=outcome.rejects,
        seconds=seconds,
    )
    if outcome.replaced is not None:
        text += told("  更正了到达 {replaced}", replaced=outcome.replaced)
    return text
