"""A document as a source: what is sure counts, the rest waits, another place is never merged."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.reading import place_of, read_figures
from duofeng.facts.documents.source import (
    candidate_facts,
    confirmed_facts,
    names_of,
    waiting_as_rejects,
    zone_context,
)
from duofeng.facts.fact import DELIVERED
from duofeng.facts.ledger import Ledger
from duofeng.facts.rejects import reason, where
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in
from duofeng.zone.load import load_zone

NOW = datetime(2099, 1, 1, tzinfo=UTC)
INDICATOR = "  title: {{zh: {0}, en: {1}}}\n  unit: {2}\n  behaviour: flow\n  direction: up\n  per: month\n"


@pytest.fixture
def zone(tmp_path):
    folder = tmp_path / "east"
    (folder / "indicators").mkdir(parents=True)
    (folder / "zone.yaml").write_text(
        "title: {zh: 东湖高新技术产业开发区, en: East}\nalso_called: [东湖高新区, 东湖市高新区, 东湖]\n"
        "languages: [zh, en]\npeaks: []\n"
        "comparisons:\n  city: {zh: 全市, en: the city}\n",
        encoding="utf-8",
    )
    (folder / "indicators" / "main.yaml").write_text(
        "gdp:\n"
        + INDICATOR.format("地区生产总值", "GDP", "亿元")
        + "centres:\n"
        + INDICATOR.format("新增工程研究中心", "centres", "家"),
        encoding="utf-8",
    )
    return load_zone(folder)


@pytest.fixture
def document(tmp_path):
    def written(text, name="report.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_document(path)

    return written


@pytest.mark.parametrize("digits", [31, 400])
def test_a_figure_no_ledger_can_hold_waits_and_says_so(zone, document, digits):
    counted, waiting = candidate_facts(document(f"东湖高新区2023年地区生产总值实现{'9' * digits}亿元。"), zone)
    assert (counted.height, waiting["why"].to_list()) == (0, ["too_large"])


def test_a_level_its_growth_and_its_share_are_facts_of_their_own(zone, document):
    text = "东湖高新区2023年工作总结\n地区生产总值实现564.6亿元，增速7.5%；新增工程研究中心9家，占全市38%。"
    counted, waiting = candidate_facts(document(text), zone)
    assert counted.schema == DELIVERED
    assert counted.select("attribute", "number", "money").rows() == [
        ("gdp", None, 56_460_000_000_00),
        ("gdp:growth", 7.5, None),
        ("centres", 9.0, None),
        ("centres:share:city", 38.0, None),
    ]
    assert counted.select("document", "start", "written", "hedge").rows()[:2] == [
        ("report.txt", text.index("地区生产"), "564.6亿元", None),
        ("report.txt", text.index("地区生产"), None, None),
    ]
    assert set(counted["period"]) == {"2023"}
    assert waiting.height == 0


def test_what_nobody_declared_or_is_unsure_waits_with_the_reason(zone, document):
    text = "东湖高新区2023年工作总结\n新增路灯30盏。新增工程研究中心9亩。"
    counted, waiting = candidate_facts(document(text), zone)
    assert counted.height == 0
    assert waiting["why"].to_list() == ["undeclared", "unit"]


def test_the_numbers_of_another_place_are_kept_with_its_name_and_not_merged(zone, document):
    counted, waiting = candidate_facts(document("西河县2023年工作总结\n全县地区生产总值实现80亿元。"), zone)
    assert counted.height == 0
    assert waiting["subject"].to_list() == ["西河县"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("西河高新区2023年工作总结\n向东湖高新区学习，GDP实现80亿元。", "西河高新区"),
        ("东湖市2023年政府工作报告\n支持东湖高新区建设，GDP实现800亿元。", "东湖市"),
        ("东湖市高新区2023年工作总结\nGDP实现80亿元。", ""),
        ("工作总结\n新增省级工程研究中心9家，东湖高新区GDP实现80亿元。", ""),
        ("工作总结\n新增省级工程研究中心9家，GDP实现80亿元。", ""),
    ],
)
def test_the_title_says_whose_report_it_is_whoever_is_mentioned_in_it(zone, text, place):
    assert place_of(text, zone_context(zone)) == place


def test_a_figure_of_another_place_in_our_own_report_is_not_ours(zone, document):
    text = "东湖高新区2023年工作总结\n对标先进，西河高新区地区生产总值实现80亿元，我区地区生产总值实现60亿元。"
    counted, waiting = candidate_facts(document(text), zone)
    assert counted["money"].to_list() == [60 * 10**10]
    assert waiting["subject"].to_list() == ["西河高新区"]


def test_the_zone_is_called_what_it_declares_and_nothing_else(zone):
    assert names_of(zone) == ("东湖高新技术产业开发区", "East", "东湖高新区", "东湖市高新区", "东湖")


def test_the_reason_for_waiting_is_told_in_one_language(zone, document):
    _, waiting = candidate_facts(document("东湖高新区2023年工作总结\n新增路灯30盏。"), zone)
    (params,) = waiting_as_rejects(waiting)["params"]
    assert "未声明的指标（" in str(reason("E409", params))
    assert "an indicator nobody declared (" in told_in("en", reason("E409", params))
    place = where("", "新增路灯", params)
    assert told_in("en", place) == "新增路灯, characters 15-22"
    kept_before = json.dumps({"indicator": "x", "why": "甲", "confidence": "0.5"})
    assert told_in("en", reason("E409", kept_before)) == "'x' waits for a yes or no: 甲 (confidence 0.5)"


def test_loading_a_document_twice_counts_once(zone, document, tmp_path):
    text = "东湖高新区2023年工作总结\n地区生产总值实现564.6亿元。新增路灯30盏。"
    path = document(text).path
    arguments = ["read", str(path), "--load", "--zone", str(zone.folder), "--data", str(tmp_path / "data")]
    results = [CliRunner().invoke(build_app(), arguments, env={"DUOFENG_LANG": "en"}) for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 0], results[0].output
    assert "1 facts counted, 1 wait" in results[0].stdout
    assert "nothing counted twice" in results[1].stdout
    facts = Ledger.open(tmp_path / "data" / "ledger").facts(known_at=NOW, kind="zone")
    assert facts.collect().height == 1


def test_a_persons_yes_is_a_fact_of_its_own(zone, document, tmp_path):
    text = "东湖高新区2023年工作总结\n园区产出实现80亿元。"
    read = document(text)
    start = text.index("园区产出")
    place = f"{start}-{text.index('。')}"

    def say(*more):
        arguments = ["read", str(read.path), "--accept", place, "--zone", str(zone.folder), "--by", "wang"]
        arguments += ["--data", str(tmp_path / "data"), *more]
        return CliRunner().invoke(build_app(), arguments, env={"DUOFENG_LANG": "en"})

    assert say("--as", "gdp").stdout.strip() == "confirmed: gdp"
    facts = Ledger.open(tmp_path / "data" / "ledger").facts(known_at=NOW, kind="zone").collect()
    assert facts.select("attribute", "money", "source").rows() == [("gdp", 80_0000_0000_00, "confirmations")]
    with pytest.raises(ProblemError) as caught:
        confirmed_facts(read, zone, read_figures(text), "1-2", None)
    assert caught.value.problems[0].code == "E410"
    with pytest.raises(ProblemError) as caught:
        confirmed_facts(read, zone, read_figures(text), place, "centres")
    assert caught.value.problems[0].code == "E411"
