"""The gate: a draft held against itself, the ledger, the targets and the identities."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.computed import computed
from duofeng.brain.figures.gate import GateReport, gate
from duofeng.brain.figures.statement import Statement
from duofeng.facts.documents.reading import read_figures
from duofeng.facts.documents.source import zone_context
from duofeng.tell.gate_page import gate_page, marks
from duofeng.tell.language import speaking
from duofeng.tell.words import told
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.zone import Zone

PROJECT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("DUOFENG_SHARED", PROJECT.parent / "shared"))
NOW = datetime(2025, 1, 1, tzinfo=UTC)
Gate = Callable[..., GateReport]


@pytest.fixture(scope="module")
def run(zone: Zone, said: tuple[Statement, ...]) -> Gate:
    def held(text: str, period: str | None = None, besides: str = "") -> GateReport:
        figures = read_figures(text, zone_context(zone, period))
        others = Book.of((each for each in said if each.document != besides), zone.indicators)
        return gate(text, figures, zone, others, now=NOW, period=period)

    return held


@pytest.fixture(scope="module")
def report(run: Gate) -> Callable[[str, str, str], GateReport]:
    def held(number: str, period: str, besides: str) -> GateReport:
        found = sorted((SHARED / "seeds").glob(f"{number}_*.txt"))
        if not found:
            pytest.skip("the five reports are not on this machine (../shared or DUOFENG_SHARED)")
        return run(found[0].read_text("utf-8"), period, besides)

    return held


def rules(found: GateReport, *severities: str) -> list[str]:
    return [each.rule for each in found.findings if each.severity in severities]


def test_the_half_year_report_of_2024_breaks_one_rule_and_earns_three_warnings(
    report: Callable[[str, str, str], GateReport],
) -> None:
    found = report("001", "2024H1", "report-2024h1")
    assert found.broken
    assert rules(found, "error") == ["part_of_whole"]
    assert sorted(rules(found, "warning")) == [
        "half_a_year_above_the_year_before",
        "one_population",
        "skilled_workers_were_trained",
    ]
    part = found.findings[0]
    assert told(part.arithmetic) == "主导产业新签约项目签约额 402.43亿元 > 新签约项目签约额 396.43亿元"
    assert [place.line for place in part.places] == [23, 33]
    assert all("亿元" in place.phrase for place in part.places)
    assert part.suggestion is not None


@pytest.mark.parametrize(
    ("number", "period", "besides"),
    [
        ("000", "2023", "report-2023"),
        ("002", "2023", "plan-2023"),
        ("003", "2023H1", "report-2023h1"),
        ("004", "2020", "report-2020"),
    ],
)
def test_no_other_report_is_called_broken(
    report: Callable[[str, str, str], GateReport], number: str, period: str, besides: str
) -> None:
    found = report(number, period, besides)
    assert rules(found, "error") == []
    assert found.read > 40


def test_the_year_report_is_told_which_targets_it_missed(report: Callable[[str, str, str], GateReport]) -> None:
    found = report("000", "2023", "report-2023")
    missed = [told(each.arithmetic) for each in found.findings if each.rule == "target-missed"]
    assert missed == [
        "新增孵化载体：6家 ÷ 目标 8家 = 75%，差 25%",
        "入库科技型中小企业：3045家 ÷ 目标 力争 3600家 = 84.6%，差 15.4%",
    ]
    assert "high_tech_firms" in {line.target.indicator for line in found.silent}


DRAFT = (
    "2024年上半年，全区地区生产总值完成306.2亿元，同比增长3.1%。\n创新龙头企业7家，占全市的39.9%。\n全区有古树31棵。"
)


def test_a_number_that_differs_from_the_last_report_is_shown_with_both(run: Gate) -> None:
    found = run(DRAFT, "2024H1")
    (same,) = [each for each in found.findings if each.rule == "same_fact_same_number"]
    assert told(same.arithmetic) in (
        "地区生产总值：2024年上半年 307.3亿元 ≠ 2024年上半年 306.2亿元",
        "地区生产总值：2024年上半年 306.2亿元 ≠ 2024年上半年 307.3亿元",
    )
    assert [(each.document, each.start) for each in same.against] == [("report-2024h1", 440)]
    assert same.suggestion is not None
    assert "307.3亿元" in told(same.suggestion)
    assert same.places[0].line == 1


def test_a_share_without_a_whole_denominator_gets_a_wording(run: Gate) -> None:
    found = run(DRAFT, "2024H1")
    (share,) = [each for each in found.findings if each.rule == "count_has_a_denominator"]
    assert share.places[0].line == 2
    assert share.suggestion is not None
    assert told(share.suggestion) == "总数若为 18，写“7家，占38.89%”"


def test_what_could_not_be_checked_is_said(run: Gate) -> None:
    found = run(DRAFT, "2024H1")
    trees = [each for each in found.unchecked if "31" in each.place.phrase]
    assert len(trees) == 1
    assert "不是园区的指标" in told(trees[0].why)
    assert found.read == found.checked + len(found.unchecked)


def test_a_text_without_numbers_breaks_nothing(run: Gate) -> None:
    found = run("会议指出，要稳中求进。")
    assert (found.read, found.findings, found.unchecked, found.broken) == (0, (), (), False)


def test_an_empty_ledger_still_lets_a_draft_be_held_against_itself(zone: Zone) -> None:
    figures = read_figures(DRAFT, zone_context(zone, "2024H1"))
    found = gate(DRAFT, figures, zone, Book.of((), zone.indicators), now=NOW, period="2024H1")
    assert rules(found, "error") == ["count_has_a_denominator"]


def test_what_nobody_knew_then_is_not_held_against_a_draft(zone: Zone, said: tuple[Statement, ...]) -> None:
    figures = read_figures(DRAFT, zone_context(zone, "2024H1"))
    known = Book.of(said, zone.indicators)
    found = gate(DRAFT, figures, zone, known, now=datetime(2024, 7, 1, tzinfo=UTC), period="2024H1")
    assert "same_fact_same_number" not in rules(found, "error")


def test_the_page_holds_the_whole_draft_its_findings_and_nothing_from_elsewhere(run: Gate, zone: Zone) -> None:
    found = run(DRAFT + "\n<script>alert(1)</script>", "2024H1")
    page = gate_page(found, zone, "draft.txt")
    assert page.startswith("<!doctype html>")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=|url\(|@import", page)
    assert '<mark class="error">' in page
    assert "@media print" in page
    text = re.sub(r"<sup>.*?</sup>|<[^>]+>", "", page.split("</article>")[0].split("<article")[1].partition(">")[2])
    for line in DRAFT.splitlines():
        assert line in text


def test_the_page_speaks_english_when_asked(run: Gate, zone: Zone) -> None:
    with speaking("en"):
        page = gate_page(run(DRAFT, "2024H1"), zone, "draft.txt")
    assert "Findings" in page
    assert "Not checked" in page


def test_marks_never_overlap(run: Gate) -> None:
    found = marks(run(DRAFT, "2024H1"))
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_stated_count_is_held_against_the_profiles_of_its_last_day(zone: Zone) -> None:
    text = "2024年上半年，高新技术企业总量达到3家。"
    figure = zone.declared(Figure)["high_tech_firms_counted"]
    firms = pl.DataFrame({"subject": ["A", "B", "C"], "high_tech": [True, True, False]})
    counted = computed(figure, zone, firms, date(2024, 6, 30))
    unsure = computed(figure, zone, firms.with_columns(high_tech=pl.Series([True, True, None])), date(2024, 6, 30))
    figures = read_figures(text, zone_context(zone, "2024H1"))
    empty = Book.of((), zone.indicators)
    found = gate(text, figures, zone, empty, now=NOW, period="2024H1", counted=[counted])
    (finding,) = found.findings
    assert (finding.severity, finding.rule) == ("warning", "profiles-high_tech_firms_counted")
    assert told(finding.arithmetic) == "高新技术企业总量：3家 ≠ 档案 2家（2024-06-30，0 个对象不详）"
    assert found.unchecked == ()
    (finding,) = gate(text, figures, zone, empty, now=NOW, period="2024H1", counted=[unsure]).findings
    assert finding.severity == "note"  # the one that is not known may be the third
    assert told(finding.arithmetic) == "高新技术企业总量：3家 ? 档案 2家（2024-06-30，1 个对象不详）"


def test_a_share_of_the_city_does_not_make_the_city_the_subject(run: Gate) -> None:
    found = run("2024年上半年，全区共有企业7家入选，占全市的38.9%。地区生产总值完成302.3亿元，同比增长3.1%。", "2024H1")
    assert "same_fact_same_number" in rules(found, "error")


def test_numbers_of_another_zone_are_not_held_against_ours(run: Gate) -> None:
    found = run("2024年上半年，某某经济开发区地区生产总值完成99.9亿元，同比增长9.9%。", "2024H1")
    assert rules(found, "error") == []
