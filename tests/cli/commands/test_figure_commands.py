"""The commands on figures, over a ledger loaded from the published rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from duofeng.cli.main import build_app
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.kernel.problem import ProblemError

PROJECT = Path(__file__).resolve().parents[3]


Run = Callable[..., Result]


@pytest.fixture
def run(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("DUOFENG_LANG", raising=False)

    def command(*words: str) -> Result:
        zone, data = folders
        return CliRunner().invoke(build_app(), [*words, "--zone", str(zone), "--data", str(data)])

    return command


def test_a_figure_prints_value_source_place_and_what_follows(run: Run) -> None:
    output = run("figure", "地区生产总值").output
    assert "2024年上半年：307.3亿元" in output
    assert "奋战三季度" in output
    assert "第 440–447 字" in output
    assert "1.65%（1.62% – 1.69%）" in output


def test_a_figure_is_shown_as_known_on_a_day_with_every_later_change(run: Run) -> None:
    output = run("figure", "gdp", "--period", "2023", "--as-known-on", "2024-01-15").output
    assert "到 2024-01-15 为止还没有人说过" in output
    assert "2024-02-20  迟到的数据" in output
    assert "564.6亿元" in output


def test_the_proof_can_be_exported(run: Run, tmp_path: Path) -> None:
    proof = tmp_path / "proof.csv"
    run("figure", "new_provincial_engineering_centers", "--period", "2023", "--csv", str(proof))
    rows = list(csv.DictReader(proof.open(encoding="utf-8")))
    assert [(row["measure"], row["written"], row["document"], row["start"]) for row in rows] == [
        ("level", "9家", "report-2023", "1112"),
        ("share", "38%", "report-2023", "1118"),
    ]


def test_an_unknown_indicator_and_a_missing_figure_are_problems_not_tracebacks(run: Run) -> None:
    for words, code in ((("figure", "gpd"), "E450"), (("figure", "gdp", "--period", "2019"), "E452")):
        result = run(*words)
        assert isinstance(result.exception, ProblemError)
        assert result.exception.problems[0].code == code


def test_the_target_ledger_of_2023(run: Run) -> None:
    output = run("targets", "--plan", "plan-2023").output
    assert "共 52 项：完成 4，未完成 2，口径不可比 13，未再提及 33。" in output
    assert "434.6亿元（2023年）" in output
    assert "108.7%" in output
    assert "84.6%" in output
    assert "高新技术企业总量 力争突破 2100家" in output.split("未再提及的目标")[1]


def test_targets_as_data_carry_plan_place_verdict_and_ratio(run: Run) -> None:
    lines = {line["indicator"]: line for line in json.loads(run("targets", "--plan", "plan-2023", "--json").output)}
    assert lines["new_incubators"]["verdict"] == "missed"
    assert lines["new_incubators"]["ratio"] == 0.75
    assert (lines["new_incubators"]["start"], lines["new_incubators"]["end"]) == (3174, 3176)
    assert lines["technology_contract_turnover"]["related"][0]["indicator"] == "technology_contract_transactions"


def test_an_unknown_plan_is_refused_with_the_nearest(run: Run) -> None:
    result = run("targets", "--plan", "plan-2032")
    assert isinstance(result.exception, ProblemError)
    (problem,) = result.exception.problems
    assert problem.code == "E453"
    assert "plan-2023" in str(problem)


def test_the_contradiction_board_names_both_statements_and_the_size(run: Run) -> None:
    output = run("contradictions").output
    assert "主导产业新签约项目签约额 402.43亿元 > 新签约项目签约额 396.43亿元" in output
    assert "相差 6亿元，是舍入误差（0.01亿元）的 600 倍" in output
    assert "第 839–847 字" in output
    assert "4 处不能同时成立（错误 1，提醒 3）" in output
    breaks = json.loads(run("contradictions", "--json").output)
    assert [each["severity"] for each in breaks] == ["error", "warning", "warning", "warning"]


def test_contradictions_are_those_known_on_the_day(run: Run) -> None:
    assert "0 处不能同时成立" in run("contradictions", "--as-known-on", "2021-06-01").output
    assert "1 处不能同时成立（错误 0，提醒 1）" in run("contradictions", "--as-known-on", "2024-03-01").output


def test_a_broken_draft_makes_the_gate_exit_with_1_and_write_its_page(run: Run, tmp_path: Path) -> None:
    draft, page = tmp_path / "draft.txt", tmp_path / "draft.html"
    draft.write_text("2024年上半年，全区地区生产总值完成306.2亿元，同比增长3.1%。", "utf-8")
    result = run("gate", str(draft), "--period", "2024H1", "--html", str(page))
    assert result.exit_code == 1
    assert "draft.txt:1:" in result.output
    assert "307.3亿元" in result.output
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_a_draft_without_numbers_has_nothing_to_check_and_says_so(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("各项工作稳步推进。", "utf-8")
    result = run("gate", str(draft))
    assert result.exit_code == 0
    assert "E460" in result.output


def test_a_sound_draft_passes(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("2024年上半年，全区地区生产总值完成307.3亿元，同比增长3.1%。", "utf-8")
    result = run("gate", str(draft), "--period", "2024H1")
    assert result.exit_code == 0
    answer = json.loads(run("gate", str(draft), "--period", "2024H1", "--json").output)
    assert answer["broken"] is False
    assert answer["read"] == 1


def test_before_anything_is_loaded_the_command_says_what_to_do(folders: tuple[Path, Path], tmp_path: Path) -> None:
    arguments = ["contradictions", "--zone", str(folders[0]), "--data", str(tmp_path / "empty")]
    result = CliRunner().invoke(build_app(), arguments)
    assert isinstance(result.exception, ProblemError)
    assert result.exception.problems[0].code == "E451"


def test_an_indicator_that_is_only_computed_is_shown_though_nobody_ever_stated_it(tmp_path: Path) -> None:
    written = {
        "zone.yaml": "title: 样例园区\npeaks: []\n",
        "vocabulary/organisation.yaml": "staff: { title: 职工, type: integer, unit: 人 }\n",
        "indicators/local.yaml": "staff_in_all:\n  { title: 职工总数, unit: 人, behaviour: stock }\n",
        "figures/local.yaml": (
            "staff_counted:\n"
            "  { indicator: staff_in_all, title: 档案中的职工数, aggregate: sum, of: organisation, value: staff }\n"
        ),
    }
    for name, text in written.items():
        (tmp_path / "zone" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "zone" / name).write_text(text, "utf-8")
    ledger = Ledger.open(tmp_path / "data" / "ledger")
    arguments = ["figure", "staff_in_all", "--zone", str(tmp_path / "zone"), "--data", str(tmp_path / "data")]
    assert isinstance(CliRunner().invoke(build_app(), arguments).exception, ProblemError)
    facts = [Fact("organisation", f"91{each}", "staff", float(each)) for each in (3, 4)]
    ledger.record(facts, "tax", "Alice", datetime(2024, 3, 1, tzinfo=UTC))
    result = CliRunner().invoke(build_app(), arguments)
    assert result.exit_code == 0, result.output
    assert "7人" in result.output.replace(" ", "")


def test_the_commands_speak_english(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUOFENG_LANG", "en")
    assert "cannot hold together" in run("contradictions").output
    assert "52 targets: met 4" in run("targets", "--plan", "plan-2023").output
