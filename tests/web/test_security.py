"""What an installation is told, and what it keeps to itself."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from duofeng.web.settings import database

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"DUOFENG_[A-Z][A-Z_]*[A-Z]")


def test_every_setting_is_explained_on_the_page_of_production() -> None:
    used = {name for path in (ROOT / "src").rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))}
    told = set(NAMED.findall((ROOT / "docs" / "production.md").read_text("utf-8")))
    assert used and not used - told


def test_the_example_environment_names_no_setting_that_does_not_exist() -> None:
    used = {name for path in (ROOT / "src").rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))}
    assert set(NAMED.findall((ROOT / "deploy" / "duofeng.env.example").read_text("utf-8"))) <= used


def test_the_database_is_postgresql_or_a_file_and_nothing_else() -> None:
    found = database("postgresql://some%40one:p%3Ass@db.example:5433/desk")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("some@one", "p:ss", "db.example", 5433)
    with pytest.raises(ValueError, match="postgresql://"):
        database("mysql://x@y/z")


def test_nothing_of_an_error_is_shown_to_strangers() -> None:
    assert settings.DEBUG is False
    assert "*" not in settings.ALLOWED_HOSTS
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_a_made_secret_key_is_readable_by_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from duofeng.web import settings as module  # noqa: PLC0415  # the module, not Django's view of it

    monkeypatch.delenv("DUOFENG_SECRET_KEY", raising=False)
    monkeypatch.setattr(module, "DESK", tmp_path / "desk")
    first = module.secret_key()
    assert len(first) > 60 and module.secret_key() == first
    assert stat.S_IMODE((tmp_path / "desk" / "secret-key").stat().st_mode) == 0o600


def test_a_one_time_password_opens_nothing_but_the_page_that_changes_it(account: Callable[..., Any]) -> None:
    person = account("officer")
    person.must_change_password = True
    person.save()
    client = Client()
    client.force_login(person)
    for address in ("/", "/firms/", "/admin/", "/api/v1/runs"):
        assert client.get(address)["Location"] == "/password/", address
    assert client.get("/password/").status_code == 200
