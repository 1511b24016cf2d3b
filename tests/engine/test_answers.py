"""What expressions answer: numbers, dates, texts, choices, and money exact to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.engine.expression import Expression
from duofeng.engine.program import compile_program, evaluate
from duofeng.kernel.problem import ProblemError

Read = Callable[..., Expression]
CENT = Decimal("1")
RATES = {"rd[2022]": 3, "rd[2023]": 3, "revenue[2022]": 100, "revenue[2023]": 101}
RARE = {"revenue[2021]": None, "revenue[2022]": 50_000, "revenue[2023]": None}


def one(read: Read, text: str, facts: dict[str, object], as_of: date) -> object:
    return evaluate(read(text), pl.DataFrame({name: [value] for name, value in facts.items()}), as_of)[0]


@pytest.mark.parametrize(
    ("text", "facts", "value"),
    [
        ("ratio * 100 = 29", {"ratio": 0.29}, True),
        ("ratio * 100 > 29", {"ratio": 0.29}, False),
        ("cagr(revenue[-3:-1]) >= 0.2", {"revenue[2021]": 1000, "revenue[2022]": 1, "revenue[2023]": 1440}, True),
        ("growth(revenue[-2:-1]) >= 0.2", {"revenue[2022]": 100, "revenue[2023]": 120}, True),
        ("growth(revenue[-2:-1])", {"revenue[2022]": -100, "revenue[2023]": 120}, None),
        ("rd[-1] / revenue[-1] >= 0.03", {"rd[2023]": 3, "revenue[2023]": 100}, True),
        ("round(ratio, 2)", {"ratio": 2.675}, 2.68),
        ("round(ratio)", {"ratio": -2.5}, -3.0),
        ("floor(ratio, -1)", {"ratio": 29.0}, 20.0),
        ("ceil(ratio)", {"ratio": 1e300}, 1e300),
        ("years_between(registered_on, as_of)", {"registered_on": date(2023, 5, 10)}, 1.0),
        ("years_between(registered_on, as_of)", {"registered_on": date(2023, 5, 11)}, 0.0),
        ("months_between(registered_on, as_of)", {"registered_on": date(2024, 5, 11)}, -1.0),
        ("at_most_years(registered_on, as_of, 10)", {"registered_on": date(2014, 5, 10)}, True),
        ("at_most_years(registered_on, as_of, 10)", {"registered_on": date(2014, 5, 9)}, False),  # 10 years and a day
        ("at_most_years('2020-02-29', '2023-02-28', 3)", {"patents": 1.0}, True),
        ("at_most_years('2020-02-29', '2023-03-01', 3)", {"patents": 1.0}, False),
        ("add_months(registered_on, 1)", {"registered_on": date(2023, 1, 31)}, date(2023, 2, 28)),
        ("add_months(registered_on, -13)", {"registered_on": date(2024, 3, 31)}, date(2023, 2, 28)),
        ("always(rd[-2:-1] / revenue[-2:-1] >= 0.03)", RATES, False),
        ("not ever(absent(revenue[-3:-1], 0) > 500)", RARE, True),
        ("marginal(grant, 0.10, 5_000_000, 0.05)", {"grant": 12_000_000_00}, 850_000_00),
        ("marginal(grant, 0, 60_000, 0.03, 144_000, 0.10)", {"grant": 200_000_00}, 8_120_00),
        ("marginal(grant, 0.1, 1.2, 0.05)", {"grant": -5}, 0),
        ("marginal(patents, money(2000), 3, money(1000))", {"patents": 5.0}, 8_000_00),
        ("registered_on + 1", {"registered_on": date(2020, 2, 28)}, date(2020, 2, 29)),
        ("as_of - registered_on", {"registered_on": date(2024, 5, 1)}, 9.0),
        ("year(registered_on) + month(registered_on)", {"registered_on": date(2020, 2, 28)}, 2022.0),
        ("greatest(registered_on, date '2023-01-01')", {"registered_on": date(2020, 2, 28)}, date(2023, 1, 1)),
        ("industry in codes('strategic')", {"industry": "3911"}, True),
        ("industry in codes('closed')", {"industry": "0610"}, False),
        ("district like '_件%'", {"district": "软件园"}, True),
        ("district = 'it''s'", {"district": "it's"}, True),
        ("industry = district", {"industry": "甲", "district": "甲"}, True),
        ("case when patents > 1 then '一档' else district end", {"patents": 1.0, "district": "二档"}, "二档"),
        ("case when patents > 1 then 1 end", {"patents": 1.0}, None),
        ("count_true(abnormal, exporter, patents > 1)", {"abnormal": True, "exporter": False, "patents": 2.0}, 2.0),
        ("max(revenue[-2:-1])", {"revenue[2022]": 7, "revenue[2023]": 5}, 7),
        ("avg(revenue[-3:-1])", {"revenue[2021]": 1, "revenue[2022]": 1, "revenue[2023]": 2}, 1),
        ("round(grant, -4)", {"grant": 1_499_999_99}, 1_500_000_00),
        ("floor(grant, -4)", {"grant": -1}, -10_000_00),
        ("grant / 0.3", {"grant": 1}, 3),
        ("grant * 0.15", {"grant": 10}, 2),
        ("-grant * 0.15", {"grant": 10}, -2),
        ("grant * ratio", {"grant": 10, "ratio": 0.15}, 2),
        ("grant * patents", {"grant": 2**62, "patents": 3.0}, None),
        ("grant + grant", {"grant": 2**62}, None),
        ("rd[-1] / patents", {"rd[2023]": 5, "patents": 0.0}, None),
    ],
)  # fmt: skip
def test_answers(text: str, facts: dict[str, object], value: object, read: Read, as_of: date) -> None:
    found = one(read, text, facts, as_of)
    assert found == value
    assert (found is None) == (value is None)


@given(
    amount=st.integers(-(10**15), 10**15),
    rate=st.decimals("-1000", "1000", places=4).filter(lambda rate: rate != 0),
)
@settings(max_examples=300, deadline=None)
def test_money_times_and_over_a_written_rate_is_exact(amount: int, rate: Decimal, read: Read, as_of: date) -> None:
    for sign, exact in (("*", Decimal(amount) * rate), ("/", Decimal(amount) / rate)):
        expected = int(exact.quantize(CENT, ROUND_HALF_UP))
        assert one(read, f"grant {sign} ({rate})", {"grant": amount}, as_of) == expected


@given(amounts=st.lists(st.integers(0, 10**17), min_size=1, max_size=20), places=st.integers(0, 4))
@settings(max_examples=150, deadline=None)
def test_money_times_a_column_counts_its_decimals(amounts: list[int], places: int, read: Read, as_of: date) -> None:
    rates = [round(0.12345 * (number + 1), places) for number in range(len(amounts))]
    table = pl.DataFrame({"grant": amounts, "ratio": rates})
    exact = [Decimal(amount) * Decimal(str(rate)) for amount, rate in zip(amounts, rates, strict=True)]
    assert evaluate(read("grant * ratio"), table, as_of).to_list() == [
        int(value.quantize(CENT, ROUND_HALF_UP)) for value in exact
    ]


def test_a_missing_column_and_a_wrong_type_are_problems(read: Read, as_of: date) -> None:
    with pytest.raises(ProblemError) as caught:
        evaluate(read("patents > 1 and abnormal"), pl.DataFrame({"patents": [1.0]}), as_of)
    assert [one.code for one in caught.value.problems] == ["E521"]
    with pytest.raises(ProblemError) as caught:
        evaluate(read("grant > 1"), pl.DataFrame({"grant": [1.5]}), as_of)
    assert [one.code for one in caught.value.problems] == ["E522"]


def test_a_column_of_nulls_and_an_empty_table_are_answered(read: Read, as_of: date) -> None:
    texts = ["patents > 1", "grant * 2", "registered_on + 1", "industry", "abnormal and exporter"]
    names = ["patents", "grant", "registered_on", "industry", "abnormal", "exporter"]
    for text in texts:
        assert evaluate(read(text), pl.DataFrame({name: [None] for name in names}), as_of).to_list() == [None]
    typed = pl.DataFrame(schema={"patents": pl.Float64, "industry": pl.String})
    assert evaluate(read("patents > 1 and industry = '甲'"), typed, as_of).to_list() == []


def test_arrow_tables_in_pieces_give_the_answers_of_the_frame(read: Read, as_of: date) -> None:
    frame = pl.DataFrame({"industry": ["39", None, "40", "06"] * 3, "patents": [1.0, 2.0, None, 4.0] * 3})
    pieces = [frame[start : start + 5].with_columns(pl.col("industry").cast(pl.Categorical)) for start in (0, 5, 10)]
    table = pa.concat_tables([piece.to_arrow() for piece in pieces])
    expression = read("industry in codes('strategic') or patents > 3")
    assert evaluate(expression, table, as_of).to_list() == evaluate(expression, frame, as_of).to_list()


def test_a_wide_dictionary_is_looked_up_too(read: Read, as_of: date) -> None:
    frame = pl.DataFrame({"industry": [f"{number % 2_000:04}" for number in range(70_000)] + [None]})
    answers = evaluate(read("industry in ('0039', '1999')"), frame, as_of)
    assert answers.sum() == 70
    assert answers[-1] is None


def test_equal_conditions_are_computed_once(read: Read, as_of: date) -> None:
    texts = ["patents >= 3", "3 <= patents", "patents >= 3.0 and abnormal"]
    program = compile_program([read(text) for text in texts], as_of)
    assert len(program.steps) == 4  # patents, the comparison, abnormal, the conjunction
    assert program.roots[0] == program.roots[1]


def test_threads_change_nothing(read: Read, as_of: date) -> None:
    frame = pl.DataFrame({"patents": [float(number % 7) for number in range(100_000)]})
    program = compile_program([read("patents > 3"), read("patents * 2 < 5")], as_of)
    alone, together = program.run(frame), program.run(frame, threads=2)
    assert (alone.yes == together.yes).all()
    assert (alone.unknown == together.unknown).all()
