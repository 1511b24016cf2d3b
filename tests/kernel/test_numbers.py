"""Columns of numbers: what a cell says, what is missing, what is wrong; exact where it is money."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.kernel.absence import MISSING_MARKS
from duofeng.kernel.money import LARGEST_MINOR, from_minor
from duofeng.kernel.numbers import convert_numbers, money_minor, parse_numbers
from duofeng.kernel.problem import ProblemError

COLUMNS = settings(max_examples=30, deadline=None)
"""A column has as many cells as it is long: fewer columns try as many cells."""
CELLS = [
    ("1", 1.0, None, True),
    ("-2.50", -2.5, None, True),
    ("１２．５ 万元", 12.5, "万元", True),
    ("1,234,567.8", 1234567.8, None, True),
    ("１，２３４", 1234.0, None, True),
    ("1.2亿", 1.2, "亿", True),
    ("3%", 3.0, "%", True),
    ("0.5个百分点", 0.5, "个百分点", True),
    ("1e5", 100000.0, None, True),
    ("−3", -3.0, None, True),
    (" 7 ", 7.0, None, True),
    (None, None, None, True),
    *((mark, None, None, True) for mark in sorted(MISSING_MARKS)),
    ("abc", None, None, False),
    ("1,23", None, None, False),
    ("约5", None, None, False),
    ("inf", None, None, False),
    ("NaN", None, None, True),
    ("1.2.3", None, None, False),
]


def test_every_cell_of_a_mixed_column_is_read_or_refused_in_its_place() -> None:
    table = parse_numbers(pl.Series([cell for cell, *_ in CELLS]))
    for (cell, *expected), row in zip(CELLS, table.iter_rows(), strict=True):
        assert list(row) == expected, cell


def test_a_column_of_numbers_passes_through() -> None:
    assert parse_numbers(pl.Series([1.5, None, 3.0])).rows() == [
        (1.5, None, True),
        (None, None, True),
        (3.0, None, True),
    ]
    assert money_minor(pl.Series([1234.56, None, 0.1])).rows() == [
        (123456, True, None),
        (None, True, None),
        (10, True, None),
    ]
    assert money_minor(pl.Series([3, 4]), "万元")["minor"].to_list() == [3_000_000, 4_000_000]


def test_an_empty_column_gives_an_empty_table() -> None:
    assert parse_numbers(pl.Series([], dtype=pl.String)).height == 0
    assert money_minor(pl.Series([], dtype=pl.String)).height == 0
    assert parse_numbers(pl.Series([None, None], dtype=pl.String))["ok"].all()


@pytest.mark.parametrize(
    ("cell", "unit", "to_unit", "value", "code"),
    [
        ("15", "亩", "公顷", 1.0, None),
        ("1公顷", "亩", "公顷", 1.0, None),
        ("12.3456", "万元", "元", 123456.0, None),
        ("12.3456万", "元", "元", 123456.0, None),
        ("1.2亿", "万元", "元", 120000000.0, None),
        ("1.2万", "家", "家", 12000.0, None),
        ("3个", "家", "家", None, "E122"),
        ("3%", "pp", "pp", None, "E122"),
        ("3厥", "家", "家", None, "E121"),
        ("三", "家", "家", None, "E120"),
        ("—", "家", "家", None, None),
    ],
)
def test_a_cell_is_converted_from_its_own_unit(
    cell: str, unit: str, to_unit: str, value: float | None, code: str | None
) -> None:
    assert convert_numbers(pl.Series([cell]), unit, to_unit).row(0) == (value, code is None, code)


def test_a_declared_unit_that_cannot_fit_is_a_mistake_of_the_declaration() -> None:
    with pytest.raises(ProblemError):
        convert_numbers(pl.Series(["1"]), "亩", "元")
    with pytest.raises(ProblemError):
        money_minor(pl.Series(["1"]), "家")


@pytest.mark.parametrize(
    ("cell", "unit", "minor", "code"),
    [
        ("1234.56", "元", 123456, None),
        ("1234.560", "元", 123456, None),
        ("1234.567", "元", None, "E123"),
        ("0.1234567", "万元", None, "E123"),
        ("109.58亿元", "万元", 1_095_800_000_000, None),
        ("3500万元", "元", 3_500_000_000, None),
        ("12345678901234567.89", "元", 1234567890123456789, None),
        ("12345678901234567.891", "元", None, "E123"),
        ("99999999999999.999", "元", None, "E123"),
        ("92233720368547758.08", "元", None, "E124"),
        ("123456789012345678901234567890", "元", None, "E124"),
        ("3亿美元", "元", None, "E122"),
        ("5%", "元", None, "E122"),
        ("/", "元", None, None),
        ("好", "元", None, "E120"),
    ],
)
def test_money_is_exact_or_refused(cell: str, unit: str, minor: int | None, code: str | None) -> None:
    for column in ([cell], [cell, "1"], ["1", cell, "—"]):
        table = money_minor(pl.Series(column), unit)
        assert table.row(column.index(cell)) == (minor, code is None, code)


@COLUMNS
@given(st.lists(st.integers(-LARGEST_MINOR, LARGEST_MINOR), max_size=20), st.sampled_from([0, 4, 8]))
def test_any_amount_written_in_any_scale_comes_back_exactly(minors: list[int], scale: int) -> None:
    unit = {0: "元", 4: "万元", 8: "亿元"}[scale]
    cells = [f"{from_minor(minor).scaleb(-scale):f}" for minor in minors]
    assert money_minor(pl.Series(cells, dtype=pl.String), unit)["minor"].to_list() == minors
    assert money_minor(pl.Series([cell + unit for cell in cells], dtype=pl.String))["minor"].to_list() == minors


@COLUMNS
@given(st.lists(st.decimals(-(10**9), 10**9, places=4), min_size=1, max_size=20))
def test_a_decimal_factor_gives_the_nearest_double(values: list[Decimal]) -> None:
    found = convert_numbers(pl.Series([f"{value:f}万元" for value in values]), "元", "元")["value"]
    assert found.to_list() == [float(value * 10_000) for value in values]


@COLUMNS
@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=40))
def test_no_text_makes_a_column_raise_and_every_row_gets_a_verdict(cells: list[str | None]) -> None:
    texts = pl.Series(cells, dtype=pl.String)
    assert parse_numbers(texts)["ok"].null_count() == 0
    assert money_minor(texts)["ok"].null_count() == 0
    assert convert_numbers(texts, "家", "家").height == len(cells)
