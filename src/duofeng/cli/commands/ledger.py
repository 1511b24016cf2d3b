"""`duofeng ledger`: what arrived, and the upkeep of the folder."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.text import Text

from duofeng.brain.runs.store import Runs
from duofeng.cli.clocks import moment, now
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, print_problems, table_of
from duofeng.facts.arrivals import COUNTED, Arrival
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.facts.mend import mend, told_to_replace
from duofeng.facts.upkeep import compact, vacuum
from duofeng.facts.verify import differences, refuse_damaged
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.words import told
from duofeng.zone.load import load_zone

VERDICTS = {
    "accepted": (say("已接收"), "green"),
    "warnings": (say("已接收，有提醒"), "yellow"),
    "quarantined": (say("已隔离"), "red"),
    "duplicate": (say("重复"), "dim"),
    "torn": (say("不完整，不计入"), "red"),
}
LATEST = 50
KEEP_DAYS = 400
"""A year and the weeks in which its last list may still be questioned."""
LAST_IN_LINE = 19


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True)
    group.command("arrivals", help="列出到达")(arrivals)
    group.command("verify", help="核对账本与计算的文件有无缺损")(verify)
    group.command("mend", help="修复缺损：放开坏文件，从留存的原件重新加载")(repair)
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


def verify(
    quick: Annotated[bool, typer.Option("--quick", help="只看日志、长度和行数，不重读内容")] = False,
    data: DataOption = DEFAULT_DATA,
) -> None:
    ledger = Ledger(data / "ledger")
    found = differences(ledger, thorough=not quick)
    damaged = [] if quick else _damaged_runs(Runs(data / "runs"))
    print_problems([*found.warnings, *found.problems, *damaged])
    if found.problems or damaged:
        raise typer.Exit(1)
    arrivals = ledger.arrivals()
    facts = ledger.counted(now())["facts"].sum()
    console.print(told("账本完好：{arrivals:,} 次到达，{facts:,} 条事实。", arrivals=arrivals.height, facts=facts))


def _damaged_runs(runs: Runs) -> list[Problem]:
    """What of the runs is not as it was written: conclusions are computed again, from the ledger."""
    found: list[Problem] = []
    for run in runs.names():
        try:
            runs[run].verify()
        except ProblemError as error:
            found += error.problems
    return found


def repair(
    zone: ZoneOption = DEFAULT_ZONE,
    by: Annotated[str, typer.Option("--by", envvar="DUOFENG_USER", help="谁修复的")] = "cli",
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared, ledger = load_zone(zone), Ledger(data / "ledger")

    def load_again(path: Path, arrival: Arrival) -> bool:
        day = arrival.recorded_at.astimezone(declared.time_zone).date()
        outcome = Loader(declared, ledger, data, arrival.by, day).load(
            path, arrival.recorded_at, source=arrival.source, replaces=told_to_replace(ledger, arrival)
        )
        print_problems(outcome.problems)
        return outcome.verdict in COUNTED

    done = mend(ledger, now(), by, load_again)
    for path in done.aside:
        console.print(told("放到一边：{path}", path=path), markup=False, soft_wrap=True)
    for file in done.again:
        console.print(told("重新加载：{file}", file=file), markup=False)
    for file in done.gone:
        console.print(told("原件没有留存，请重新加载：{file}", file=file), style="yellow", markup=False)
    left = differences(ledger, thorough=True).problems
    print_problems(left)
    if done.gone or left:
        raise typer.Exit(1)
    console.print(told("账本完好。"))


def remove(
    keep_days: Annotated[
        int, typer.Option("--keep-days", envvar="DUOFENG_KEEP_DAYS", help="原件留存多少天")
    ] = KEEP_DAYS,
    data: DataOption = DEFAULT_DATA,
) -> None:
    ledger = Ledger.open(data / "ledger")
    refuse_damaged(ledger)
    done = vacuum(ledger, now())
    dropped = ledger.kept.drop_older(now(), timedelta(days=keep_days))
    if dropped:
        console.print(told("不再留存 {dropped} 个更早的原件。", dropped=dropped))
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
