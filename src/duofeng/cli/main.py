"""The `duofeng` command: finds the modules of `cli.commands`, runs one; problems become a report and exit code 1."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import typer

from duofeng.cli import commands
from duofeng.cli.console import language, print_problems
from duofeng.kernel.problem import ProblemError


def build_app() -> typer.Typer:
    app = typer.Typer(
        name="duofeng",
        help="多峰：一本事实账，可重算的结论。 Duofeng: one ledger of facts, conclusions anyone can recompute.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def main() -> None:
    try:
        build_app()()
    except ProblemError as error:
        print_problems(error.problems, language())
        sys.exit(1)


if __name__ == "__main__":
    main()
