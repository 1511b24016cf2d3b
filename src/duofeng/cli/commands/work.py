"""`duofeng work`: does the long work asked for on the pages, one piece at a time."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from duofeng.cli.commands.serve import prepare
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console
from duofeng.tell.words import told

LOCK = "worker.lock"
UPKEEP_SECONDS = 600.0


def register(app: typer.Typer) -> None:
    app.command("work", help="在后台做网页上交办的作业")(work)


def work(
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Work until interrupted.

    1. Wait until no other worker of this data folder is alive.
    2. Take up what a worker left behind when it died.
    3. Do what is asked, one job at a time; beside it keep the ledger laid by subject.
    """
    parent = os.getppid()
    prepare(zone, data)
    from django.core.management import call_command  # noqa: PLC0415  # needs the settings

    from duofeng.web import jobs  # noqa: PLC0415  # needs Django started
    from duofeng.web.lifetime import outlive_nobody  # noqa: PLC0415  # the same room

    if with_parent:
        threading.Thread(target=outlive_nobody, args=(parent,), daemon=True).start()
    with _only_worker(data):
        left = jobs.recover()
        if left:
            console.print(told("接着做上次没做完的 {left} 项作业。", left=left))
        threading.Thread(target=_keep_laid, args=(data,), daemon=True).start()
        call_command("db_worker", interval=0.5, startup_delay=False, verbosity=0)


def _keep_laid(data: Path, seconds: float = UPKEEP_SECONDS) -> None:
    """Compact the ledger whenever it is worth it, in a process of its own: its memory is given back, and it may be
    killed at any moment. What one try could not do, the next does."""
    while True:
        time.sleep(seconds)
        command = [sys.executable, "-m", "duofeng.cli.main", "ledger", "compact", "--if-due", "--data", str(data)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


def _only_worker(data: Path) -> _Lock:
    return _Lock(data / "desk" / LOCK)


class _Lock:
    """Held while a worker lives; the system lets go of it however the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_exc: object) -> None:
        self._file.close()
