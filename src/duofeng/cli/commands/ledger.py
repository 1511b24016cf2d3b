"""`duofeng ledger`: what arrived, and the upkeep of the folder."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer
from rich.table import Table
from rich.text import Text

from duofeng.cli.console import DEFAULT_DATA, DataOption, console, now, say
from duofeng.facts.ledger import Ledger
from duofeng.facts.upkeep import compact, vacuum

VERDICTS = {
    "accepted": ("已接收", "accepted", "green"),
    "warnings": ("已接收，有提醒", "accepted with warnings", "yellow"),
    "quarantined": ("已隔离", "quarantined", "red"),
    "duplicate": ("重复", "duplicate", "dim"),
}
LATEST = 50


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    group.command("arrivals", help="列出到达 / List what arrived")(arrivals)
    group.command("vacuum", help="清除中断的加载留下的内容 / Remove what interrupted loads left behind")(remove)
    group.command("compact", help="合并小文件 / Write many small files as few")(merge)
    app.add_typer(group, name="ledger", help="账本：到达与维护 / The ledger: arrivals and upkeep")


def arrivals(
    source: Annotated[str | None, typer.Option("--source", help="只看这个来源 / of this source only")] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    ledger = Ledger.open(data / "ledger")
    found = ledger.arrivals()
    if source is not None:
        found = found.filter(pl.col("source") == source)
    titles = say(
        "记录于 到达 来源 文件 行 事实 拒收 经手 结果", "recorded arrival source file rows facts rejects by verdict"
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles.split():
        table.add_column(
            title, justify="right" if title in ("行", "事实", "拒收", "rows", "facts", "rejects") else "left"
        )
    for row in found.tail(LATEST).iter_rows(named=True):
        zh, en, colour = VERDICTS[row["verdict"]]
        counts = (f"{row[name]:,}" for name in ("rows", "facts", "rejects"))
        at = f"{row['recorded_at'].astimezone():%Y-%m-%d %H:%M}"
        table.add_row(at, row["id"], row["source"], row["file"], *counts, row["by"], Text(say(zh, en), style=colour))
    console.print(table)
    more = say(f"（列出最近 {LATEST} 次）", f" (the latest {LATEST} are shown)") if found.height > LATEST else ""
    console.print(
        say(
            f"共 {found.height} 次到达{more}，版本 {ledger.version}",
            f"{found.height} arrivals{more}, version {ledger.version}",
        )
    )


def remove(data: DataOption = DEFAULT_DATA) -> None:
    done = vacuum(Ledger.open(data / "ledger"), now())
    console.print(
        say(
            f"清除了 {done.deliveries} 次未完成加载的内容和 {done.files} 个无主文件；一天之内的不动。",
            f"Removed the remains of {done.deliveries} unfinished loads and {done.files} stray files older than a day.",
        )
    )


def merge(data: DataOption = DEFAULT_DATA) -> None:
    fewer = compact(Ledger.open(data / "ledger"))
    console.print(say(f"少了 {fewer} 个文件，事实不变。", f"{fewer} files fewer; no fact changed."))
