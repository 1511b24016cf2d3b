"""A cell is what a person sees: formats, formulas, what is hidden, struck out or merged, further sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from duofeng.facts.loading import Loader, Outcome
from duofeng.facts.readers.look import Format, format_of

Deliver = Callable[..., Outcome]
Facts = Callable[[], dict[tuple[str, str], object]]
TITLES = ["代码", "名称", "增速", "人数", "营收", "成立", "上市"]


def book(fill: Callable[[Any, Any], None], **options: object) -> bytes:
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content, options)
    sheet = workbook.add_worksheet("表一")
    sheet.write_row(0, 0, TITLES)
    fill(workbook, sheet)
    workbook.close()
    return content.getvalue()


def told(outcome: Outcome, code: str) -> list[str]:
    return [str(problem.message) for problem in outcome.problems if problem.code == code]


@pytest.mark.parametrize(
    ("code", "value", "seen"),
    [
        ("0.0%", 0.6668, "66.68%"),
        ("000000", 2, "000002"),
        ("#,##0,", 1_234_000, "1234"),
        ('0!.0,"万元"', 50_000, "5万元"),
        ('#,##0.00"元"', 1234.5, "1234.5元"),
        ("[$€-407]#,##0.00", 12.5, "€12.5"),
        ('yyyy"年"m"月"', date(2023, 6, 1), "2023-06"),
        ("yyyy", date(2023, 1, 1), "2023"),
    ],
)
def test_a_number_format_shows(code: str, value: Any, seen: str) -> None:
    found = format_of(code)
    assert isinstance(found, Format)
    assert found.text(value) == seen


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0.00", "yyyy-mm-dd", "@", "0.00_);(0.00)"])
def test_a_format_that_only_rounds_and_groups_changes_nothing(code: str) -> None:
    assert format_of(code) is None


def test_percents_and_codes_are_read_as_shown(deliver: Deliver, facts: Facts) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write(1, 0, 2, workbook.add_format({"num_format": "000000"}))
        sheet.write(1, 1, "甲公司")
        sheet.write(1, 2, 0.6668, workbook.add_format({"num_format": "0.0%"}))
        sheet.write(1, 6, True)

    assert deliver("看到的.xlsx", book(fill)).verdict == "accepted"
    assert facts()["seen:000002", "growth"] == 66.68
    assert facts()["seen:000002", "listed"] is True


def test_days_are_the_same_in_a_workbook_that_counts_from_1904(deliver: Deliver, facts: Facts) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1", "甲公司"])
        sheet.write_datetime(1, 5, date(2020, 3, 4), workbook.add_format({"num_format": "yyyy-mm-dd"}))

    deliver("看到的.xlsx", book(fill, date_1904=True))
    assert facts()["seen:A1", "registered_on"] == date(2020, 3, 4)


def test_a_formula_nobody_calculated_is_a_reject(deliver: Deliver, loader: Loader, facts: Facts) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1", "甲公司"])
        sheet.write_formula(1, 3, "=1+1", None, "")
        sheet.write_formula(1, 4, "=2+1", None, 3)

    deliver("看到的.xlsx", book(fill))
    assert loader.ledger.rejects().select("row", "column", "code").rows() == [(2, "人数", "E376")]
    assert facts()["seen:A1", "revenue"] == 300


def test_an_error_in_the_name_or_code_is_nobody(deliver: Deliver, loader: Loader) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1", "甲公司", None, 3])
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write(2, 3, 4)

    deliver("看到的.xlsx", book(fill))
    assert loader.ledger.rejects().select("row", "code").rows() == [(3, "E228")]


def test_what_is_hidden_or_struck_out_is_told_and_no_fact(deliver: Deliver, loader: Loader, facts: Facts) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        struck = workbook.add_format({"font_strikeout": True})
        sheet.write_row(1, 0, ["A1", "甲公司", None, 1])
        sheet.write_row(2, 0, ["A2", "乙公司", None, 2], struck)
        sheet.write_row(3, 0, ["A3", "丙公司", None, 3])
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.write_row(4, 0, ["A4", "丁公司"])
        sheet.write(4, 3, 4, struck)
        sheet.set_column(4, 4, None, None, {"hidden": True})

    outcome = deliver("看到的.xlsx", book(fill))
    rows = loader.ledger.rejects().sort("row").select("row", "code").rows()
    assert rows == [(3, "E374"), (4, "E373"), (5, "E375")]
    assert {subject for subject, _ in facts()} == {"seen:A1", "seen:A4"}
    assert told(outcome, "E372") == ["这些列在工作表里是隐藏的，已照常加载：营收"]


def test_a_merged_cell_holds_for_each_of_its_rows_unless_it_is_a_number(
    deliver: Deliver, facts: Facts, loader: Loader
) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.merge_range(1, 3, 3, 3, 7)
        sheet.merge_range(1, 6, 3, 6, "是")
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [f"A{row}", f"第{row}公司"])
        sheet.write_row(4, 0, ["A4", "第4公司"])

    deliver("看到的.xlsx", book(fill))
    assert [facts().get((f"seen:A{n}", "listed")) for n in (1, 2, 3, 4)] == [True, True, True, None]
    assert [facts().get((f"seen:A{n}", "staff")) for n in (1, 2, 3)] == [None, None, None]
    assert loader.ledger.rejects().sort("row").select("row", "code").rows() == [(2, "E384"), (3, "E384"), (4, "E384")]


def test_a_second_sheet_with_the_same_header_is_told_or_read(deliver: Deliver, facts: Facts) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["A1", "甲公司", None, 1])
        for name, code in (("表二", "A2"), ("表三", "A3")):
            other = workbook.add_worksheet(name)
            other.write_row(0, 0, TITLES)
            other.write_row(1, 0, [code, f"{code}公司", None, 2])
        other.hide()

    outcome = deliver("看到的.xlsx", book(fill))
    assert told(outcome, "E371") == ["只读了工作表“表一”，有同样表头的还有：表二"]
    assert not told(deliver("全部.xlsx", book(fill), source="sheets"), "E371")
    assert {subject for subject, _ in facts()} == {"seen:A1", "sheets:A1", "sheets:A2"}
