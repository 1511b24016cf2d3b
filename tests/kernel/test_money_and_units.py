"""Money and units: exact, and never converted into another kind of thing."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.kernel.message import Said
from duofeng.kernel.money import LARGEST_MINOR, SCALES, format_money, from_minor, parse_money, to_minor
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import BASE_UNITS, cell_unit, convert, split_number_unit, unit
from duofeng.tell.words import told_in


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1.2亿", "120000000"),
        ("1.2亿元", "120000000"),
        ("3500万元", "35000000"),
        ("１２．５ 万元", "125000"),
        ("30万", "300000"),
        ("1,234.56元", "1234.56"),
        ("6 764.5 万元", "67645000"),
        ("109.58亿元", "10958000000"),
        ("2千元", "2000"),
        ("5百万元", "5000000"),
        ("-0.01", "-0.01"),
    ],
)
def test_an_amount_is_read_exactly(text: str, yuan: str) -> None:
    assert parse_money(text) == Decimal(yuan)


def test_a_bare_number_is_in_the_columns_unit_and_a_bare_magnitude_means_yuan() -> None:
    assert parse_money("3.5", "万元") == Decimal(35000)
    assert parse_money("1.2亿", "万元") == Decimal(120_000_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [("三百万", "E120"), ("", "E120"), ("1,23元", "E120"), ("3万圆整", "E121"), ("3亿美元", "E122"), ("3亩", "E122")],
)
def test_what_is_not_an_amount_is_refused(text: str, code: str) -> None:
    with pytest.raises(ProblemError) as error:
        parse_money(text)
    assert error.value.problems[0].code == code


def test_minor_units_are_exact_or_refused() -> None:
    assert to_minor(Decimal("1234.56")) == 123456
    assert from_minor(123456) == Decimal("1234.56")
    for amount, code in ((Decimal("0.001"), "E123"), (Decimal(10) ** 18, "E124")):
        with pytest.raises(ProblemError) as error:
            to_minor(amount)
        assert error.value.problems[0].code == code


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        ("120000000", "1.2亿元"),
        ("35000000", "3,500万元"),
        ("125000.00", "12.5万元"),
        ("9999.5", "9,999.5元"),
        ("0", "0元"),
        ("-35000000", "-3,500万元"),
        ("10958000000.01", "109.5800000001亿元"),
    ],
)
def test_an_amount_is_written_whole_in_the_scale_its_size_asks_for(yuan: str, text: str) -> None:
    assert format_money(Decimal(yuan)) == text


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        ("1", "亿元", "万元", "10000"),
        ("15", "亩", "公顷", "1"),
        ("3", "亩", "平方米", "2000"),
        ("1.5", "万平方米", "公顷", "1.5"),
        ("1", "平方公里", "亩", "1500"),
        ("414", "亩", "公顷", "27.6"),
        ("1", "E", "P", "1000"),
        ("1000", "P", "E", "1"),
        ("2.5", "万千瓦时", "kWh", "25000"),
        ("1", "万家", "家", "10000"),
        ("44.7", "万件", "件", "447000"),
        ("0.2", "亿美元", "万美元", "2000"),
        ("30", "万元/亩", "元/亩", "300000"),
        ("1", "万元/亩", "元/平方米", "15"),
        ("216.58", "件/万人", "件/人", "0.021658"),
        ("2", "天", "小时", "48"),
        ("5", "千米", "米", "5000"),
        ("3", "吨", "公斤", "3000"),
        ("50", "‰", "%", "5"),
        ("1.5", "个百分点", "pp", "1.5"),
    ],
)
def test_a_unit_converts_exactly(value: str, source: str, target: str, result: str) -> None:
    assert convert(Decimal(value), source, target) == Decimal(result)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("家", "个"),
        ("人", "人次"),
        ("件", "项"),
        ("%", "个百分点"),
        ("pp", "%"),
        ("%", "倍"),
        ("亿美元", "亿元"),
        ("万元", "亩"),
        ("吨标准煤", "吨"),
        ("天", "工作日"),
        ("小时", "工作时"),
        ("卡时", "核时"),
        ("P", "卡"),
    ],
)
def test_different_things_never_convert_and_both_are_named(source: str, target: str) -> None:
    with pytest.raises(ProblemError) as error:
        convert(Decimal(1), source, target)
    (problem,) = error.value.problems
    assert problem.code == "E122"
    said, other, near = (
        told_in("zh", cast("Said | str", problem.params[name])) for name in ("unit", "target", "nearest")
    )
    assert (unit(said), unit(other)) == (unit(source), unit(target))
    assert convert(Decimal(1), source, near)


def test_an_unknown_unit_names_the_nearest_known_one() -> None:
    with pytest.raises(ProblemError) as error:
        unit("平方里米")
    assert error.value.problems[0].params["nearest"] == "平方米"


@pytest.mark.parametrize(
    ("text", "number", "written"),
    [
        ("１,２３４.５ 万元", "1234.5", "万元"),
        ("12%", "12", "%"),
        ("0.5个百分点", "0.5", "个百分点"),
        ("30 万元/亩", "30", "万元/亩"),
        ("100㎡", "100", "m2"),
        ("7", "7", None),
        ("−3.5℃", "-3.5", "°C"),
    ],
)
def test_a_number_is_split_from_its_unit(text: str, number: str, written: str | None) -> None:
    assert split_number_unit(text) == (Decimal(number), written)


def test_a_bare_magnitude_stands_before_the_columns_plain_unit() -> None:
    assert cell_unit("亿", "万元") == "亿元"
    assert cell_unit("万", "千瓦时") == "万千瓦时"
    assert cell_unit(None, "万元") == "万元"
    assert cell_unit("元", "万元") == "元"


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), st.sampled_from(list(SCALES)))
def test_money_survives_writing_in_any_scale_and_reading(minor: int, scale: str) -> None:
    written = format_money(from_minor(minor), scale)  # type: ignore[arg-type] # sampled from SCALES
    assert to_minor(parse_money(written)) == minor


@given(
    st.decimals(-(10**12), 10**12, places=4),
    st.sampled_from(
        [(one, two) for one in BASE_UNITS for two in BASE_UNITS if unit(one).dimension == unit(two).dimension]
    ),
)
def test_conversion_there_and_back_returns_the_value(value: Decimal, pair: tuple[str, str]) -> None:
    there = convert(value, *pair)
    assert abs(convert(there, pair[1], pair[0]) - value) < Decimal(10) ** -30
