"""`duofeng targets`: every target of a plan, what was reported since, and which were never mentioned again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.problems import PLAN_UNKNOWN
from duofeng.brain.figures.statement import known_at
from duofeng.brain.figures.targets import VERDICTS, Related, TargetLine, shown_ratio, target_ledger, targets_stated
from duofeng.cli.clocks import day_of, end_of
from duofeng.cli.commands.figure import stated_book
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import say
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError, hint
from duofeng.tell.language import language
from duofeng.tell.words import told, told_in_each
from duofeng.zone.kinds.target import Target
from duofeng.zone.load import load_zone
from duofeng.zone.model import Text
from duofeng.zone.zone import Zone

STYLES = {
    "met": "green", "missed": "red", "on_pace": "green", "behind": "yellow", "not_comparable": "yellow",
    "awaited": "dim", "silent": "dim",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("targets", help="目标账：完成、未完成、不可比、未再提及")(targets)


def targets(
    plan: Annotated[str | None, typer.Option("--plan", help="提出目标的文件")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="看到哪一天为止")] = None,
    as_known_on: Annotated[str | None, typer.Option("--known-at", "--as-known-on", help="当时所知")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    known = end_of(as_known_on)
    book = stated_book(Ledger.open(data / "ledger"), declared, data)
    then = Book.of(known_at(book.said, known), book.indicators)
    until = Period.parse(as_of).last_day if as_of else day_of(known)
    wanted = [*declared.targets, *targets_stated(then.said, declared.targets)]
    if plan is not None:
        _refuse_unknown_plan(plan, declared, wanted)
        wanted = [each for each in wanted if each.source and each.source.document == plan]
    lines = target_ledger(wanted, then, until)
    if as_json:
        console.print_json(json.dumps([_as_json(line) for line in lines], ensure_ascii=False))
        return
    _print(lines, declared)


def _refuse_unknown_plan(plan: str, zone: Zone, wanted: list[Target]) -> None:
    plans = sorted({each.source.document for each in wanted if each.source is not None})
    if plan not in plans:
        raise ProblemError(PLAN_UNKNOWN.at(word=plan, **hint(plan, plans or zone.documents)))


def _print(lines: tuple[TargetLine, ...], zone: Zone) -> None:
    order = tuple(VERDICTS)
    judged = sorted((line for line in lines if line.verdict != "silent"), key=lambda line: order.index(line.verdict))
    if judged:
        console.print(_judged(judged))
    silent = [line for line in lines if line.verdict == "silent"]
    if silent:
        console.print(told("未再提及的目标（{count}）：", count=len(silent)))
    for line in silent:
        console.print(f"  {told(line.title)} {told(line.aimed)}{_owner(line, zone)}", markup=False)
    _print_counts(lines)


def _print_counts(lines: tuple[TargetLine, ...]) -> None:
    counts = Counter(line.verdict for line in lines)
    said = told("，").join(f"{told(name)} {counts[verdict]}" for verdict, name in VERDICTS.items() if counts[verdict])
    console.print(told("共 {count} 项：{said}。", count=len(lines), said=said), markup=False)


def _judged(lines: list[TargetLine]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title, kept in (
        (say("结论"), language() == "zh"),
        (say("指标"), False),
        (say("目标"), False),
        (say("结果"), True),
        (say("比"), True),
    ):
        table.add_column(told(title), overflow="fold", no_wrap=kept)
    table.add_column(told("说明"), overflow="fold")
    for line in lines:
        verdict = told(VERDICTS[line.verdict]) + (told("（超额）") if line.exceeded else "")
        style = STYLES[line.verdict]
        table.add_row(
            f"[{style}]{verdict}[/]",
            told(line.title),
            told(line.aimed),
            told(line.reached) if line.reached else "",
            shown_ratio(line),
            _remark(line),
        )
    return table


def _why(each: Related, asked: str) -> str:
    """Short: the target's own name stands in the same row."""
    if each.statement.indicator == asked:
        return told(each.why)
    return told("说的是{title}", title=each.title)


def _remark(line: TargetLine) -> str:
    if line.related:
        between, apart = told("，"), told("；")
        return apart.join(
            f"{told(each.statement.said)}{between}{_why(each, line.target.indicator)}" for each in line.related
        )
    return told(line.outlook) if line.outlook else ""


def _owner(line: TargetLine, zone: Zone) -> str:
    owner = line.target.owner
    if owner is not None:
        return f"  {told(owner)}"
    listed = zone.codes.get("topics")
    topic = (listed.title_of(line.topic) if listed else None) or Text(line.topic)
    return told("  责任单位未写明（{topic}）", topic=topic)


def _as_json(line: TargetLine) -> dict[str, object]:
    source = line.target.source
    return {
        "target": line.target.id,
        "indicator": line.target.indicator,
        "title": told_in_each(line.title),
        "subject": line.target.subject,
        "period": line.target.period,
        "aim": told(line.aimed),
        "owner": told(line.target.owner) if line.target.owner else None,
        "topic": line.topic,
        "plan": source.document if source else None,
        "place": source.place if source else None,
        "start": source.start if source else None,
        "end": source.end if source else None,
        "verdict": line.verdict,
        "exceeded": line.exceeded,
        "result": told(line.reached) if line.reached else "",
        "ratio": float(line.ratio) if line.ratio is not None else None,
        "forecast": told(line.expected) if line.expected else "",
        "related": [
            {"indicator": each.statement.indicator, "said": told(each.statement.said), "why": told(each.why)}
            for each in line.related
        ],
    }
