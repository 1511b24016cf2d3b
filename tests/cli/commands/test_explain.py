"""The codes of problems: each is tried by a test, and who needs a new one is told which is free."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from duofeng.cli.commands.explain import declared_problems, free_codes
from duofeng.cli.main import build_app

TESTS = Path(__file__).resolve().parents[2]


def test_every_problem_code_is_named_in_a_test() -> None:
    own = Path(__file__)
    files = [path for path in TESTS.rglob("*") if path.suffix in {".py", ".txt"} and path != own]
    named = "".join(path.read_text("utf-8") for path in files)
    assert [code for code in declared_problems() if code not in named] == []


def test_the_next_free_codes_are_free() -> None:
    free = [code for _, code in free_codes() if code is not None]
    assert free
    assert not set(free) & set(declared_problems())


def test_the_next_free_codes_are_printed_by_room() -> None:
    printed = CliRunner().invoke(build_app(), ["explain", "--next"]).output
    assert all(code in printed for _, code in free_codes() if code is not None)
