"""`duofeng explain`: one word is the code of a problem; two are a policy and a subject: why it answers as it does."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

import duofeng
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, language, say
from duofeng.cli.explain_answer import explain_answer
from duofeng.kernel.problem import KINDS, ProblemError, ProblemKind, nearest
from duofeng.zone import problems

WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="问题代码，如 E014；或政策和对象 / a problem code such as E014, or a policy and a subject",
        metavar="CODE | POLICY SUBJECT",
    ),
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="输出全部代码的说明页 / print the page of all codes")]

ROOMS = (
    ("E001", "园区文件 / Declared files"),
    ("E100", "值 / Values"),
    ("E200", "读取来源 / Reading sources"),
    ("E250", "账本 / Ledger"),
    ("E300", "归一与档案 / Resolve and profile"),
    ("E350", "时刻、地点、关联、成员 / Moments, places, references, members"),
    ("E400", "公开文件 / Documents"),
    ("E450", "数字与校稿 / Figures and the gate"),
    ("E500", "表达式 / Expressions"),
    ("E550", "政策 / Policies"),
    ("E600", "评分 / Scores"),
    ("E650", "计算 / Runs"),
    ("E700", "其他 / Other rooms"),
)


def register(app: typer.Typer) -> None:
    app.command("explain", help="解释问题代码，或一项政策对一个对象的结论 / Explain a problem, or an answer")(explain)


def explain(
    words: WordsArgument = None,
    markdown: MarkdownOption = False,
    run: Annotated[str, typer.Option("--run", help="哪一次计算 / which run")] = "current",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Looks at how many words there are: one is the code of a problem, two are a policy and a subject."""
    if markdown:
        typer.echo(problems_page(), nl=False)
        return
    match words or []:
        case [code]:
            explain_problem(code)
        case [policy, subject]:
            explain_answer(policy, subject, run, zone, data)
        case _:
            expected = "一个问题代码，如 E014；或一项政策和一个对象", "one problem code, or a policy and a subject"
            raise typer.BadParameter(say(f"请给出{expected[0]}", f"name {expected[1]}"))


def explain_problem(code: str) -> None:
    kinds = declared_problems()
    kind = kinds.get(code.strip().upper())
    if kind is None:
        found = nearest(code.strip().upper(), kinds)
        raise ProblemError(problems.UNKNOWN_CODE_ASKED.at(code=code, **problems.hint(found)))
    zh = language() == "zh"
    typer.echo(f"{kind.code}  {kind.zh if zh else kind.en}")
    typer.echo("\n" + (kind.explain_zh if zh else kind.explain_en))


def declared_problems() -> Mapping[str, ProblemKind]:
    """Every declared code, sorted: imports each module that declares one, wherever in the rooms it lies."""
    top = Path(duofeng.__file__).parent
    for path in sorted(top.rglob("*.py")):
        if " = declare(" in path.read_text("utf-8"):
            importlib.import_module(".".join(("duofeng", *path.relative_to(top).with_suffix("").parts)))
    return dict(sorted(KINDS.items()))


def problems_page() -> str:
    lines = [
        "# 问题代码 · Problem codes",
        "",
        "<!-- duofeng explain --markdown > docs/problems.md -->",
        "",
        "`duofeng explain E014` 在终端里显示同样的内容。花括号里是每次不同的部分。",
        "`duofeng explain E014` shows the same in the terminal. Braces stand for what differs each time.",
    ]
    titles = list(ROOMS)
    for code, kind in declared_problems().items():
        while titles and code >= titles[0][0]:
            title = titles.pop(0)[1]
            if not (titles and code >= titles[0][0]):
                lines += ["", f"## {title}"]
        mark = " (warning)" if kind.severity == "warning" else ""
        lines += ["", f"### {code}{mark}", "", f"- {kind.zh}", f"- {kind.en}", "", kind.explain_zh, "", kind.explain_en]
    return "\n".join(lines) + "\n"
