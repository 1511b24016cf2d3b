"""The page for policy offices, typed as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "policies.md").read_text("utf-8")
DRAFT = ROOT / "docs" / "examples" / "second-draft" / "hiring-voucher-2025.yaml"


def test_every_command_of_the_page_works_in_the_order_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("zones/second", "docs/examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    names = {"DUOFENG_ZONE": "zones/second", "DUOFENG_DATA": "data/second", "DUOFENG_LANG": "en"}
    typed = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    for line in typed:
        if line.startswith("export"):
            assert shlex.split(line)[1:] == [f"{name}={value}" for name, value in names.items()]
            continue
        _, *words = (
            str(path) for word in shlex.split(line) for path in (sorted(Path().glob(word)) if "*" in word else [word])
        )
        result = CliRunner().invoke(build_app(), words, env=names)
        assert result.exit_code == 0, (line, result.output, result.exception)
    assert "<svg" in Path("draft.html").read_text("utf-8")
    assert Path("payments.csv").read_bytes() and Path("payments.xlsx").read_bytes()


def test_the_policy_on_the_page_is_the_draft_beside_it() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert shown == DRAFT.read_text("utf-8")


def test_every_subcommand_and_code_it_names_exists() -> None:
    from duofeng.cli.commands.explain import declared_problems  # noqa: PLC0415  # imports every room

    assert set(re.findall(r"\bE\d{3}\b", PAGE)) <= set(declared_problems())
