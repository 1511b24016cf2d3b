"""Words a command does not know: it says so, and what there is."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.kernel.problem import ProblemError


@pytest.mark.parametrize(("asked", "code"), [(["explain", "E9999"], "E090"), (["schema", "nosuch"], "E091")])
def test_what_there_is_none_of_is_said_so(asked: list[str], code: str) -> None:
    refused = CliRunner().invoke(build_app(), asked).exception
    assert isinstance(refused, ProblemError)
    assert [problem.code for problem in refused.problems] == [code]
