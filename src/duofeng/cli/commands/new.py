"""`duofeng new`: the first file of a zone, peak, register, source, policy, scorecard or page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from duofeng.cli.console import DEFAULT_ZONE, OfOption, ZoneOption, known_register
from duofeng.kernel.problem import ProblemError, hint
from duofeng.tell.language import languages
from duofeng.zone import problems
from duofeng.zone.load import load_zone
from duofeng.zone.scaffold import NEW, OVER_A_REGISTER, scaffold, write
from duofeng.zone.spoken import languages_of

KindArgument = Annotated[str, typer.Argument(help="zone、peak、register、source、policy、scorecard 或 page")]
IdArgument = Annotated[str, typer.Argument(help="编号：小写字母、数字和连字符")]
IntoOption = Annotated[
    Path | None,
    typer.Option("--into", help="写到哪个园区或峰，不写为 --zone；新的园区和峰写到哪个文件夹之下，不写为 zones、peaks"),
]


def register(app: typer.Typer) -> None:
    app.command("new", help="开始写一个园区、峰、台账、来源、政策、评分卡或页面")(new)


def new(
    kind: KindArgument,
    id: IdArgument,
    of: OfOption = "organisation",
    zone: ZoneOption = DEFAULT_ZONE,
    into: IntoOption = None,
) -> None:
    known = next((each for each in NEW if each == kind), None)
    if known is None:
        raise ProblemError(problems.UNKNOWN_KIND.at(word=kind, **hint(kind, NEW)))
    declared = load_zone(zone) if known in OVER_A_REGISTER else None
    if declared is not None:
        known_register(declared, of)
    spoken = languages() if known in ("zone", "peak") else languages_of(zone)
    folder = _folder(known, id, zone, into)
    for path in write(folder, scaffold(known, id, of, declared, spoken), id):
        typer.echo(str(path))


def _folder(kind: str, id: str, zone: Path, into: Path | None) -> Path:
    """A zone and a peak are folders of their own, named by their id; everything else is a file of one."""
    beside = {"zone": Path("zones"), "peak": Path("peaks")}
    return (into or beside[kind]) / id if kind in beside else into or zone
