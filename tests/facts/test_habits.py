"""Dates and numbers as the people of a zone write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from duofeng.facts.cells import read_dates, read_money, read_numbers, read_periods
from duofeng.facts.habits import with_point, year_first
from duofeng.facts.moments import read_moments

MADRID = ZoneInfo("Europe/Madrid")


def test_the_day_comes_first_where_the_zone_says_so() -> None:
    read = read_dates(pl.Series(["14/06/2012", "1.6.2012", "2012-06-14"]), serials=False, order="day_first")
    assert read.values.to_list() == [date(2012, 6, 14), date(2012, 6, 1), date(2012, 6, 14)]
    assert read_dates(pl.Series(["06/14/2012"]), serials=False, order="month_first").values[0] == date(2012, 6, 14)


@pytest.mark.parametrize(("text", "code"), [("03/04/2012", "E379"), ("14/06/12", "E221")])
def test_without_a_habit_nobody_guesses_what_comes_first(text: str, code: str) -> None:
    assert read_dates(pl.Series([text]), serials=False).faults["code"].to_list() == [code]


def test_a_day_that_the_month_lacks_is_refused_not_turned_round() -> None:
    assert read_dates(pl.Series(["06/14/2012"]), serials=False, order="day_first").values.to_list() == [None]


def test_moments_and_periods_have_the_same_order() -> None:
    read = read_moments(pl.Series(["14/06/2012 09:30"]), MADRID, order="day_first")
    assert read.values[0] == datetime(2012, 6, 14, 7, 30, tzinfo=UTC)
    assert read_periods(["06/2012", "14/06/2012"], "day_first")["period"].to_list() == ["2012-06", "2012-06-14"]


def test_a_format_of_the_column_goes_before_the_habit() -> None:
    assert read_dates(pl.Series(["06/14/2012"]), False, "%m/%d/%Y", "day_first").values[0] == date(2012, 6, 14)


def test_a_comma_before_decimals() -> None:
    written = pl.Series(["1.234,56", "1234,5", "-3", "1.234", "12 345,5", "—", "0,5"])
    read = read_numbers(with_point(written, "comma", native=False), None, None)
    assert read.values.to_list() == [1234.56, 1234.5, -3, 1234, 12345.5, None, 0.5]
    money = read_money(with_point(pl.Series(["1.234,56 EUR", "2,50"]), "comma", native=False), "EUR")
    assert money.values.to_list() == [123456, 250]


@pytest.mark.parametrize("text", ["1.5", "1,234.5", "12.34,5", "1.2345"])
def test_what_is_no_number_by_the_habit_is_refused(text: str) -> None:
    read = read_numbers(with_point(pl.Series([text]), "comma", native=False), None, None)
    assert read.faults["code"].to_list() == ["E120"]


def test_numbers_that_a_file_keeps_as_numbers_keep_their_point() -> None:
    written = pl.Series(["1.5", "1.234", "1.234,5"])
    assert with_point(written, "comma", native=True).to_list() == ["1.5", "1.234", "1234.5"]


def test_a_text_in_no_known_order_stays_as_it_is() -> None:
    assert year_first(pl.Series(["soon", "2012-06-14"]), "day_first").to_list() == ["soon", "2012-06-14"]
