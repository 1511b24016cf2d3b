"""`duofeng show` and `duofeng ledger`, as a person at the terminal sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.fact import Fact
from duofeng.facts.finding import find
from duofeng.facts.ledger import Ledger
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in
from duofeng.zone.load import load_zone

RECORDED = datetime(2024, 3, 1, tzinfo=UTC)
YEAR = Period.parse("2023")
VOCABULARY = """
name: {title: {zh: 名称, en: Name}, type: text}
revenue: {title: {zh: 营业收入, en: Revenue}, type: money, unit: 元, per: year}
staff: {title: {zh: 职工, en: Staff}, type: integer, unit: 人}
power: {title: {zh: 用电量, en: Power}, type: number, unit: 千瓦时, per: month}
contact_phone: {title: {zh: 电话, en: Telephone}, type: text, sensitivity: personal}
"""
SOURCE = """
title: {{zh: {zh}, en: {en}}}
of: organisation
reader: csv
files: {en}.csv
identifier: {{code: uscc}}
columns: {{name: {{attribute: name}}}}
priority: {priority}
asserts: {{rows: {{min: 1}}}}
"""


def said(attribute: str, value: Decimal | float | str, period: Period | None = None, place: str | None = None) -> Fact:
    return Fact("organisation", "91A", attribute, value, period, place=place)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A zone with three sources and a ledger in which two of them disagree; as options of the command."""
    zone = tmp_path / "zone"
    for part in ("vocabulary", "sources"):
        (zone / part).mkdir(parents=True)
    (zone / "zone.yaml").write_text("title: {zh: 样例园区, en: Sample}\nlanguages: [zh, en]\npeaks: []\n", "utf-8")
    (zone / "vocabulary" / "organisation.yaml").write_text(VOCABULARY, "utf-8")
    for en, zh, priority in (("tax", "税务", 80), ("statistics", "统计", 80), ("form", "问卷", 10)):
        (zone / "sources" / f"{en}.yaml").write_text(SOURCE.format(zh=zh, en=en, priority=priority), "utf-8")
    ledger = Ledger.open(tmp_path / "data" / "ledger")
    told = {
        "tax": [said("name", "多峰样例有限公司"), said("revenue", Decimal("1234567.80"), YEAR, place="营业收入")],
        "statistics": [said("revenue", Decimal(1_200_000), YEAR)],
        "form": [said("revenue", Decimal(9), YEAR), said("contact_phone", "13800001111")],
    }
    for hour, (source, facts) in enumerate(told.items()):
        ledger.record(facts, source, "Alice", RECORDED.replace(hour=23 - hour), file=f"{source}.csv")
    other = Fact("organisation", "91B", "name", "样例二号有限公司")
    ledger.record([other], "tax", "Alice", RECORDED.replace(day=5))
    monkeypatch.setenv("DUOFENG_LANG", "en")
    monkeypatch.setenv("COLUMNS", "100")
    return ["--zone", str(zone), "--data", str(tmp_path / "data")]


def app() -> typer.Typer:
    return build_app()


def shown(arguments: list[str]) -> str:
    result = CliRunner().invoke(app(), arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_each_value_stands_with_its_source_and_the_losing_facts_beneath_it(folders: list[str]) -> None:
    lines = [" ".join(line.split()) for line in shown(["show", "91A", *folders]).splitlines()]
    winner = next(place for place, line in enumerate(lines) if line.startswith("Revenue"))
    assert lines[winner].startswith("Revenue ⚡ 1,234,567.8 yuan 2023 [3] 营业收入")
    assert lines[winner + 1].startswith("└ Disputed 1,200,000 yuan 2023 [2]")
    assert lines[winner + 2].startswith("└ Source of lower")
    # An hour before midnight in UTC is the next morning in the zone.
    assert any(line.startswith("[3] tax tax.csv recorded 2024-03-02 07:00") for line in lines)
    assert "3 values, 5 facts, 3 sources, 1 disputed ⚡" in lines


def test_a_monthly_series_is_one_line_until_all_periods_are_asked_for(
    folders: list[str],
) -> None:
    months = [Period.parse(f"2023-{month:02}") for month in range(1, 13)]
    ledger = Ledger.open(Path(folders[3]) / "ledger")
    ledger.record([said("power", 5.0, month) for month in months], "tax", "Alice", RECORDED.replace(day=6))
    ledger.record([said("power", 7.0, months[3])], "statistics", "Bob", RECORDED.replace(day=7))
    text = shown(["show", "91A", "-a", "Power", *folders])
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert [line for line in lines if line.startswith("Power")] == [
        "Power ⚡ 7 kWh 2023-04 [2]",
        "Power 5 kWh 2023-12 [1]",
    ]
    assert "└ Disputed 5 kWh 2023-04 [1]" in lines
    assert "12 months in all --all-periods lists them" in lines
    assert "Revenue" not in text
    everything = shown(["show", "91A", "-a", "power", "-a", "staff", "--all-periods", *folders])
    assert everything.count("kWh") == 13


def test_an_attribute_nobody_declared_is_told_the_nearest(folders: list[str]) -> None:
    result = CliRunner().invoke(app(), ["show", "91A", "-a", "revenu", *folders])
    assert isinstance(result.exception, ProblemError)
    assert "revenue" in told_in("en", result.exception.problems[0].message)


def test_personal_values_are_masked(folders: list[str]) -> None:
    text = shown(["show", "91A", *folders])
    assert "13800001111" not in text
    assert "Telephone" in text


def test_a_subject_is_found_by_its_name_or_a_part_of_it(folders: list[str]) -> None:
    for typed in ("多峰样例有限公司", "多峰", "91A"):
        assert "organisation 91A" in shown(["show", typed, *folders])


def test_nothing_recorded_later_is_shown(folders: list[str]) -> None:
    text = shown(["show", "91A", "--known-at", "2024-03-01T21:30+00:00", *folders])
    assert "9 yuan" in text
    assert "1,200,000 yuan" not in text


def test_who_is_not_found_is_told_the_nearest_and_who_is_ambiguous_all(folders: list[str]) -> None:
    ledger = Ledger.open(Path(folders[3]) / "ledger")
    for typed, code, named in (("91AA", "E255", "91A"), ("样例", "E256", "样例二号有限公司（91B）")):
        with pytest.raises(ProblemError) as raised:
            find(ledger, load_zone(Path(folders[1])), typed, known_at=datetime(2025, 1, 1, tzinfo=UTC))
        assert raised.value.problems[0].code == code
        assert named in told_in("en", raised.value.problems[0].message)


def test_a_wrong_date_is_explained(folders: list[str]) -> None:
    for option in ("--as-of", "--known-at"):
        result = CliRunner().invoke(app(), ["show", "91A", option, "yesterday", *folders])
        assert isinstance(result.exception, ProblemError)
        assert result.exception.problems[0].code == "E140"


def test_arrivals_are_listed_and_upkeep_says_what_it_did(folders: list[str]) -> None:
    data = folders[2:]
    assert "4 arrivals, version 4" in shown(["ledger", "arrivals", *data])
    assert "1 arrivals" in shown(["ledger", "arrivals", "--source", "form", *data])
    assert "0 unfinished loads" in shown(["ledger", "vacuum", *data])
    assert "files fewer" in shown(["ledger", "compact", *data])
    assert "organisation 91A" in shown(["show", "91A", "--as-of", str(date(2024, 6, 1)), *folders])
