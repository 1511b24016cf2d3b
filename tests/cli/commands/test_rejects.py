"""`duofeng rejects` and `duofeng load` where the disk or the document gives nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.arrivals import REJECTED, Arrival
from duofeng.facts.ledger import Ledger
from duofeng.kernel.problem import ProblemError


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUOFENG_LANG", "en")
    monkeypatch.setenv("COLUMNS", "80")
    rejected = {"sheet": "", "row": None, "column": "gdp", "raw": "[1/2]", "code": "E100"}
    frame = pl.DataFrame([rejected | {"params": '{"text": "[1/2]", "nearest": "2023H1"}'}], schema=REJECTED)
    arrival = Arrival("tax", "a.csv", "sum", datetime(2024, 1, 1, tzinfo=UTC), "Alice", rows=1)
    Ledger.open(tmp_path / "ledger").append(arrival, [], [frame])
    return tmp_path


def app() -> typer.Typer:
    return build_app()


def test_a_reason_is_folded_never_cut_and_a_place_without_a_row_says_none(data: Path) -> None:
    output = CliRunner().invoke(app(), ["rejects", "--data", str(data)]).output
    assert "…" not in output
    assert "None" not in output
    assert "[1/2]" in output


def test_a_file_that_cannot_be_written_is_a_problem(data: Path) -> None:
    result = CliRunner().invoke(app(), ["rejects", "--csv", str(data / "absent" / "fix.csv"), "--data", str(data)])
    assert isinstance(result.exception, ProblemError)
    assert result.exception.problems[0].code == "E461"
