"""`duofeng new` writes where it is told: a zone and a peak get a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app


@pytest.mark.parametrize(
    ("kind", "written"),
    [("zone", "bay/zone.yaml"), ("peak", "bay/peak.yaml"), ("register", "registers/bay.yaml")],
)
def test_what_is_begun_lies_below_the_folder_named(kind: str, written: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(build_app(), ["new", kind, "bay", "--into", str(tmp_path)])
    assert answer.exit_code == 0
    assert (tmp_path / written).is_file()
