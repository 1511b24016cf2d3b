"""One folder per mistake, each with the report it must give, word for word, in Chinese and in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from duofeng.kernel.problem import ProblemError
from duofeng.tell.language import speaking
from duofeng.tell.problems import reports
from duofeng.zone.load import load_zone

BAD = Path(__file__).parent / "bad"


def report_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(folder)
    with pytest.raises(ProblemError) as caught:
        load_zone("zone")
    with speaking("zh"):
        chinese = reports(caught.value.problems)
    with speaking("en"):
        return f"{chinese}\n\n{reports(caught.value.problems)}\n"


@pytest.mark.parametrize("mistake", sorted(path.name for path in BAD.iterdir()))
def test_the_report_says_what_is_wrong_and_where(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = (BAD / mistake / "expected.txt").read_text("utf-8")
    assert report_on(BAD / mistake, monkeypatch) == expected


def test_thirty_mistakes_in_ten_files_are_all_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese, _ = report_on(BAD / "thirty-mistakes", monkeypatch).split("\n\n")
    heads = [line for line in chinese.splitlines() if not line.startswith("    ")]
    assert len(heads) >= 30
    assert len({head.split(":")[0] for head in heads}) >= 8
    assert [head.split(":")[0] for head in heads] == sorted(head.split(":")[0] for head in heads)
