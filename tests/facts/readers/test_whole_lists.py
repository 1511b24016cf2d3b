"""Whole lists: what the next delivery leaves out ends from that day on, and the old view stays as it was known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.loading import Loader, Outcome
from duofeng.facts.profile import profile

Deliver = Callable[..., Outcome]


def table(*codes: str) -> str:
    return "代码,名称,异常\n" + "".join(f"{code},第{n}公司,是\n" for n, code in enumerate(codes))


def held(loader: Loader, as_of: date, known_at: datetime) -> dict[str, bool | None]:
    frame = profile(loader.ledger, loader.zone, "organisation", ["listed"], as_of=as_of, known_at=known_at).collect()
    return dict(frame.select("subject", "listed").iter_rows())


def test_what_is_no_longer_listed_ends_and_was_known_before(deliver: Deliver, loader: Loader, codes: list[str]) -> None:
    deliver("异常-2024-01.csv", table(*codes[:3]))
    before = datetime(2024, 6, 1, 8, 1, 30, tzinfo=UTC)
    outcome = deliver("异常-2024-02.csv", table(*codes[:2]))
    assert [problem.code for problem in outcome.problems] == ["E380"]
    after = datetime(2030, 1, 1, tzinfo=UTC)
    assert held(loader, date(2024, 2, 10), after)[codes[2]] is None
    assert held(loader, date(2024, 1, 10), after)[codes[2]] is True
    assert held(loader, date(2024, 2, 10), before)[codes[2]] is True
    assert held(loader, date(2024, 2, 10), after)[codes[0]] is True


def test_what_would_end_is_told_before_it_is_accepted(
    deliver: Deliver, loader: Loader, codes: list[str], tmp_path: Path
) -> None:
    deliver("异常-2024-01.csv", table(*codes[:3]))
    path = tmp_path / "异常-2024-02.csv"
    path.write_text(table(*codes[:2]), "utf-8")
    version = loader.ledger.version
    asked = ["load", str(path), "--preview", "--zone", str(loader.zone.folder), "--data", str(loader.data)]
    told = CliRunner().invoke(build_app(), asked)
    assert told.exit_code == 0, told.output
    assert "E380" in told.output
    assert "什么也没有写入" in told.output
    assert loader.ledger.version == version


def test_who_comes_back_begins_again(deliver: Deliver, loader: Loader, codes: list[str]) -> None:
    for month, listed in (("01", codes[:3]), ("02", codes[:2]), ("03", codes[:3])):
        deliver(f"异常-2024-{month}.csv", table(*listed))
    known = datetime(2030, 1, 1, tzinfo=UTC)
    days = (date(2024, 1, 10), date(2024, 2, 10), date(2024, 3, 10))
    assert [held(loader, day, known)[codes[2]] for day in days] == [True, None, True]


def test_a_list_that_would_end_too_many_is_quarantined(deliver: Deliver, codes: list[str]) -> None:
    deliver("异常-2024-01.csv", table(*codes[:5]))
    outcome = deliver("异常-2024-02.csv", table(codes[0]))
    assert outcome.verdict == "quarantined"
    assert "E381" in [problem.code for problem in outcome.problems]


def test_nobody_ends_while_a_row_is_nobodys(deliver: Deliver, loader: Loader, codes: list[str]) -> None:
    deliver("异常-2024-01.csv", table(*codes[:3]))
    outcome = deliver("异常-2024-02.csv", table(*codes[:2], "91350100000000000X"))
    assert "E382" in [problem.code for problem in outcome.problems]
    assert held(loader, date(2024, 2, 10), datetime(2030, 1, 1, tzinfo=UTC))[codes[2]] is True
