"""`duofeng serve`: the site on this machine; the first start makes the database and an administrator."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer

from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, print_problems
from duofeng.facts.ledger import Ledger
from duofeng.facts.verify import differences
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.words import told

THREADS = 2
"""Of a process that serves: Python works on one page at a time, and a long one must not hold up the next."""


def register(app: typer.Typer) -> None:
    app.command("serve", help="启动网站")(serve)
    app.command(
        "manage",
        help="Django 管理命令",
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )(manage)


def serve(
    port: Annotated[int, typer.Option("--port", help="端口")] = 8000,
    host: Annotated[str, typer.Option("--host", help="地址")] = "127.0.0.1",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Serve until interrupted.

    1. See that the ledger holds what arrived; bring the database up to date.
    2. Make an administrator with a one-time password if there is no account yet, and print it.
    3. Start a worker beside it for long work, again whenever it dies; it ends with the server.
    4. Serve with granian: one process, the one writer that SQLite wants, with a second thread for who would wait behind
       a page that takes long.
    """
    _refuse_damaged(data)
    prepare(zone, data)
    password = first_administrator()
    if password is not None:
        console.print(told("首个管理员：admin，一次性密码：{password}", password=password))
    from granian import Granian  # noqa: PLC0415  # only serving needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    console.print(told("网站已启动：http://{host}:{port}", host=host, port=port))
    application = "duofeng.web.wsgi:application"
    command = [
        sys.executable,
        "-m",
        "duofeng.cli.main",
        "work",
        "--with-parent",
        "--zone",
        str(zone),
        "--data",
        str(data),
    ]
    with _KeptAlive(command):
        Granian(
            application, address=host, port=port, interface=Interfaces.WSGI, workers=1, blocking_threads=THREADS
        ).serve()


def _refuse_damaged(data: Path) -> None:
    """In a process of its own: the server forks, and the threads of a ledger that was open do not survive a fork."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        found = [Problem.restored(each) for each in apart.submit(_differences, data).result()]
    if any(each.severity == "error" for each in found):
        raise ProblemError(found)
    print_problems(found)


def _differences(data: Path) -> list[dict[str, Any]]:
    return [each.stored() for each in differences(Ledger.open(data / "ledger")).problems]


class _KeptAlive:
    """A process beside this one, started anew a second after it died, ended with the block."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command, self._over = command, threading.Event()
        self._process = subprocess.Popen(command)
        self._watch = threading.Thread(target=self._watched, daemon=True)

    def __enter__(self) -> None:
        self._watch.start()

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._process.terminate()
        self._process.wait()

    def _watched(self) -> None:
        while not self._over.is_set():
            self._process.wait()
            if not self._over.wait(1):
                self._process = subprocess.Popen(self._command)


def manage(context: typer.Context, zone: ZoneOption = DEFAULT_ZONE, data: DataOption = DEFAULT_DATA) -> None:
    _settings(zone, data)
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # needs the settings

    execute_from_command_line([sys.argv[0], *context.args])


def prepare(zone: Path, data: Path) -> None:
    """Settings from the options, Django started, the database migrated."""
    _settings(zone, data)
    import django  # noqa: PLC0415  # needs the settings
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def first_administrator() -> str | None:
    """A one-time password for a new administrator, or nothing when there are accounts already."""
    from duofeng.desk.accounts.models import User  # noqa: PLC0415  # needs Django started

    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    user = User.objects.create_superuser("admin", password=password, role="administrator")
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    return password


def _settings(zone: Path, data: Path) -> None:
    os.environ["DUOFENG_ZONE"], os.environ["DUOFENG_DATA"] = str(zone), str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duofeng.web.settings")
