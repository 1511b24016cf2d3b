"""`duofeng resolve`: which names are one, what waits for a person, and the person's decision, kept as a fact."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from duofeng.cli.clocks import now, today
from duofeng.cli.console import (
    DEFAULT_DATA,
    DEFAULT_ZONE,
    FIRMS,
    DataOption,
    OfOption,
    ZoneOption,
    console,
    known_register,
    print_problems,
    table_of,
)
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.facts.resolve import decisions
from duofeng.facts.resolve.canonical import Resolution, name_rules, resolution, statements
from duofeng.facts.resolve.problems import CHOOSE_ONE
from duofeng.facts.resolve.review import reasons, with_background
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.zone.load import load_zone

ByOption = Annotated[str, typer.Option("--by", envvar="DUOFENG_USER", help="谁作的决定")]
HOW = {
    "self": say("独立"),
    "decision": say("按人工决定合并"),
    "identifier": say("按标识合并"),
    "name": say("按名称合并"),
    "likeness": say("按相似度合并"),
    "linked": say("经由他者合并"),
    "ask": say("待人工决定"),
}


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="判定哪些名称是同一对象")
    group.callback(invoke_without_command=True)(overview)
    group.command("decide", help="记下一个决定")(decide)
    group.command("withdraw", help="撤回对一个对象的决定")(withdraw)
    app.add_typer(group, name="resolve")


def overview(
    context: typer.Context,
    csv: Annotated[Path | None, typer.Option("--csv", help="把候选写成 CSV")] = None,
    answer: Annotated[str, typer.Option("--answer", help="列出 ask、yes 或 no")] = "ask",
    limit: Annotated[int, typer.Option("--limit", min=1, help="最多显示多少个对象")] = 20,
    of: OfOption = FIRMS,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    if context.invoked_subcommand is not None:
        return
    known_at, place = now(), load_zone(zone)
    ledger = Ledger.open(data / "ledger")
    found = resolution(ledger, place, known_register(place, of), known_at)
    listed = found.candidates.filter(pl.col("answer") == answer)
    shown = listed if csv else listed.filter(pl.col("subject").rank("dense") <= limit)
    shown = with_background(shown, ledger, place, of, as_of=today(), known_at=known_at)
    if csv:
        shown.write_csv(csv, include_bom=True)
        console.print(told("{csv}：{height} 行", csv=csv, height=shown.height), markup=False, soft_wrap=True)
    elif not shown.is_empty():
        _show(shown, ["\n".join(map(told, each)) for each in reasons(shown, name_rules(place))])
    _count(found)
    print_problems(found.problems)
    if found.problems:
        raise typer.Exit(1)


def decide(
    subject: Annotated[str, typer.Argument(help="待定对象的键")],
    canonical: Annotated[str | None, typer.Argument(help="它就是这个对象")] = None,
    none: Annotated[bool, typer.Option("--none", help="它不是其他任何对象")] = False,
    different: Annotated[str | None, typer.Option("--not", help="它不是这个对象")] = None,
    by: ByOption = "",
    of: OfOption = FIRMS,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    if sum((canonical is not None, none, different is not None)) != 1:
        raise ProblemError(CHOOSE_ONE.at())
    ledger, known_at, place = Ledger.open(data / "ledger"), now(), load_zone(zone)
    known_register(place, of)
    known = ledger.subjects(known_at=known_at, kind=of)["subject"]
    fact = decisions.decide(of, subject, canonical or different, known, by=by, different=different is not None)
    broken = resolution(ledger, place, of, known_at, fact, by).problems
    if broken:
        raise ProblemError(broken)
    _record(ledger, [fact], by)
    console.print(told("已记下：{subject}", subject=subject), markup=False, soft_wrap=True)


def withdraw(
    subject: Annotated[str, typer.Argument(help="对象的键")],
    by: ByOption = "",
    of: OfOption = FIRMS,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    known_register(load_zone(zone), of)
    ledger = Ledger.open(data / "ledger")
    facts = decisions.withdraw(of, subject, statements(ledger, of, now()), by=by)
    _record(ledger, facts, by)
    console.print(told("已撤回 {count} 条决定。", count=len(facts)))


def _record(ledger: Ledger, facts: list[Fact], by: str) -> None:
    ledger.record(facts, source=decisions.source_of(by), by=by, now=now())


def _show(candidates: pl.DataFrame, why: list[str]) -> None:
    table = table_of(say("对象"), say("候选"), say("把握"), say("理由"))
    for row, reason in zip(candidates.iter_rows(named=True), why, strict=True):
        table.add_row(
            _side(row, "subject", "name") if row["rank"] == 1 else "",
            _side(row, "candidate", "candidate_name"),
            f"{row['score']:.2f}",
            reason,
        )
    console.print(table)


def _side(row: dict[str, object], side: str, name: str) -> str:
    told = [value for column, value in row.items() if column.startswith(f"{side}_") and column != name]
    return "\n".join(str(value) for value in (row[name], row[side], *told) if value is not None)


def _count(found: Resolution) -> None:
    for how, count in found.counts().items():
        console.print(f"{count:>9,}  {told(HOW[how])}", markup=False)
    if found.counts()["ask"]:
        console.print(told("作出决定：duofeng resolve decide 对象 候选 --by 姓名"), markup=False, soft_wrap=True)
