"""A site with a small zone: published figures, 300 made-up firms, one run; built once, each test rolled back.

SQLite, or the PostgreSQL server that DUOFENG_TEST_DATABASE names, with a database of its own for each test process.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

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
def data() -> Iterator[Path]:
    """The data folder of the site: ledger and one run."""
    from duofeng.brain.runs.compute import Inputs, compute  # noqa: PLC0415
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415
    from duofeng.cli.console import now  # noqa: PLC0415
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415
    from duofeng.facts.loading import Loader  # noqa: PLC0415
    from duofeng.facts.synth import write_zone  # noqa: PLC0415
    from duofeng.zone.load import load_zone  # noqa: PLC0415

    if MADE_BEFORE:
        shutil.copytree(MADE_BEFORE, DATA, dirs_exist_ok=True)
        yield DATA
        shutil.rmtree(DATA, ignore_errors=True)
        return
    zone, ledger = load_zone(ZONE), Ledger.open(DATA / "ledger")
    loader = Loader(zone, ledger, DATA, "test", AS_OF)
    made = DATA / "synthetic"
    write_zone(zone, FIRMS, made)
    for path in sorted([*(ZONE / "published").glob("*.csv"), *made.glob("*.csv")]):
        if path.name != "answer_key.csv":
            loader.load(path, now())
    compute(Inputs(zone, ledger, AS_OF, now()), Runs(DATA / "runs"))
    yield DATA
    shutil.rmtree(DATA, ignore_errors=True)


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

    return Runs(data / "runs").current().table("profile").select("subject").collect()["subject"].to_list()
