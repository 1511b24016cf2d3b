"""Numbers and days as people of a place write them: by what the source declares, and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from duofeng.facts.cells import plain_period, read_dates
from duofeng.facts.habits import ledger_style
from duofeng.facts.loading import Loader, Outcome

Deliver = Callable[..., Outcome]
Facts = Callable[[], dict[tuple[str, str], object]]


@pytest.mark.parametrize("text", ["1,250", "12.500", "-1,250", "1.250"])
def test_a_number_that_may_be_two_is_refused_with_both(
    deliver: Deliver, loader: Loader, facts: Facts, codes: list[str], text: str
) -> None:
    deliver("名录.csv", f'统一社会信用代码,企业名称,面积\n{codes[0]},甲公司,"{text}"\n')
    ((code, params),) = loader.ledger.rejects().select("code", "params").rows()
    assert code == "E378"
    assert f'"grouped":"{text.replace(",", "").replace(".", "")}"' in params
    assert f'"decimal":"{text.replace(",", ".")}"' in params
    assert (codes[0], "area") not in facts()


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,250.5", 1250.5), ("1,250,000", 1_250_000), ("0.125", 0.125), ("3.14159", 3.14159), ("12.5", 12.5)],
)
def test_a_number_that_is_only_one_is_read(
    deliver: Deliver, facts: Facts, codes: list[str], text: str, value: float
) -> None:
    deliver("名录.csv", f'统一社会信用代码,企业名称,面积\n{codes[0]},甲公司,"{text}"\n')
    assert facts()[codes[0], "area"] == value


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        ("comma", "1,250", 1.25),
        ("comma", "1.250", 1250),
        ("comma", "3,5", 3.5),
        ("comma", "1.234,50", 1234.5),
        ("point", "1,250", 1250),
        ("point", "12.500", 12.5),
    ],
)
def test_a_source_says_what_its_marks_mean(
    deliver: Deliver, facts: Facts, codes: list[str], source: str, text: str, value: float
) -> None:
    deliver("Habits.csv", f"Code;Area;Day\n{codes[0]};{text};\n", source=source)
    assert facts()[codes[0], "area"] == value


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("(1,234.50)", "-1,234.50"),
        ("（1234.5）", "-1234.5"),
        ("1234.50-", "-1234.50"),
        ("¥1234.50", "1234.50"),
        ("￥ 12", "12"),
        ("-¥12", "-12"),
        ("'1234.50", "1234.50"),
        ("1'234.5", "1234.5"),
        ("$12", "$12"),
        ("12", "12"),
    ],
)
def test_numbers_as_bookkeepers_write_them(text: str, read: str) -> None:
    assert ledger_style(pl.Series([text]), "元").to_list() == [read]


def test_the_sign_of_a_currency_before_ten_thousands_of_it_is_not_stripped() -> None:
    assert ledger_style(pl.Series(["¥12"]), "万元").to_list() == ["¥12"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("02-Jan-08", date(2008, 1, 2)),
        ("2 January 2008", date(2008, 1, 2)),
        ("Jan 2, 2008", date(2008, 1, 2)),
        ("15-Mar-1998", date(1998, 3, 15)),
        ("14/06/2012", date(2012, 6, 14)),
        ("06/14/2012", date(2012, 6, 14)),
        ("05/05/2024", date(2024, 5, 5)),
        ("2012年6月14日", date(2012, 6, 14)),
        ("2012年6月", None),
        ("44927", None),
    ],
)
def test_a_day_in_other_forms(text: str, day: date | None) -> None:
    assert read_dates(pl.Series([text]), serials=False).values.to_list() == [day]


def test_a_day_that_may_be_two_is_refused_with_both_or_read_as_declared(
    deliver: Deliver, loader: Loader, facts: Facts, codes: list[str]
) -> None:
    deliver("Habits.csv", f"Code;Area;Day\n{codes[0]};1;03/04/2024\n", source="point")
    ((code, params),) = loader.ledger.rejects().select("code", "params").rows()
    assert code == "E379"
    assert "2024-04-03" in params
    assert "2024-03-04" in params
    deliver("Habits.csv", f"Code;Area;Day\n{codes[1]};1;03/04/2024\n", source="comma")
    assert facts()[codes[1], "registered_on"] == date(2024, 4, 3)


def test_days_as_spreadsheets_count_them_are_read_where_declared() -> None:
    assert read_dates(pl.Series(["44927"]), serials=False, format="serial").values.to_list() == [date(2023, 1, 1)]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2022年报", "2022"),
        ("2022年年报", "2022"),
        ("2022年度报告", "2022"),
        ("2022.0", "2022"),
        ("Q1 2022", "2022Q1"),
        ("1H2022", "2022H1"),
        ("Jan 2022", "2022-01"),
        ("Sep-21", "2021-09"),
        ("22年", "22年"),
        ("2021/22", "2021/22"),
    ],
)
def test_periods_in_other_words(text: str, period: str) -> None:
    assert plain_period(text) == period
