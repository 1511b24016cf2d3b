"""`duofeng backup`: a consistent copy of everything an office must keep, taken while it works."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from duofeng.brain.runs.store import POINTER
from duofeng.cli.console import DEFAULT_DATA, DataOption, console, print_problems
from duofeng.facts.backup import copy_ledger
from duofeng.facts.disk import tree_to_disk
from duofeng.facts.ledger import Ledger
from duofeng.facts.verify import differences
from duofeng.tell.words import told

DUMP = "desk.dump"
SQLITE = "desk.sqlite3"
COPIED_APART = ("ledger", "runs", f"{SQLITE}*", ".*")


def register(app: typer.Typer) -> None:
    app.command("backup", help="备份账本、计算、文件与数据库，不必停下网站")(backup)


def backup(
    target: Annotated[Path, typer.Argument(help="放备份的新文件夹")],
    database: Annotated[
        str | None, typer.Option("--database", envvar="DUOFENG_DATABASE", help="PostgreSQL 的地址；不写为 SQLite")
    ] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """1. The database, which may then be older than the ledger and never newer. 2. The runs, which never change, with
    the pointer as it was before them. 3. The ledger. 4. What else lies in the data folder. 5. A thorough look at the
    copy."""
    if target.exists():
        raise typer.BadParameter(told("已有这个文件夹"), param_hint="TARGET")
    target.mkdir(parents=True)
    copy = target / "data"
    copy_database(database, data / "desk" / SQLITE, target)
    _copy_runs(data / "runs", copy / "runs")
    copy_ledger(Ledger.open(data / "ledger"), copy / "ledger")
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns(*COPIED_APART), dirs_exist_ok=True)
    tree_to_disk(target)
    found = differences(Ledger(copy / "ledger"), thorough=True)
    print_problems(found.problems)
    if found.problems:
        raise typer.Exit(1)
    console.print(told("备份在 {target}，已核对。", target=target), markup=False, soft_wrap=True)


def copy_database(url: str | None, sqlite: Path, target: Path) -> None:
    """PostgreSQL by its own dump, SQLite by its own backup: both are of one instant."""
    if url:
        if shutil.which("pg_dump") is None:
            raise typer.BadParameter(told("找不到 pg_dump：安装 postgresql-client"), param_hint="--database")
        command = ["pg_dump", "--format=custom", f"--file={target / DUMP}", url]
        if subprocess.run(command, env=os.environ, check=False).returncode:
            raise typer.Exit(1)
        return
    if sqlite.exists():
        with closing(sqlite3.connect(sqlite)) as there, closing(sqlite3.connect(target / SQLITE)) as here:
            there.backup(here)


def _copy_runs(runs: Path, target: Path) -> None:
    pointer = (runs / POINTER).read_bytes() if (runs / POINTER).exists() else None
    if runs.exists():
        shutil.copytree(runs, target, ignore=shutil.ignore_patterns(".*"))
    if pointer is not None:
        (target / POINTER).write_bytes(pointer)
