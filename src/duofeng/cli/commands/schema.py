"""`duofeng schema`: the shape of each kind of declared file."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from duofeng.cli.console import console, say
from duofeng.kernel.problem import ProblemError, nearest
from duofeng.zone import problems
from duofeng.zone.reference import zone_files_page
from duofeng.zone.registry import all_kinds
from duofeng.zone.schema import file_schema

KindArgument = Annotated[
    str | None, typer.Argument(help="声明的类别，不写则列出全部 / the kind; all are listed without it")
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="输出全部类别的说明页 / print the page of all kinds")]


def register(app: typer.Typer) -> None:
    app.command("schema", help="输出某类文件的 JSON Schema / Print the JSON Schema of a kind of file")(schema)


def schema(kind: KindArgument = None, markdown: MarkdownOption = False) -> None:
    kinds = all_kinds()
    if markdown:
        console.print(zone_files_page(), markup=False, soft_wrap=True, end="")
    elif kind is None:
        for name, each in kinds.items():
            console.print(f"{name:<14}{each.files:<24}{say(each.title_zh, each.title_en)}", markup=False)
    elif kind in kinds:
        console.print(json.dumps(file_schema(kinds[kind]), ensure_ascii=False, indent=2), markup=False, soft_wrap=True)
    else:
        suggestion = problems.hint(nearest(kind, kinds), list(kinds))
        raise ProblemError(problems.UNKNOWN_KIND.at(word=kind, **suggestion))
