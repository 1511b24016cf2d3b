from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.facts.readers.bytes import deliver
from duofeng.facts.readers.csv import read_csv
from duofeng.facts.readers.table import ROW
from duofeng.kernel.problem import ProblemError


def read(path: Path, text: str, declared: tuple[str, ...] = ("甲", "乙", "丙"), **told: object):
    path.write_text(text, encoding="utf-8", newline="")
    table = read_csv(path, path.name, declared, **told)
    batches = list(table.batches)
    cells = [row for batch in batches for row in batch.cells.rows()]
    broken = [row for batch in batches for row in batch.broken.rows()]
    return table, cells, broken


def test_rows_are_counted_as_a_person_sees_them(tmp_path: Path) -> None:
    _, cells, broken = read(tmp_path / "a.csv", "企业表,,\n甲,乙,丙\n1,2,3\n\n4,5,6\n")
    assert [row[-1] for row in cells if any(row[:-1])] == [3, 5]
    assert [row[:3] for row in cells if any(row[:-1])] == [("1", "2", "3"), ("4", "5", "6")]
    assert not broken


def test_rows_with_too_many_or_too_few_cells_are_kept_as_they_were_written(tmp_path: Path) -> None:
    _, cells, broken = read(tmp_path / "a.csv", "甲,乙,丙\n1,2,3\n1,2\n1,2,3,4,5\n7,8,\n")
    assert [row[:3] for row in cells] == [("1", "2", "3"), ("7", "8", "")]
    assert [(row[0], row[1], row[2]) for row in broken] == [(3, "1,2", "E209"), (4, "1,2,3,4,5", "E209")]


def test_a_short_row_is_found_though_its_missing_cell_looks_blank(tmp_path: Path) -> None:
    _, cells, broken = read(tmp_path / "a.csv", '甲,乙,丙\n"1,1",2,\n1,2\n')
    assert [row[:3] for row in cells] == [("1,1", "2", "")]
    assert [(row[0], row[1]) for row in broken] == [(3, "1,2")]


def test_a_quote_never_closed_costs_one_row_and_not_the_rest_of_the_file(tmp_path: Path) -> None:
    rows = "".join(f"{n},x,y\n" for n in range(200))
    _, cells, broken = read(tmp_path / "a.csv", f'甲,乙,丙\n"1,2,3\n{rows}')
    assert len(cells) == 200
    assert [(row[0], row[1], row[2]) for row in broken] == [(2, '"1,2,3', "E217")]


def test_a_quoted_cell_over_two_lines_is_one_row(tmp_path: Path) -> None:
    _, cells, broken = read(tmp_path / "a.csv", '甲,乙,丙\n"1\n1",2,3\n4,5,6\n')
    assert cells == [("1\n1", "2", "3", 2), ("4", "5", "6", 3)]
    assert not broken


def test_a_bad_row_far_down_is_kept_and_its_neighbours_are_not_counted_twice(tmp_path: Path) -> None:
    rows = [f"{n},b,c\n" for n in range(300_000)]
    rows[250_000] = "250000,b\n"
    _, cells, broken = read(tmp_path / "a.csv", "甲,乙,丙\n" + "".join(rows))
    assert len(cells) == 299_999
    assert len({row[0] for row in cells}) == 299_999
    assert all(int(row[0]) + 2 == row[-1] for row in cells)
    assert [row[0] for row in broken] == [250_002]


def test_titles_over_two_rows_are_joined(tmp_path: Path) -> None:
    text = "名称,2023年,,2024年,\n,收入,利润,收入,利润\n甲公司,1,2,3,4\n"
    table, cells, _ = read(tmp_path / "a.csv", text, ("名称", "2023年/收入", "2024年/利润"), height=2)
    assert table.titles == ("名称", "2023年/收入", "2023年/利润", "2024年/收入", "2024年/利润")
    assert cells == [("甲公司", "1", "2", "3", "4", 3)]


def test_titles_match_whatever_their_width_and_spaces(tmp_path: Path) -> None:
    table, _, _ = read(tmp_path / "a.csv", "甲 （万元）,　乙,丙\n1,2,3\n", ("甲(万元)", "乙"))
    assert table.titles == ("甲(万元)", "乙", "丙")


def test_a_wrong_delimiter_is_reported_with_the_likely_one(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        read(tmp_path / "a.csv", "甲;乙;丙\n1;2;3\n", delimiter=",")
    assert caught.value.problems[0].code == "E204"
    assert dict(caught.value.problems[0].params) == {"declared": ",", "likely": ";"}


def test_an_undeclared_delimiter_is_found_and_said(tmp_path: Path) -> None:
    table, cells, _ = read(tmp_path / "a.csv", "甲\t乙\t丙\n1\t2\t3\n")
    assert [problem.code for problem in table.problems] == ["E241"]
    assert cells == [("1", "2", "3", 2)]


def test_a_file_without_the_declared_columns_says_which_were_expected(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        read(tmp_path / "a.csv", "x,y\n1,2\n")
    assert caught.value.problems[0].code == "E205"
    assert "甲、乙、丙" in str(caught.value.problems[0].message)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found_by_content(tmp_path: Path, encoding: str, expected: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("名称,备注\n" + "".join(f"企业{n},生僻字㐀\n" for n in range(2000))).encode(encoding))
    assert deliver(path, workbook=False).encoding == expected


def test_chinese_that_begins_beyond_the_first_block_is_still_read_as_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 600_000 + "企业,二\n".encode("gb18030"))
    assert deliver(path, workbook=False).encoding == "gb18030"


def test_one_damaged_byte_does_not_turn_utf_8_into_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名称\n".encode() + "企业名称\n".encode() * 50 + b"\xe4\xbc\n" + "企业\n".encode() * 5)
    found = deliver(path, workbook=False)
    assert (found.encoding, found.lossy) == ("utf-8-sig", True)


def test_bytes_that_are_no_text_are_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, code in ((b"PK\x03\x04" + b"\0" * 40, "E214"), (b"", "E201"), (b"\xff\xff\x80 \x81", "E202")):
        path.write_bytes(content)
        problem = deliver(path, workbook=False).problem
        assert problem is not None and problem.code == code


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=6)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=20))
def test_whatever_is_written_by_the_rules_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    quoted = ["\n".join(['"甲","乙","丙"', *(",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)])]
    _, cells, broken = read(path, quoted[0] + "\n", delimiter=",")
    assert [row[:3] for row in cells] == rows
    assert [row[-1] for row in cells] == [number + 2 for number in range(len(rows))]
    assert not broken


def test_the_row_column_never_collides_with_a_title(tmp_path: Path) -> None:
    table, _, _ = read(tmp_path / "a.csv", "甲,,\n1,2,3\n")
    assert ROW not in table.titles
