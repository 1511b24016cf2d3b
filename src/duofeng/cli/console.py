"""What every command shares: the terminal, the language, the clock, the data folder.

This is the edge: below it nothing reads the environment or knows what day it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from duofeng.cli.clocks import keep_time_of
from duofeng.kernel.message import Message
from duofeng.kernel.problem import Problem, ProblemError, hint
from duofeng.tell.language import speak
from duofeng.tell.problems import report
from duofeng.tell.words import told
from duofeng.zone.problems import UNKNOWN_REGISTER
from duofeng.zone.spoken import languages_of

if TYPE_CHECKING:  # the list of commands shows without what a zone needs
    from duofeng.zone.zone import Zone

console = Console(highlight=False, emoji=False)
errors = Console(stderr=True, highlight=False, emoji=False)

DataOption = Annotated[
    Path,
    typer.Option("--data", envvar="DUOFENG_DATA", help="数据文件夹"),
]
DEFAULT_DATA = Path("data")
FIRMS = "organisation"
"""The register a command speaks of where none is named."""


def asked_languages(zone: Path) -> tuple[str, ...]:
    """The language DUOFENG_LANG names, then those of the zone: even of one with mistakes, which are told in them."""
    asked = os.environ.get("DUOFENG_LANG")
    spoken = languages_of(zone)
    return (asked, *spoken) if asked else spoken


def be_in(zone: Path) -> Path:
    """From here on in the languages and by the clock of the zone a command names."""
    speak(*asked_languages(zone))
    keep_time_of(zone)
    return zone


ZoneOption = Annotated[
    Path,
    typer.Option("--zone", envvar="DUOFENG_ZONE", help="园区文件夹", callback=be_in),
]


def default_zone() -> Path:
    """The folder named in `zones/DEFAULT`, so that commands typed at the root of a project need no --zone."""
    zones = Path("zones")
    chosen = zones / "DEFAULT"
    return zones / chosen.read_text("utf-8").strip() if chosen.is_file() else zones


DEFAULT_ZONE = default_zone()


OfOption = Annotated[str, typer.Option("--of", help="哪一本台账")]


def known_register(zone: Zone, of: str) -> str:
    """The register a command is asked for. Raises ProblemError (E030)."""
    if of not in zone.registers:
        raise ProblemError(UNKNOWN_REGISTER.at(word=of, **hint(of, zone.registers)))
    return of


def table_of(*titles: Message, numbers: tuple[Message, ...] = (), **more: Any) -> Table:
    """An empty table without lines; the columns of `numbers` come last and stand to the right."""
    table = Table(box=None, pad_edge=False, **more)
    for title in titles:
        table.add_column(told(title))
    for title in numbers:
        table.add_column(told(title), justify="right")
    return table


def print_problems(problems: Iterable[Problem]) -> None:
    count = 0
    for problem in problems:
        errors.print(report(problem), markup=False, soft_wrap=True)
        count += problem.severity == "error"
    if count:
        errors.print(told("共 {count} 处错误。", count=count), markup=False)
