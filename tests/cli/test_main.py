"""The command line knows every command without importing them all."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

from typer.testing import CliRunner

from duofeng.cli import commands
from duofeng.cli.main import build_app, registered_by


def test_the_list_of_commands_is_what_the_modules_register() -> None:
    modules = [found.name for found in pkgutil.iter_modules(commands.__path__)]
    registered = {
        module: {name: each.help for name, each in registered_by(module).commands.items()} for module in modules
    }
    assert {module: dict(listed) for module, listed in commands.LISTED.items()} == registered


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(build_app(), ["--help"]).output
    assert all(f" {name} " in shown for listed in commands.LISTED.values() for name in listed)


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from duofeng.cli.main import build_app\n"
        "CliRunner().invoke(build_app(), ['--help'])\n"
        "print(sorted({'polars', 'numpy', 'sqlglot', 'django'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_wrong_command_is_told_with_the_nearest() -> None:
    done = CliRunner().invoke(build_app(), ["scor"])
    assert done.exit_code == 2
    assert "'score'" in done.output
