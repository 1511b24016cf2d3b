"""What is wrong with a delivery as a whole, each said once: the file, its columns, its sheet, its age, its contents."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from duofeng.facts.loading import Loader, Outcome
from duofeng.kernel.identifiers import credit_code_check, organisation_code_check
from duofeng.kernel.problem import ProblemError
from duofeng.zone.load import load_zone

HEADER = "统一社会信用代码,企业名称,营业收入（万元）,从业人数,面积,上市,成立日期,行业\n"
FORM = """title: 更多
of: organisation
identifier: { 代码: own }
columns: { 用电: electricity }
"""
MORE = {
    "sheet": "reader: xlsx\nfiles: 分表*\nsheet: 明细\nperiod: 2024-05\nasserts: { rows: { min: 1 } }\n",
    "monthly": """reader: csv
files: 月表*
period: { column: 时间 }
asserts: { rows: { min: 1 }, freshness_days: 30 }
""",
}
Deliver = Callable[..., Outcome]


@pytest.fixture
def loader(tmp_path: Path, loader: Loader) -> Loader:
    for name, text in MORE.items():
        (tmp_path / "sample" / "sources" / f"{name}.yaml").write_text(FORM + text, "utf-8")
    return Loader(load_zone(tmp_path / "sample"), loader.ledger, loader.data, loader.by, loader.today)


def told(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def rows(codes: list[str], area: str = "1") -> str:
    return HEADER + "".join(f"{code},甲公司{at},1,1,{area},是,2020-03-04,C39\n" for at, code in enumerate(codes))


def test_a_file_that_the_machine_cannot_read_is_refused(loader: Loader, clock: Callable[[], object]) -> None:
    unreadable = Path("/proc/self/mem")
    if not unreadable.is_file():
        pytest.skip("needs a file that exists and cannot be read, whoever asks")
    with pytest.raises(ProblemError) as refused:
        loader.load(unreadable, clock(), source="register")
    assert [problem.code for problem in refused.value.problems] == ["E200"]


def test_a_missing_column_is_told_with_the_nearest_there_is(deliver: Deliver, codes: list[str]) -> None:
    text = rows(codes).replace("面积", "占地面积")
    outcome = deliver("名录.csv", text)
    assert outcome.verdict == "warnings"
    (missing,) = [problem for problem in outcome.problems if problem.code == "E206"]
    assert "占地面积" in str(missing)


def test_a_workbook_without_the_declared_sheet_is_refused(deliver: Deliver) -> None:
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    book.add_worksheet("汇总").write_row(0, 0, ["代码", "用电"])
    book.close()
    outcome = deliver("分表.xlsx", content.getvalue())
    assert (outcome.verdict, told(outcome)) == ("quarantined", ["E213"])


def test_data_older_than_the_source_promised_is_told(deliver: Deliver) -> None:
    fresh = deliver("月表.csv", "代码,用电,时间\nA1,1,2024-05\n")
    assert "E236" not in told(fresh)
    assert "E236" in told(deliver("月表2.csv", "代码,用电,时间\nA1,1,2024-03\n"))


def test_a_column_wrong_nearly_everywhere_is_told_as_one(deliver: Deliver, codes: list[str]) -> None:
    outcome = deliver("名录.csv", rows(codes, area="很大"))
    assert outcome.verdict == "warnings"
    assert "E239" in told(outcome)


def test_rows_that_give_no_fact_at_all_are_no_delivery(deliver: Deliver) -> None:
    outcome = deliver("月表.csv", "代码,用电,时间\nA1,多,2024-05\n")
    assert (outcome.verdict, told(outcome)) == ("quarantined", ["E242"])


def test_a_quarantine_that_cannot_be_written_is_told_beside_the_reason(deliver: Deliver, loader: Loader) -> None:
    loader.data.mkdir(exist_ok=True)
    (loader.data / "quarantine").write_text("a file where the folder should be", "utf-8")
    outcome = deliver("月表.csv", "代码,用电,时间\nA1,多,2024-05\n")
    assert (outcome.verdict, outcome.kept, told(outcome)) == ("quarantined", None, ["E242", "E246"])


def test_numbers_that_are_usable_but_odd_are_counted(deliver: Deliver, codes: list[str]) -> None:
    body = "00000099"
    inner = "1" if organisation_code_check(body) != "1" else "2"
    odd = f"91350100{body}{inner}"
    outcome = deliver("名录.csv", rows([*codes, odd + credit_code_check(odd)]))
    (told_of,) = [problem for problem in outcome.problems if problem.code == "E249"]
    assert told_of.params["count"] == 1


def test_a_file_in_utf_8_is_read_as_such_whatever_the_source_says(deliver: Deliver) -> None:
    outcome = deliver("cyrillic.csv", "Name,Staff\nПример,3\n")
    assert (outcome.verdict, told(outcome)) == ("warnings", ["E362"])
