from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from duofeng.facts.loading import Loader
from duofeng.facts.readers.xlsx import read_xlsx
from duofeng.kernel.problem import ProblemError

DECLARED = ("统一社会信用代码", "企业名称", "2023年/营业收入", "2023年/利润", "成立日期", "从业人数")


def make_annual(path: Path, codes: list[str]) -> None:
    """A cover sheet, a title, a unit line, merged header cells in two rows, a total, a note."""
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("说明").write(0, 0, "填表说明")
    sheet = book.add_worksheet("企业")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:F1", "2023年企业情况表")
    sheet.write("A2", "单位：万元")
    for cells, title in (
        ("A3:A4", "统一社会\n信用代码"),
        ("B3:B4", "企业名称"),
        ("C3:D3", "2023年"),
        ("E3:E4", "成立日期"),
        ("F3:F4", "从业人数"),
    ):
        sheet.merge_range(cells, title)
    sheet.write_row("C4", ["营业收入", "利润"])
    sheet.write_row("A5", [codes[0], "甲公司", 0.1 + 0.2, "１２．５", "", "120"])
    sheet.write_datetime("E5", date(2020, 3, 4), day)
    sheet.write_row("A6", [codes[1], "乙公司", "1.2亿", "3500万元", "2020年3月4日", 12])
    sheet.write_row("A7", [codes[2], "丙公司", "—", "/", 43894, "若干"])
    sheet.write_formula("D7", "=1/0", None, "#DIV/0!")
    sheet.write_row("A9", ["合计", "", 99, 1])
    sheet.write("A11", "注：以上数据由企业填报，未经审计。")
    book.close()


@pytest.fixture
def annual(tmp_path: Path, codes: list[str]) -> Path:
    path = tmp_path / "年报2023.xlsx"
    make_annual(path, codes)
    return path


def problem_of(path: Path) -> tuple[str, str]:
    with pytest.raises(ProblemError) as caught:
        read_xlsx(path, DECLARED, height=2)
    return caught.value.problems[0].code, str(caught.value.problems[0].message)


def test_merged_titles_are_joined_and_the_cover_sheet_is_passed_over(annual: Path) -> None:
    table = read_xlsx(annual, DECLARED, height=2)
    assert table.sheet == "企业"
    assert table.titles == DECLARED


def test_mixed_units_full_width_digits_serials_and_marks_of_absence(
    annual: Path, loader: Loader, clock, facts, codes
) -> None:
    outcome = loader.load(annual, clock())
    held = facts()
    assert (
        held[codes[0], "revenue"] == 300_000
    )  # 0.3 万元 in 分, exactly, though the workbook holds 0.30000000000000004
    assert held[codes[0], "profit"] == 12_500_000
    assert held[codes[1], "revenue"] == 12_000_000_000
    assert held[codes[1], "profit"] == 3_500_000_000
    assert {str(held[code, "registered_on"]) for code in codes[:3]} == {"2020-03-04"}
    assert held[codes[0], "staff"] == 120.0
    assert (codes[2], "revenue") not in held
    assert outcome.rows == 3


def test_every_rejected_cell_says_sheet_row_column_and_raw_text(annual: Path, loader: Loader, clock) -> None:
    loader.load(annual, clock())
    found = loader.ledger.rejects().select("file", "sheet", "row", "column", "raw", "code").rows()
    assert sorted(found) == [
        ("年报2023.xlsx", "企业", 7, "2023年/利润", "#DIV/0!", "E228"),
        ("年报2023.xlsx", "企业", 7, "从业人数", "若干", "E120"),
    ]


def test_the_total_and_the_note_are_told_and_not_taken_for_firms(annual: Path, loader: Loader, clock) -> None:
    outcome = loader.load(annual, clock())
    told = {problem.code: str(problem.params.get("rows")).split(":")[0] for problem in outcome.problems}
    assert told == {"E240": "11", "E364": "9", "E365": "None"}


def test_evidence_leads_to_the_cell(annual: Path, loader: Loader, clock, codes: list[str]) -> None:
    loader.load(annual, clock())
    known = loader.ledger.facts(known_at=clock()).collect()
    found = known.filter((known["subject"] == codes[1]) & (known["attribute"] == "revenue")).row(0, named=True)
    assert (found["place"], found["row"], found["period"]) == ("企业!2023年/营业收入", 6, "2023")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_truncated_workbook_is_reported_and_nothing_is_loaded(annual, tmp_path, loader, clock, share: float) -> None:
    cut = tmp_path / "年报截断.xlsx"
    cut.write_bytes(annual.read_bytes()[: int(annual.stat().st_size * share)])
    outcome = loader.load(cut, clock())
    assert outcome.verdict == "quarantined"
    assert [problem.code for problem in outcome.problems] == ["E210"]
    assert loader.ledger.facts(known_at=clock()).collect().is_empty()
    assert outcome.kept is not None and (outcome.kept / cut.name).read_bytes() == cut.read_bytes()


def test_a_workbook_damaged_in_the_middle_is_reported(annual: Path, tmp_path: Path) -> None:
    content = bytearray(annual.read_bytes())
    with zipfile.ZipFile(annual) as package:
        at = package.getinfo("xl/worksheets/sheet2.xml").header_offset + 90
    content[at : at + 20] = b"\0" * 20
    damaged = tmp_path / "年报损坏.xlsx"
    damaged.write_bytes(content)
    assert problem_of(damaged)[0] == "E210"


def test_an_encrypted_workbook_is_said_to_have_a_password(tmp_path: Path) -> None:
    path = tmp_path / "年报加密.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert problem_of(path)[0] == "E211"


def test_a_stray_cell_at_the_far_corner_does_not_eat_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "年报角落.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "企业名称")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    code, message = problem_of(path)
    assert code == "E212"
    assert "1,048,576 × 16,384" in message


def test_a_zip_bomb_is_refused_by_its_unpacked_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duofeng.facts.readers.xlsx.LARGEST_UNPACKED", 10 << 20)
    path = tmp_path / "年报炸弹.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * (20 << 20))
    assert path.stat().st_size < 100_000
    assert problem_of(path)[0] == "E212"


def test_a_web_page_named_xlsx_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "年报网页.xlsx"
    path.write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    assert problem_of(path) == ("E215", "这不是工作簿，内容是网页")


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(annual: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        read_xlsx(annual, DECLARED, height=2, sheet="企业表")
    assert dict(caught.value.problems[0].params) == {"sheet": "企业表", "sheets": "说明、企业"}
