"""A zone with what figures are made of, loaded once for all who ask for figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app

PROJECT = Path(__file__).resolve().parents[3]
KEPT = ("documents", "identities", "indicators", "published", "targets", "vocabulary/zone")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A zone with what figures are made of, and a ledger with all its published rows."""
    root = tmp_path_factory.mktemp("figures")
    zone, data = root / "zones" / "zhengzhou", root / "data"
    for name in KEPT:
        shutil.copytree(PROJECT / "zones/zhengzhou" / name, zone / name)
    (zone / "sources").mkdir()
    shutil.copy(PROJECT / "zones/zhengzhou/sources/published-figures.yaml", zone / "sources")
    declared = (PROJECT / "zones/zhengzhou/zone.yaml").read_text("utf-8")
    lines = [line for line in declared.splitlines() if not line.startswith(("peaks:", "calendar:"))]
    (zone / "zone.yaml").write_text("\n".join([*lines, "peaks: [statistics]", ""]), "utf-8")
    shutil.copytree(PROJECT / "peaks/statistics", root / "peaks/statistics")
    files = [str(each) for each in sorted((zone / "published").glob("*.csv"))]
    result = CliRunner().invoke(build_app(), ["load", *files, "--zone", str(zone), "--data", str(data)])
    assert result.exit_code == 0, result.output
    return zone, data
