from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from duofeng.zone.source_file import MAX_BYTES, TypedDecimal, TypedInteger, parse_source, read_source_file


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0111", "0111"),
        ("0571", "0571"),
        ("0710", "0710"),
        ("08", "08"),
        ("12:30", "12:30"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("off", "off"),
        ("null", "null"),
        ("~", "~"),
        ("2024-13-01", "2024-13-01"),
        ("2024-03-01", "2024-03-01"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        (".5", ".5"),
        ("+5", "+5"),
        ("1.", "1."),
        (".inf", ".inf"),
        ("<<", "<<"),
        ("True", "True"),
        ('"true"', "true"),
        ("'12'", "12"),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-17", -17),
        ("91410100", 91410100),
        ("3.10", Decimal("3.10")),
        ("-0.5", Decimal("-0.5")),
    ],
)
def test_a_scalar_stays_what_was_typed(typed: str, read: object) -> None:
    file = parse_source(f"key: {typed}\n".encode(), "a.yaml")
    assert not file.problems
    assert file.data["key"] == read
    assert isinstance(file.data["key"], type(read))


def test_a_number_remembers_how_it_was_typed() -> None:
    data = parse_source(b"a: 7.50\nb: 12\n", "a.yaml").data
    assert isinstance(data["a"], TypedDecimal) and data["a"].typed == "7.50"
    assert isinstance(data["b"], TypedInteger) and data["b"].typed == "12"


def test_keys_are_always_text() -> None:
    assert list(parse_source(b"2023: a\ntrue: b\n01: c\n", "a.yaml").data) == ["2023", "true", "01"]


def test_a_byte_order_mark_shifts_no_column() -> None:
    file = parse_source("\ufefftitle: 样例\n".encode(), "a.yaml")
    assert file.data == {"title": "样例"} and not file.problems
    assert str(file.span(("title",))) == "a.yaml:1:8"


def test_places_count_lines_and_columns_in_characters() -> None:
    file = parse_source("甲: {乙: 丙}\n丁:\n  - 戊\n  - 己: 庚\n".encode(), "a.yaml")
    assert str(file.span(("甲", "乙"))) == "a.yaml:1:8"
    assert str(file.span(("甲", "乙"), key=True)) == "a.yaml:1:5"
    assert str(file.span(("丁", 1, "己"))) == "a.yaml:4:8"
    assert file.span(("丁", 0)).text == "  - 戊"


def test_windows_line_ends_change_nothing() -> None:
    file = parse_source(b"a: 1\r\nb:\r\n  c: 2\r\n", "a.yaml")
    assert file.data == {"a": 1, "b": {"c": 2}}
    assert str(file.span(("b", "c"))) == "a.yaml:3:6"


def test_a_path_that_is_not_in_the_file_leads_to_what_encloses_it() -> None:
    file = parse_source(b"a:\n  b: 1\n", "a.yaml")
    assert str(file.span(("a", "missing"))) == "a.yaml:1:1"
    assert str(file.span(("missing",))) == "a.yaml:1:1"


@pytest.mark.parametrize(
    ("content", "offset", "place"),
    [
        ("when: revenue >= 1\n", 8, "a.yaml:1:15"),
        ('when: "revenue >= 1"\n', 8, "a.yaml:1:16"),
        ("when: |\n  revenue >= 1\n  and employees > 5\n", 17, "a.yaml:3:7"),
        ("when: |\n\n  revenue >= 1\n", 1, "a.yaml:3:3"),
        ("when: |\n  a or\n    b\n  or c\n", 7, "a.yaml:3:5"),
        ("when: |\n  a or\n    b\n  or c\n", 9, "a.yaml:4:3"),
        ("when: >\n  revenue\n  >= 1\n", 8, "a.yaml:1:7"),
    ],
)
def test_an_offset_leads_into_an_expression(content: str, offset: int, place: str) -> None:
    assert str(parse_source(content.encode(), "a.yaml").span(("when",), offset=offset)) == place


def test_ten_thousand_aliases_of_aliases_are_refused_without_being_followed() -> None:
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    file = parse_source(laughs.encode(), "a.yaml")
    assert {problem.code for problem in file.problems} == {"E010"}


def test_nesting_of_any_depth_ends_in_a_report() -> None:
    for opener in ("[", "{a: ", "- "):
        file = parse_source((opener * 50_000).encode(), "a.yaml")
        assert [problem.code for problem in file.problems] == ["E006"], opener


def test_a_file_too_big_to_be_written_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a: 1\n" * (MAX_BYTES // 5 + 1))
    assert [problem.code for problem in read_source_file(path, "big.yaml").problems] == ["E006"]


def test_a_folder_with_the_name_of_a_file_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "a.yaml"
    folder.mkdir()
    assert [problem.code for problem in read_source_file(folder, "a.yaml").problems] == ["E001"]
