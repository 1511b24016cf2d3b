"""`duofeng rejects`: what is not in the ledger, why, and a file to put it right in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.text import Text

from duofeng.cli.commands.figure import write_text
from duofeng.cli.console import DEFAULT_DATA, DataOption, console, table_of
from duofeng.facts.ledger import Ledger
from duofeng.facts.rejects import file_of, reason, shown_raw, where
from duofeng.facts.resent import open_rejects, to_put_right
from duofeng.kernel.message import say
from duofeng.tell.words import told

SHOWN = 50


def register(app: typer.Typer) -> None:
    app.command("rejects", help="列出尚未更正的拒收内容")(rejects)


def rejects(
    source: Annotated[str | None, typer.Option("--source", help="只看这个来源")] = None,
    arrival: Annotated[str | None, typer.Option("--arrival", help="只看这次到达")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="写成可更正后重新加载的 CSV")] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    ledger = Ledger.open(data / "ledger")
    found = ledger.rejects(source=source) if arrival is None else open_rejects(ledger, arrival)
    if found.is_empty():
        console.print(told("没有待更正的拒收内容。"))
        return
    if csv is not None:
        _write(found, csv)
        return
    _show(found)


def _show(found: pl.DataFrame) -> None:
    table = table_of(say("到达"), say("文件"), say("行"), say("列"), say("原文"), say("原因"))
    for column in table.columns:
        column.overflow = "fold"
    table.columns[-1].min_width = 24
    for row in found.head(SHOWN).iter_rows(named=True):
        place = told(where(row["sheet"], row["column"], row["params"]))
        why = f"{row['code']} {told(reason(row['code'], row['params']))}"
        file, raw = file_of(row["file"], row["params"]), shown_raw(row["raw"], row["params"])
        number = "" if row["row"] is None else str(row["row"])
        table.add_row(row["arrival"][:8], *(Text(cell) for cell in (file, number, place, raw[:40], why)))
    console.print(table)
    total, rows = found.height, found.select("arrival", "sheet", "row").drop_nulls("row").n_unique()
    more = told("（只列出前 {SHOWN} 处）", SHOWN=SHOWN) if total > SHOWN else ""
    console.print(told("共 {total} 处，{rows} 行{more}。", total=total, rows=rows, more=more))


def _write(found: pl.DataFrame, csv: Path) -> None:
    arrivals = found["arrival"].unique(maintain_order=True).to_list()
    for arrival in arrivals:
        target = csv if len(arrivals) == 1 else csv.with_stem(f"{csv.stem}-{arrival}")
        table = to_put_right(found.filter(pl.col("arrival") == arrival), told)
        write_text(target, table.write_csv(include_bom=True))
        console.print(told("{target}：{height} 行", target=target, height=table.height), markup=False, soft_wrap=True)
    again = told("改正后用 duofeng load 重新加载。")
    console.print(again)
