"""`duofeng schema`: the shape of each kind of declared file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from duofeng.kernel.problem import ProblemError, hint
from duofeng.tell.reference import reference_pages
from duofeng.tell.words import told
from duofeng.zone import problems
from duofeng.zone.load import load_zone
from duofeng.zone.registry import all_kinds
from duofeng.zone.schema import file_schema

KindArgument = Annotated[str | None, typer.Argument(help="声明的类别，不写则列出全部")]
PagesOption = Annotated[Path | None, typer.Option("--pages", help="把说明页写到这个文件夹")]
ForZoneOption = Annotated[
    Path | None,
    typer.Option("--zone", help="给出该园区已有的属性、单位、标识体系等供选"),
]


def register(app: typer.Typer) -> None:
    app.command("schema", help="输出某类文件的 JSON Schema")(schema)


def schema(kind: KindArgument = None, zone: ForZoneOption = None, pages: PagesOption = None) -> None:
    kinds = all_kinds()
    if pages is not None:
        _write(pages)
    elif kind is None:
        for name, each in kinds.items():
            typer.echo(f"{name:<14}{each.files:<24}{told(each.title)}")
    elif kind in kinds:
        found = file_schema(kinds[kind], load_zone(zone) if zone is not None else None)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        suggestion = hint(kind, list(kinds))
        raise ProblemError(problems.UNKNOWN_KIND.at(word=kind, **suggestion))


def _write(folder: Path) -> None:
    for name, text in reference_pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        typer.echo(str(path))
