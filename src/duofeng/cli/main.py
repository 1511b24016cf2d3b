"""The `duofeng` command: finds the modules of `cli.commands`, runs one; problems become a report and exit code 1."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from duofeng.cli import commands
from duofeng.cli.console import DEFAULT_ZONE, be_in, print_problems
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told

HOME = {name: module for module, listed in commands.LISTED.items() for name in listed}
"""Which module a listed command comes from."""


class Commands(TyperGroup):
    """Commands that are listed and not yet imported; the one that is typed is. Help is in the language asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for listed in commands.LISTED.values():
            for name, text in listed.items():
                self.commands[name] = TyperCommand(name, help=text)
        self.commands = dict(sorted(self.commands.items()))

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        be_in(Path(os.environ.get("DUOFENG_ZONE") or DEFAULT_ZONE))
        _translate(self)
        return super().make_context(*arguments, **named)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name in HOME:
            self.commands[name] = registered_by(HOME[name]).commands[name]
            _translate(self.commands[name])
        return super().resolve_command(ctx, args)


def _translate(command: Any) -> None:
    """What the command, its parts and their options say of themselves."""
    for each in (command, *command.params):
        if getattr(each, "help", None):
            each.help = told(each.help)
    for part in getattr(command, "commands", {}).values():
        _translate(part)


def registered_by(module: str) -> TyperGroup:
    """The commands of one module."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    importlib.import_module(f"{commands.__name__}.{module}").register(app)
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def build_app() -> typer.Typer:
    app = typer.Typer(
        name="duofeng",
        cls=Commands,
        help="多峰：一本事实账，可重算的结论。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)
    for found in pkgutil.iter_modules(commands.__path__):
        if found.name not in commands.LISTED:
            importlib.import_module(f"{commands.__name__}.{found.name}").register(app)
    return app


def main() -> None:
    try:
        build_app()()
    except ProblemError as error:
        print_problems(error.problems)
        sys.exit(1)


if __name__ == "__main__":
    main()
