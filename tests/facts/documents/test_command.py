"""`duofeng read` as it is typed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.documents.figures import CSV_HEADER

ZONE = Path(__file__).resolve().parents[3] / "zones/zhengzhou"
TEXT = "2023年工作总结\n地区生产总值实现564.6亿元，增速7.5%。\n新增企业9家，占全市38%。\n"


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")

    def invoke(*arguments):
        return CliRunner().invoke(build_app(), ["read", *map(str, arguments or [path])], env={"DUOFENG_LANG": "zh"})

    invoke.path = path
    return invoke


def test_the_csv_has_the_promised_header(run):
    result = run(run.path, "--csv")
    assert result.stdout.splitlines()[0] == CSV_HEADER
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert (rows[0]["value"], rows[0]["yoy_pct"], rows[0]["number"]) == ("564.6", "7.5", "56460000000")
    assert TEXT[int(rows[1]["start"]) : int(rows[1]["end"])] == "新增企业9家，占全市38%"


def test_the_json_is_one_array(run):
    figures = json.loads(run(run.path, "--json").stdout)
    assert [figure["indicator"] for figure in figures] == ["地区生产总值", "新增企业"]


def test_a_text_without_numbers_gives_no_rows_and_a_sentence(run, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_text("各项工作稳步推进。", encoding="utf-8")
    result = run(empty, "--csv")
    assert result.exit_code == 0
    assert result.stdout == CSV_HEADER + "\n"
    assert "没有读到数字" in result.stderr
    assert json.loads(run(empty, "--json").stdout) == []


def test_a_report_of_another_place_says_whose_it_is(run, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("东湖市2023年政府工作报告\n支持东湖高新区建设，GDP实现800亿元。", encoding="utf-8")
    result = run(other, "--csv", "--zone", ZONE)
    assert "E408" in result.stderr
    assert "东湖市" in result.stderr


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_read(run, tmp_path):
    result = run(tmp_path / "none.pdf", run.path, "--csv")
    assert result.exit_code == 1
    assert "E400" in result.stderr
    assert len(result.stdout.splitlines()) == 3


ZONE = Path(__file__).resolve().parents[3] / "zones" / "zhengzhou"


def test_loading_a_document_counts_what_is_sure_and_never_twice(run, tmp_path):
    arguments = ["load", str(run.path), "--zone", str(ZONE), "--data", str(tmp_path / "data")]
    first, again = (CliRunner().invoke(build_app(), arguments, env={"DUOFENG_LANG": "zh"}) for _ in range(2))
    assert "2 条计入账本，2 条待确认" in first.stdout, first.output
    assert "未重复计入" in again.stdout


def test_a_figure_a_person_refused_is_not_asked_about_again(run, tmp_path):
    start = TEXT.index("新增企业")
    place = f"{start}-{start + len('新增企业9家，占全市38%')}"
    common = ["--zone", ZONE, "--data", tmp_path / "data"]
    assert run(run.path, "--refuse", place, *common).exit_code == 0
    result = run(run.path, "--load", *common)
    assert "2 条计入账本，0 条待确认" in result.stdout, result.output
