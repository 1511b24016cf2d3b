"""`duofeng ledger`: what arrived, and the upkeep of the folder."""

from __future__ import annotations

import os
from typing import Annotated

import polars as pl
import typer
from rich.text import Text

from duofeng.cli.clocks import moment, now
from duofeng.cli.console import DEFAULT_DATA, DataOption, console, table_of
from duofeng.facts.ledger import Ledger
from duofeng.facts.upkeep import compact, vacuum
from duofeng.kernel.message import say
from duofeng.tell.words import told

VERDICTS = {
    "accepted": (say("已接收"), "green"),
    "warnings": (say("已接收，有提醒"), "yellow"),
    "quarantined": (say("已隔离"), "red"),
    "duplicate": (say("重复"), "dim"),
}
LATEST = 50
LAST_IN_LINE = 19


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    group.command("arrivals", help="列出到达")(arrivals)
    group.command("vacuum", help="清除中断的加载留下的内容")(remove)
    group.command("compact", help="合并小文件")(merge)
    app.add_typer(group, name="ledger", help="账本：到达与维护")


def arrivals(
    source: Annotated[str | None, typer.Option("--source", help="只看这个来源")] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    ledger = Ledger.open(data / "ledger")
    found = ledger.arrivals()
    if source is not None:
        found = found.filter(pl.col("source") == source)
    titles = (say("记录于"), say("到达"), say("来源"), say("文件"), say("经手"), say("结果"))
    table = table_of(*titles, numbers=(say("行"), say("事实"), say("拒收")))
    for row in found.tail(LATEST).iter_rows(named=True):
        verdict, colour = VERDICTS[row["verdict"]]
        counts = (f"{row[name]:,}" for name in ("rows", "facts", "rejects"))
        at = moment(row["recorded_at"])
        table.add_row(at, row["id"], row["source"], row["file"], row["by"], Text(told(verdict), style=colour), *counts)
    console.print(table)
    more = told("（列出最近 {number} 次）", number=LATEST) if found.height > LATEST else ""
    console.print(
        told("共 {height} 次到达{more}，版本 {version}", height=found.height, more=more, version=ledger.version)
    )


def remove(data: DataOption = DEFAULT_DATA) -> None:
    done = vacuum(Ledger.open(data / "ledger"), now())
    console.print(
        told(
            "清除了 {deliveries} 次未完成加载的内容和 {files} 个无主文件；一天之内的不动。",
            deliveries=done.deliveries,
            files=done.files,
        )
    )


def merge(
    data: DataOption = DEFAULT_DATA, if_due: Annotated[bool, typer.Option("--if-due", hidden=True)] = False
) -> None:
    """`--if-due` is how a worker asks: last in line for the processors, and only where it is worth the work. What the
    time before left for its readers is removed, so that the facts lie on the disk twice at most."""
    ledger = Ledger.open(data / "ledger")
    if if_due:
        os.nice(LAST_IN_LINE)
    fewer = compact(ledger, if_due=if_due)
    if if_due and fewer:
        vacuum(ledger, now())
    console.print(told("少了 {fewer} 个文件，事实不变。", fewer=fewer))
