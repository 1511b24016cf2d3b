"""A site with a small zone: published figures, 300 made-up firms, one run; built once, each test rolled back.

SQLite, or the PostgreSQL server that DUOFENG_TEST_DATABASE names, with a database of its own for each test process.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
ZONE = ROOT / "zones" / (ROOT / "zones" / "DEFAULT").read_text("utf-8").strip()
DATA = Path(tempfile.mkdtemp(prefix="duofeng-web-"))
MADE_BEFORE = os.environ.get("DUOFENG_TEST_DATA")
"""A data folder to copy instead of building one, to spare a developer the seconds."""
SERVER = os.environ.get("DUOFENG_TEST_DATABASE")
DATABASE = f"duofeng_test_{os.getpid()}"
AS_OF = date(2024, 6, 30)
FIRMS = 300


def _start() -> None:
    """Django, told where its data are. The environment is as before afterwards: other tests read it too."""
    settings = {
        "DUOFENG_DATA": str(DATA),
        "DUOFENG_ZONE": str(ZONE),
        "DUOFENG_SECRET_KEY": "a key for tests only, made up on the spot",
    }
    if SERVER:
        settings["DUOFENG_DATABASE"] = urlunsplit(urlsplit(SERVER)._replace(path=f"/{DATABASE}"))
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    os.environ["DJANGO_SETTINGS_MODULE"] = "duofeng.web.settings"
    import django  # noqa: PLC0415  # reads the environment
    from django.conf import settings as django_settings  # noqa: PLC0415

    django.setup()
    # Argon2 takes a tenth of a second a password on purpose; tests make hundreds of accounts.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for name, value in before.items():
        if value is None:
            os.environ.pop(name)
        else:
            os.environ[name] = value


_start()


@pytest.fixture(scope="session")
def zone_folder() -> Path:
    return ZONE


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of the site: ledger and one run. It is prepared once, whatever the number of test processes."""
    if MADE_BEFORE:
        prepared = Path(MADE_BEFORE)
    else:
        alone = "PYTEST_XDIST_WORKER" not in os.environ
        base = tmp_path_factory.getbasetemp()
        prepared = (base if alone else base.parent) / "site"
        with (prepared.parent / "site.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not prepared.exists():
                _prepare(prepared.with_name("site.being-made"))
                prepared.with_name("site.being-made").rename(prepared)
    shutil.copytree(prepared, DATA, dirs_exist_ok=True)
    yield DATA
    shutil.rmtree(DATA, ignore_errors=True)


def _prepare(folder: Path) -> None:
    """A ledger with the published figures and made-up firms, and a run over it."""
    from duofeng.brain.runs.compute import Inputs, compute  # noqa: PLC0415
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415
    from duofeng.cli.clocks import now  # noqa: PLC0415
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415
    from duofeng.facts.loading import Loader  # noqa: PLC0415
    from duofeng.synth import write_zone  # noqa: PLC0415
    from duofeng.zone.load import load_zone  # noqa: PLC0415

    zone, ledger = load_zone(ZONE), Ledger.open(folder / "ledger")
    loader = Loader(zone, ledger, folder, "test", AS_OF)
    made = folder / "synthetic"
    write_zone(zone, FIRMS, made)
    for path in sorted([*(ZONE / "published").glob("*.csv"), *made.glob("*.csv")]):
        if path.name != "answer_key.csv":
            loader.load(path, now())
    compute(Inputs(zone, ledger, AS_OF, now()), Runs(folder / "runs"))


@pytest.fixture(scope="session")
def database() -> Iterator[None]:
    """The tables of the desk."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    if SERVER:
        _on_server(f'CREATE DATABASE "{DATABASE}"')
    call_command("migrate", interactive=False, verbosity=0)
    yield
    connections.close_all()
    if SERVER:
        _on_server(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    import psycopg  # noqa: PLC0415  # only when tests run on PostgreSQL

    assert SERVER is not None
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def desk(database: None) -> Iterator[None]:
    """The database, as it was before when the test ends."""
    from django.core.cache import cache  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def account(desk: None) -> Callable[..., object]:
    """account("officer"), account("enterprise", subject=…): a person of that role."""
    from duofeng.desk.accounts.models import User  # noqa: PLC0415

    def made(role: str, subject: str = "", name: str = "") -> User:
        name = name or f"{role}-{User.objects.count()}"
        user = User.objects.create_user(name, password=f"{name}-Long-enough-7", role=role, subject=subject)
        if role == "administrator":
            user.is_superuser = user.is_staff = True
            user.save()
        return user

    return made


@pytest.fixture
def site(data: Path, account: Callable[..., object]) -> Callable[..., object]:
    """site("officer"): a browser in which a person of that role is signed in; site() one without an account."""
    from django.test import Client  # noqa: PLC0415

    def opened(role: str | None = None, subject: str = "") -> Client:
        client = Client()
        if role is not None:
            client.force_login(account(role, subject), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return opened


@pytest.fixture(scope="session")
def firms(data: Path) -> list[str]:
    """Subjects of the firms of the current run."""
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415

    return (
        Runs(data / "runs").current().table("profile", "organisation").select("subject").collect()["subject"].to_list()
    )


@dataclass
class Served:
    """A site in a process of its own, as `duofeng serve` starts it, with one account for each role."""

    folder: Path
    port: int
    passwords: dict[str, str]
    subject: str
    database: str | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"DUOFENG_DATA": str(self.folder), "DUOFENG_ZONE": str(ZONE), "PYTHONUNBUFFERED": "1"}
        if self.database:
            own["DUOFENG_DATABASE"] = self.database
        return {name: value for name, value in os.environ.items() if not name.startswith("DUOFENG_")} | own

    def start(self) -> None:
        """Start, and wait until it answers. Raises RuntimeError with what it printed when it does not."""
        command = [sys.executable, "-m", "duofeng.cli.main", "serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=ROOT)
        for _attempt in range(900):
            try:
                with urlopen(f"{self.address}/sign-in/", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise RuntimeError((self.folder / "server.log").read_text("utf-8"))

    def kill(self) -> None:
        """The end by SIGKILL, of the server and of the processes it started."""
        if self.process is None:
            return
        for pid in (self.process.pid, *self.children()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        """What it started: the process that answers, and the worker."""
        assert self.process is not None
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(each) for each in found.stdout.split()]


MAKE_ACCOUNTS = """
import json, sys
from pathlib import Path
from duofeng.cli.commands.accounts import make_demo_accounts
made = make_demo_accounts(Path(sys.argv[1]), Path(sys.argv[2]))
passwords = {each.role: each.password for each in made}
print(json.dumps({"passwords": passwords, "subject": max(each.subject for each in made)}))
"""


@pytest.fixture(scope="session")
def served(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site served by granian on a free port, over a copy of the data."""
    folder = tmp_path_factory.mktemp("served")
    for name in ("ledger", "runs", "synthetic"):
        shutil.copytree(data / name, folder / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = Served(folder, port, {}, "")
    if SERVER:
        _on_server(f'CREATE DATABASE "{DATABASE}_served"')
        served.database = urlunsplit(urlsplit(SERVER)._replace(path=f"/{DATABASE}_served"))
    made = subprocess.run(
        [sys.executable, "-c", MAKE_ACCOUNTS, str(folder), str(ZONE)],
        env=served.environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(made.stdout.splitlines()[-1])
    served.passwords, served.subject = found["passwords"], found["subject"]
    served.start()
    yield served
    served.kill()
    if SERVER:
        _on_server(f'DROP DATABASE "{DATABASE}_served" WITH (FORCE)')
