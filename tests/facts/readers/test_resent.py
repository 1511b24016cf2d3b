"""Rejects put right and sent again: one chain for each delivery, whichever of its links is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import polars as pl
import pytest
import xlsxwriter

from duofeng.facts.evidence import standing
from duofeng.facts.loading import Loader, Outcome
from duofeng.facts.rejects import file_of, row_content
from duofeng.facts.resent import open_rejects, to_put_right
from duofeng.kernel.problem import ProblemError

HEADER = "统一社会信用代码,企业名称,营业收入(万元),从业人数,面积,上市,成立日期,行业\n"
Deliver = Callable[..., Outcome]


def register(codes: list[str], first: int, *staff: str) -> str:
    rows = [f"{codes[n]},第{n}公司,{n},{each},1,是,2020-03-04,C39\n" for n, each in enumerate(staff, first)]
    return HEADER + "".join(rows)


def exported(loader: Loader, arrival: str, *fixes: tuple[str, str]) -> str:
    """What is open of a delivery as a file, some of its texts put right."""
    text = to_put_right(open_rejects(loader.ledger, arrival), str).write_csv()
    for wrong, right in fixes:
        text = text.replace(wrong, right)
    return text


def still_open(loader: Loader) -> list[tuple[str, int, str]]:
    """File, row and text of what is not put right yet."""
    rows = loader.ledger.rejects().sort("row").select("file", "params", "row", "raw").iter_rows()
    return [(file_of(file, params), row, raw) for file, params, row, raw in rows]


def test_one_is_put_right_then_the_others_then_the_original_comes_corrected(
    deliver: Deliver, loader: Loader, facts, codes
) -> None:
    first = deliver("名录.csv", register(codes, 0, "5", "x", "y", "z"))
    one = exported(loader, first.arrival, (",x,", ",6,"))
    second = deliver("一.csv", "".join(one.splitlines(keepends=True)[:2]))
    assert second.replaced == first.arrival
    assert still_open(loader) == [("名录.csv", 4, "y"), ("名录.csv", 5, "z")]
    rest = exported(loader, first.arrival, (",y,", ",7,"))
    third = deliver("二.csv", rest)
    assert third.replaced == second.arrival, "named by its first link, the chain goes on from its last"
    assert still_open(loader) == [("名录.csv", 5, "z")]
    deliver("名录.csv", register(codes, 0, "5", "6", "7", "8"))
    assert still_open(loader) == []
    assert [facts()[codes[n], "staff"] for n in range(4)] == [5.0, 6.0, 7.0, 8.0]


def test_a_corrected_value_is_proved_by_the_original_file_and_row(deliver: Deliver, loader: Loader, codes) -> None:
    first = deliver("名录.csv", register(codes, 0, "5", "x", "y"))
    deliver("改.csv", exported(loader, first.arrival, (",x,", ",6,")))
    known = datetime(2030, 1, 1, tzinfo=UTC)
    told = standing(loader.ledger, loader.zone, "organisation", as_of=date(2024, 6, 1), known_at=known)
    mine = told.filter((pl.col("attribute") == "staff") & (pl.col("subject") == codes[1]))
    assert mine.select("file", "place", "row").rows() == [("名录.csv", "从业人数", 3)]
    assert still_open(loader) == [("名录.csv", 4, "y")], "what is still wrong stays where it was"


def test_chains_of_two_months_under_one_name_do_not_cross(deliver: Deliver, loader: Loader, codes) -> None:
    january = deliver("名录.csv", register(codes, 0, "5", "x"))
    february = deliver("名录.csv", register(codes, 10, "5", "x2"))
    assert len(still_open(loader)) == 2
    header, *rows = exported(loader, january.arrival, (",x,", ",6,")).splitlines(keepends=True)
    deliver("改一月.csv", header + next(row for row in rows if row.startswith(january.arrival)))
    assert [row_content(each)["企业名称"] for each in loader.ledger.rejects()["params"]] == ["第11公司"]
    deliver("改二月.csv", exported(loader, february.arrival, (",x2,", ",7,")))
    assert still_open(loader) == []


def test_rows_of_two_chains_in_one_file_are_refused(deliver: Deliver, loader: Loader, codes) -> None:
    one = deliver("名录.csv", register(codes, 0, "5", "x"))
    other = deliver("名录二.csv", register(codes, 10, "5", "y"))
    both = exported(loader, one.arrival) + "".join(exported(loader, other.arrival).splitlines(keepends=True)[1:])
    with pytest.raises(ProblemError) as caught:
        deliver("改.csv", both)
    assert caught.value.problems[0].code == "E245"
    assert len(still_open(loader)) == 2


def test_the_same_row_of_two_sheets_is_two_rows(deliver: Deliver, loader: Loader, facts) -> None:
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    for name, code in (("东", "A1"), ("西", "B1")):
        sheet = book.add_worksheet(name)
        sheet.write_row("A1", ["代码", "名称", "人数"])
        sheet.write_row("A2", [code, f"{name}方厂", "约十"])
        sheet.write_row("A3", [f"{code}9", f"{name}新厂", 3])
    book.close()
    first = deliver("全部.xlsx", content.getvalue())
    text = exported(loader, first.arrival)
    header, *rows = text.splitlines(keepends=True)
    west = next(row for row in rows if "西方厂" in row).replace("约十", "12", 2)
    deliver("改.csv", header + west)
    assert [row_content(each)["名称"] for each in loader.ledger.rejects()["params"]] == ["东方厂"]
    assert facts()["sheets:B1", "staff"] == 12.0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_an_export_saved_again_by_a_spreadsheet_keeps_its_marks(
    deliver: Deliver, loader: Loader, facts, codes, encoding
) -> None:
    first = deliver("名录.csv", register(codes, 0, "5", "x"))
    fixed = exported(loader, first.arrival, (",x,", ",6,"))
    text = fixed.replace(",", "\t") if encoding == "utf-16" else fixed
    deliver("改好.csv", text.encode(encoding))
    assert still_open(loader) == [] and facts()[codes[1], "staff"] == 6.0


def test_an_export_saved_as_a_workbook_keeps_its_marks(deliver: Deliver, loader: Loader, facts, codes) -> None:
    first = deliver("名录.csv", register(codes, 0, "5", "x"))
    table = to_put_right(open_rejects(loader.ledger, first.arrival), str).with_columns(从业人数=pl.lit("6"))
    content = BytesIO()
    table.write_excel(content)
    deliver("改好.xlsx", content.getvalue())
    assert still_open(loader) == [] and facts()[codes[1], "staff"] == 6.0


def test_a_row_whose_number_was_wrong_is_found_by_its_place_and_the_rest(
    deliver: Deliver, loader: Loader, codes
) -> None:
    text = register(codes, 0, "5", "6")
    wrong = codes[1][:-1] + ("0" if codes[1][-1] != "0" else "1")
    deliver("名录.csv", text.replace(codes[1], wrong))
    assert len(still_open(loader)) == 1
    deliver("名录.csv", register(codes, 10, "5", "6"))
    assert len(still_open(loader)) == 1, "another firm in the same row puts nothing right"
    deliver("名录.csv", text)
    assert still_open(loader) == []


def test_a_long_table_s_rejects_are_told_apart_by_what_they_say(deliver: Deliver, loader: Loader) -> None:
    header = "代码,时间,指标,数值\n"
    deliver(
        "用电.csv",
        f"{header}A,2023-03,electricity,1\nA,2023-01,electricity,x\nA,2023-02,electricity,y\nA,2023,revenue,z\n",
    )
    deliver("用电.csv", f"{header}A,2023-01,electricity,5\nA,2023,profit,3\n")
    assert [raw for _, _, raw in still_open(loader)] == ["y", "z"]


def test_a_value_made_of_several_lines_is_not_put_right_by_one(deliver: Deliver, loader: Loader, facts, codes) -> None:
    lines = f"代码,名称,月,金额\n{codes[0]},甲公司,2023,5\n{codes[0]},甲公司,2023,x\n"
    first = deliver("付款sum.csv", lines)
    with pytest.raises(ProblemError) as caught:
        deliver("改.csv", exported(loader, first.arrival, (",x", ",6")))
    assert caught.value.problems[0].code == "E383"
    deliver("付款sum.csv", lines.replace(",x", ",6"))
    assert (facts()[codes[0], "revenue"], still_open(loader)) == (1100, [])


def test_a_rehearsal_says_what_would_come_and_keeps_nothing(
    deliver: Deliver, loader: Loader, tmp_path, clock, codes
) -> None:
    path = tmp_path / "名录.csv"
    path.write_text(register(codes, 0, "5", "x"), encoding="utf-8")
    told = loader.rehearse(path, clock())
    assert (told.verdict, told.rows, told.rejects) == ("accepted", 2, 1)
    assert loader.ledger.arrivals().is_empty() and loader.ledger.rejects().is_empty()
    assert loader.load(path, clock()).facts == told.facts
