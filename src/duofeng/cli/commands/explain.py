"""`duofeng explain`: one word is the code of a problem; two are a policy and a subject: why it answers as it does."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

import duofeng
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption
from duofeng.cli.explain_answer import explain_answer
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import KINDS, ProblemError, ProblemKind, hint
from duofeng.tell.catalogue import sources
from duofeng.tell.language import SOURCE, speaking
from duofeng.tell.words import told, told_everywhere
from duofeng.zone import problems

WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="问题代码，如 E014；或政策和对象",
        metavar="CODE | POLICY SUBJECT",
    ),
]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="输出全部代码的说明页")]
NextOption = Annotated[bool, typer.Option("--next", help="每一部分下一个可用的问题代码")]

ROOMS = (
    ("E001", say("园区文件")),
    ("E100", say("值")),
    ("E200", say("读取来源")),
    ("E250", say("账本")),
    ("E300", say("归一与档案")),
    ("E350", say("时刻、地点、关联、成员")),
    ("E360", say("交来的表格")),
    ("E400", say("公开文件")),
    ("E450", say("数字与校稿")),
    ("E500", say("表达式")),
    ("E550", say("政策")),
    ("E600", say("评分")),
    ("E650", say("计算")),
    ("E700", say("其他")),
)


def register(app: typer.Typer) -> None:
    app.command("explain", help="解释问题代码，或一项政策对一个对象的结论")(explain)


def explain(
    words: WordsArgument = None,
    markdown: MarkdownOption = False,
    free: NextOption = False,
    run: Annotated[str, typer.Option("--run", help="哪一次计算")] = "current",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Looks at how many words there are: one is the code of a problem, two are a policy and a subject."""
    if markdown:
        typer.echo(problems_page(), nl=False)
        return
    if free:
        for room, code in free_codes():
            typer.echo(f"{code or '—'}  {told(room)}")
        return
    match words or []:
        case [code]:
            explain_problem(code)
        case [policy, subject]:
            explain_answer(policy, subject, run, zone, data)
        case _:
            raise typer.BadParameter(told("请给出一个问题代码，如 E014；或一项政策和一个对象"))


def explain_problem(code: str) -> None:
    kinds = declared_problems()
    kind = kinds.get(code.strip().upper())
    if kind is None:
        raise ProblemError(problems.UNKNOWN_CODE_ASKED.at(code=code, **hint(code.strip().upper(), kinds, listed=False)))
    typer.echo(f"{kind.code}  {told(kind.message)}")
    typer.echo("\n" + told(kind.explain))


def declared_problems() -> Mapping[str, ProblemKind]:
    """Every declared code, sorted: imports each module that declares one, wherever in the rooms it lies."""
    top = Path(duofeng.__file__).parent
    for path in sorted(top.rglob("*.py")):
        if " = declare(" in path.read_text("utf-8"):
            importlib.import_module(".".join(("duofeng", *path.relative_to(top).with_suffix("").parts)))
    return dict(sorted(KINDS.items()))


def free_codes() -> Iterator[tuple[Message, str | None]]:
    """For each room the code after its highest; where that belongs to the next room, the lowest that is free."""
    taken = {int(code[1:]) for code in declared_problems()}
    starts = [int(code[1:]) for code, _ in ROOMS]
    for (_, room), first, end in zip(ROOMS, starts, [*starts[1:], 1000], strict=True):
        own = range(first, end)
        after = max((each for each in own if each in taken), default=first - 1) + 1
        free = after if after < end else next((each for each in own if each not in taken), None)
        yield room, f"E{free:03d}" if free is not None else None


def problems_page() -> str:
    about = told_everywhere("`duofeng explain E014` 在终端里显示同样的内容。花括号里是每次不同的部分。")
    title = told_everywhere("问题代码")
    lines = [f"# {title}", "", "<!-- duofeng explain --markdown > docs/problems.md -->", "", about]
    titles = list(ROOMS)
    for code, kind in declared_problems().items():
        while titles and code >= titles[0][0]:
            room = titles.pop(0)[1]
            if not (titles and code >= titles[0][0]):
                lines += ["", f"## {told_everywhere(room)}"]
        mark = " (warning)" if kind.severity == "warning" else ""
        lines += ["", f"### {code}{mark}", ""]
        for wanted in (SOURCE, *sources()):
            with speaking(wanted):
                lines += [f"- {told(kind.message)}", f"  {told(kind.explain)}"]
    return "\n".join(lines) + "\n"
