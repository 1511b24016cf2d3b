"""The database copied and restored, on whichever of the two it is."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from duofeng.cli.commands.backup import DUMP, SQLITE, copy_database

NAMES = "select username from accounts_user order by username"


def test_accounts_are_there_again_after_a_restore(tmp_path: Path, database: None) -> None:
    from django.db import connection  # noqa: PLC0415  # needs the settings

    from duofeng.desk.accounts.models import User  # noqa: PLC0415  # the same

    alice = User.objects.create_user("alice-of-the-backup", password="Long-enough-7-and-longer", role="officer")
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        before = cursor.fetchall()
    known = connection.settings_dict
    if connection.vendor == "postgresql":
        if not shutil.which("pg_dump") or not shutil.which("pg_restore"):
            pytest.skip("pg_dump and pg_restore are not on the path")
        server = f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}"
        copy_database(f"{server}/{known['NAME']}", tmp_path / "none", tmp_path)
        fresh = f"{known['NAME']}_restored"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as postgres:
            postgres.execute(f'drop database if exists "{fresh}"')
            postgres.execute(f'create database "{fresh}"')
        command = ["pg_restore", "--no-owner", f"--dbname={server}/{fresh}", str(tmp_path / DUMP)]
        subprocess.run(command, capture_output=True, check=True)
        with psycopg.connect(f"{server}/{fresh}") as restored:
            assert restored.execute(NAMES).fetchall() == before
        with psycopg.connect(f"{server}/postgres", autocommit=True) as postgres:
            postgres.execute(f'drop database "{fresh}"')
        alice.delete()
        return
    copy_database(None, Path(known["NAME"]), tmp_path)
    with closing(sqlite3.connect(tmp_path / SQLITE)) as copy:
        assert copy.execute(NAMES).fetchall() == before
    alice.delete()
