"""Which time a number is about."""

from __future__ import annotations

import pytest

from duofeng.facts.documents.periods import Times, resolve
from duofeng.facts.documents.reading import read_figures
from duofeng.kernel.period import Period


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("2022年", "2022"),
        ("上半年", "2023H1"),
        ("1~5月", "2023-01..2023-05"),
        ("元至6月", "2023H1"),
        ("前三季度", "2023-01..2023-09"),
        ("一季度", "2023Q1"),
        ("去年", "2022"),
        ("9月当月", "2023-09"),
        ("“十三五”时期", "2016..2020"),
        ("近三年", "2021..2023"),
        ("二〇一九年", "2019"),
    ],
)
def test_a_period_word_is_resolved_against_the_year_spoken_of(words, period):
    assert resolve(words, Times(2023, "2023")) == period
    Period.parse(period)


def test_a_state_at_the_end_of_the_documents_period_is_of_that_period():
    assert resolve("截至9月底", Times(2023, "2023-01..2023-09")) == "2023-01..2023-09"


def test_a_work_report_reports_on_one_year_and_plans_the_next():
    text = "政府工作报告\n一、2024年工作回顾\n全县新增企业5家。\n二、2025年工作安排\n新增企业8家。\n"
    past, future = read_figures(text)
    assert (past.period, past.kind) == ("2024", "actual")
    assert (future.period, future.kind) == ("2025", "target")


def test_a_title_of_a_decree_does_not_set_the_period():
    (figure,) = read_figures("2023年上半年运行情况\n印发《2020年工作方案》，新增企业5家。")
    assert figure.period == "2023H1"


def test_without_any_year_the_period_is_unknown_and_confidence_lower():
    (known,), (unknown,) = read_figures("2023年新增企业5家。"), read_figures("新增企业5家。")
    assert unknown.period is None
    assert unknown.confidence < known.confidence
