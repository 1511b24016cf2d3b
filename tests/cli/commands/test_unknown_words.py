"""Words a command does not know: it says so, and what there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.kernel.problem import ProblemError


@pytest.mark.parametrize(("asked", "code"), [(["explain", "E9999"], "E090"), (["schema", "nosuch"], "E091")])
def test_what_there_is_none_of_is_said_so(asked: list[str], code: str) -> None:
    refused = CliRunner().invoke(build_app(), asked).exception
    assert isinstance(refused, ProblemError)
    assert [problem.code for problem in refused.problems] == [code]


@pytest.mark.parametrize("asked", [["show", "91A"], ["resolve"], ["resolve", "withdraw", "91A", "--by", "Alice"]])
def test_a_register_that_does_not_exist_is_refused_with_those_that_do(asked: list[str], tmp_path: Path) -> None:
    (tmp_path / "zone.yaml").write_text("title: 样例园区\npeaks: []\n", "utf-8")
    places = ["--zone", str(tmp_path), "--data", str(tmp_path / "data")]
    at = ["--of", "organization", *places]
    refused = CliRunner().invoke(build_app(), [*asked, *at]).exception
    assert isinstance(refused, ProblemError)
    (problem,) = refused.problems
    assert problem.code == "E030"
    assert "organisation" in str(problem)
