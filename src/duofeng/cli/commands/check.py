"""`duofeng check`: is the zone right, what does it declare, how does it differ from another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from duofeng.brain.policies.boundaries import missing_sides
from duofeng.brain.policies.examples import failing_examples
from duofeng.brain.scores.examples import failing_examples as failing_card_examples
from duofeng.cli.console import DEFAULT_ZONE, be_in, console, print_problems
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.problems import as_json
from duofeng.tell.words import told, told_in_each
from duofeng.zone.difference import ItemChange, difference
from duofeng.zone.load import load_zone
from duofeng.zone.registry import all_kinds
from duofeng.zone.zone import Zone

ZoneArgument = Annotated[Path, typer.Argument(envvar="DUOFENG_ZONE", help="园区文件夹", callback=be_in)]
AgainstOption = Annotated[Path | None, typer.Option("--against", help="与另一个园区文件夹比较")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def register(app: typer.Typer) -> None:
    app.command("check", help="检查园区文件，一次报出全部错误")(check)


def check(zone: ZoneArgument = DEFAULT_ZONE, against: AgainstOption = None, as_json: JsonOption = False) -> None:
    try:
        found = load_zone(zone)
        other = load_zone(against) if against is not None else None
        failing = [*failing_examples(found), *failing_card_examples(found), *missing_sides(found)]
        if failing:
            raise ProblemError(failing)
    except ProblemError as error:
        if not as_json:
            raise
        _print_json({"ok": False, "problems": [_as_json(problem) for problem in error.problems]})
        raise typer.Exit(1) from None
    changes = difference(other, found) if other is not None else ()
    if as_json:
        _print_json(_summary(found, changes))
        return
    _print_summary(found)
    if other is not None:
        _print_changes(changes)


def _summary(zone: Zone, changes: tuple[ItemChange, ...]) -> dict[str, object]:
    return {
        "ok": True,
        "zone": zone.id,
        "title": told_in_each(zone.title),
        "peaks": list(zone.peaks),
        "fingerprint": {"meaning": zone.fingerprint.meaning, "wording": zone.fingerprint.wording},
        "declared": {kind: len(items) for kind, items in sorted(zone.declarations.items())},
        "warnings": [_as_json(problem) for problem in zone.warnings],
        "changes": [
            {
                "kind": change.kind,
                "id": change.id,
                "change": change.change,
                "part": change.part,
                "fields": [
                    {"path": field.path, "part": field.part, "before": field.before, "after": field.after}
                    for field in change.fields
                ],
            }
            for change in changes
        ],
    }


def _as_json(problem: Problem) -> dict[str, object]:
    return as_json(problem)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_summary(zone: Zone) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, kind in all_kinds().items():
        count = len(zone.items(name))
        if count and name not in ("zone", "peak"):
            table.add_row(told(kind.title), f"{count:,}")
    typer.echo(f"{told(zone.title)}  ({zone.id})")
    if zone.peaks:
        typer.echo(told("峰：") + told("、").join(zone.peaks))
    console.print(table)
    typer.echo(told("指纹 ") + zone.fingerprint.short)
    print_problems(zone.warnings)
    typer.echo(told("没有错误。"))


def _print_changes(changes: tuple[ItemChange, ...]) -> None:
    words = {"added": told("新增"), "removed": told("删除"), "changed": told("改动")}
    parts = {"meaning": told("含义"), "wording": told("文字")}
    if not changes:
        typer.echo(told("两者相同。"))
    for change in changes:
        typer.echo(f"{words[change.change]}  {change.kind} {change.id}  [{parts[change.part]}]")
        for field in change.fields:
            before, after = field.before or "∅", field.after or "∅"
            typer.echo(f"    {field.path} [{parts[field.part]}]: {before} → {after}")
