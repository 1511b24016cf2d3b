"""`duofeng run`, `runs`: compute everything again, list what was computed, compare two. `question`: only ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from getpass import getuser
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from duofeng.brain.runs.compute import Engine, Inputs, ask, compute
from duofeng.brain.runs.difference import CAUSES, changed_outcomes
from duofeng.brain.runs.store import Manifest, Run, Runs
from duofeng.cli.clocks import day, instant, now, shown, today
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, print_problems, table_of
from duofeng.cli.policy_words import money, outcome_name, write_out
from duofeng.facts.ledger import Ledger
from duofeng.facts.verify import refuse_damaged
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import Problem
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.zone.load import load_draft, load_zone
from duofeng.zone.zone import Zone

AsOf = Annotated[str | None, typer.Option("--as-of", help="基准日，不写为今天")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="按何时所知")]

EngineOption = Annotated[str, typer.Option("--engine", help="polars 或 spark")]


def register(app: typer.Typer) -> None:
    app.command("run", help="重新计算档案、评分、政策和兑现")(run)
    app.command("question", help="试问：另一天、当时所知或一份草案，不改变当前计算")(question)
    app.command("questions", help="已有的试问")(list_questions)
    runs = typer.Typer(help="已有的计算", invoke_without_command=True, no_args_is_help=False)
    runs.callback()(list_runs)
    runs.command("diff", help="两次计算有何不同，为什么")(difference)
    runs.command("verify", help="核对计算的文件未被改动")(verify)
    app.add_typer(runs, name="runs")


def run(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    engine: EngineOption = "polars",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    inputs = _inputs(load_zone(zone), data, as_of, known_at, engine)
    runs = Runs(data / "runs")
    done = _showing_progress(lambda progress: compute(inputs, runs, progress, by=by()))
    print_manifest(done.manifest)


def question(
    title: Annotated[str, typer.Argument(help="这次试问叫什么")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    draft: Annotated[Path | None, typer.Option("--draft", help="换上这份政策草案")] = None,
    engine: EngineOption = "polars",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    asked = declared if draft is None else load_draft(declared, draft, "policy")[0]
    inputs, runs = _inputs(asked, data, as_of, known_at, engine), Runs(data / "runs")
    done = _showing_progress(lambda progress: ask(inputs, runs, title, progress, by=by()))
    print_manifest(done.manifest)
    console.print(told("只是试问：当前计算没有变。"), style="dim")


def _inputs(zone: Zone, data: Path, as_of: str | None, known_at: str | None, engine: str) -> Inputs:
    if engine not in ("polars", "spark"):
        raise typer.BadParameter(told("只能是 polars 或 spark"), param_hint="--engine")
    chosen: Engine = "spark" if engine == "spark" else "polars"
    ledger = Ledger.open(data / "ledger")
    print_problems(refuse_damaged(ledger))
    return Inputs(zone, ledger, day(as_of) or today(), instant(known_at) or now(), chosen)


def by() -> str:
    """Who is at this terminal; nobody where the system does not say."""
    try:
        return getuser()
    except (KeyError, OSError):
        return ""


def _showing_progress(work: Callable[[Callable[[Message], None]], Run]) -> Run:
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as progress:
        task = progress.add_task(told("核对算例"))
        return work(lambda step: progress.update(task, description=told(step)))


def print_manifest(manifest: Manifest) -> None:
    seconds = sum(manifest.measured["seconds"].values())
    clocks = told("截至 {as_of}，按 {known_at} 所知", as_of=manifest.as_of, known_at=shown(manifest.known_at))
    console.print(f"[bold]{manifest.id}[/bold]  {clocks}")
    for register, counts in manifest.counts.items():
        if counts["policies"] or counts["cards"]:
            _print_register(register, counts, unit_name(manifest.unit))
    for warning in manifest.warnings:
        problem = Problem.restored(warning)
        console.print(f"[yellow]{problem.code}[/yellow] {told(problem.message)}", markup=True)
    console.print(told("用时 {seconds:.1f} 秒", seconds=seconds), style="dim")


def _print_register(register: str, counts: Mapping[str, int], unit: str) -> None:
    subjects, policies, cards = (f"{counts[name]:,}" for name in ("subjects", "policies", "cards"))
    sizes = told("对象 {subjects}，政策 {policies}，评分卡 {cards}", subjects=subjects, policies=policies, cards=cards)
    console.print(f"[bold]{register}[/bold]  {sizes}")
    if counts["policies"]:
        answers = "  ".join(f"{outcome_name(name)} {counts[name]:,}" for name in ("yes", "near", "unknown", "no"))
        paid = f"{money(counts['paid_minor'])} {unit}"
        sums = told("可兑现 {payments:,} 笔，共 {paid}", payments=counts["payments"], paid=paid)
        console.print(f"{answers}\n{sums}")


def list_runs(context: typer.Context, data: DataOption = DEFAULT_DATA) -> None:
    if context.invoked_subcommand is not None:
        return
    runs = Runs(data / "runs")
    every = runs.all()
    if not every:
        console.print(told("还没有计算过：运行 duofeng run。"))
        return
    current = runs.current().id
    table = table_of(say("编号"), say("基准日"), say("所知"), numbers=(say("对象"),))
    table.add_column()
    for each in every:
        made = each.manifest
        mark = told("← 当前") if each.id == current else ""
        table.add_row(each.id, made.as_of, shown(made.known_at), f"{_subjects(made):,}", mark)
    console.print(table)


def list_questions(data: DataOption = DEFAULT_DATA) -> None:
    every = Runs(data / "runs").questions()
    if not every:
        console.print(told("还没有试问过：运行 duofeng question。"))
        return
    table = table_of(say("编号"), say("名称"), say("基准日"), say("所知"), say("谁问的"))
    for each in every:
        made = each.manifest
        table.add_row(each.id, Text(made.title), made.as_of, shown(made.known_at), Text(made.by))
    console.print(table)


def _subjects(manifest: Manifest) -> int:
    """Subjects of all registers that something was answered for."""
    judged = (each for each in manifest.counts.values() if each["policies"] or each["cards"])
    return sum(each["subjects"] for each in judged)


def difference(
    before: Annotated[str, typer.Argument(help="较早的一次（编号可只写开头）")],
    after: Annotated[str, typer.Argument(help="较晚的一次")] = "current",
    csv: Annotated[Path | None, typer.Option("--csv", help="写出全部变化")] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    runs = Runs(data / "runs")
    old, new = runs[before], runs[after]
    changed = changed_outcomes(old, new)
    if csv is not None:
        write_out(csv, b"\xef\xbb\xbf" + changed.write_csv().encode())
    if changed.is_empty():
        console.print(told("没有一个结论不同。"))
        return
    summary = (
        changed.group_by("policy", "before", "after", "cause").len().sort("len", "policy", descending=[True, False])
    )
    table = table_of(say("政策"), say("原来"), say("现在"), say("原因"), numbers=(say("户数"),))
    for row in summary.head(40).iter_rows(named=True):
        words = [outcome_name(row[name]) if row[name] else "—" for name in ("before", "after")]
        table.add_row(row["policy"], *words, told(CAUSES[row["cause"]]), f"{row['len']:,}")
    console.print(table)
    total = changed.select(pl.len()).item()
    console.print(told("共 {total:,} 个结论不同。", total=total))


def verify(run_id: Annotated[str, typer.Argument(help="编号")] = "current", data: DataOption = DEFAULT_DATA) -> None:
    found = Runs(data / "runs")[run_id]
    found.verify()
    console.print(told("{id}：文件与清单一致。", id=found.id))
