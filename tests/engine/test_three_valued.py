"""Unknown is neither yes nor no, and learning a fact never turns one into the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.program import compile_program, evaluate
from duofeng.kernel.problem import ProblemError

Read = Callable[..., Expression]
GENEROUS = settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))


def answers(expression: Expression, row: dict[str, object], schema: dict[str, pl.DataType], as_of: date) -> object:
    return evaluate(expression, pl.DataFrame([row], schema=schema), as_of)[0]


@given(data=st.data())
@GENEROUS
def test_removing_a_fact_may_only_make_an_answer_unknown(
    data: st.DataObject,
    read: Read,
    author: Callable[..., Any],
    rows: st.SearchStrategy[dict[str, object]],
    schema: dict[str, pl.DataType],
    as_of: date,
) -> None:
    kind = data.draw(st.sampled_from(["flag", "flag", "flag", "number", "money", "date"]))
    text = author(lambda options: data.draw(st.sampled_from(options))).write(kind)
    try:
        expression = read(text, kind)
    except ProblemError as error:
        # The author may divide by a constant that is zero; everything else it writes must be accepted.
        assert {problem.code for problem in error.problems} == {"E515"}, (text, str(error))
        return
    row = data.draw(rows)
    before = answers(expression, row, schema, as_of)
    for column in columns_needed(expression, as_of):
        if f"absent({column}," in text:
            continue  # here the rule says what an absent fact means
        after = answers(expression, {**row, column: None}, schema, as_of)
        assert after is None or after == before, f"without {column}: {before} became {after}"


@pytest.mark.parametrize(
    ("text", "facts", "answer"),
    [
        ("abnormal and patents > 3", {"abnormal": None, "patents": 1.0}, False),
        ("abnormal and patents > 3", {"abnormal": None, "patents": 4.0}, None),
        ("abnormal or patents > 3", {"abnormal": None, "patents": 4.0}, True),
        ("abnormal or patents > 3", {"abnormal": None, "patents": 1.0}, None),
        ("not abnormal", {"abnormal": None}, None),
        ("patents between 2 and staff", {"patents": 1.0, "staff": None}, False),
        ("patents between 2 and staff", {"patents": 3.0, "staff": None}, None),
        ("industry in codes('strategic')", {"industry": None}, None),
        ("industry not in codes('strategic')", {"industry": None}, None),
        ("at_least(2, abnormal, exporter, patents > 1)", {"abnormal": True, "exporter": None, "patents": 2.0}, True),
        ("at_least(2, abnormal, exporter, patents > 1)", {"abnormal": False, "exporter": None, "patents": 1.0}, False),
        ("count_true(abnormal, exporter, staff > 1) < 2", {"abnormal": True, "exporter": None, "staff": 2.0}, False),
        ("case when abnormal then 1 else 2 end > 0", {"abnormal": None}, None),
        ("least(patents, staff) > 1", {"patents": 0.0, "staff": None}, False),
        ("least(patents, staff) > 1", {"patents": 2.0, "staff": None}, None),
        ("min(revenue[-3:-1]) <= 500", {"revenue[2022]": 400_00}, True),
        ("min(revenue[-3:-1]) <= 500", {"revenue[2022]": 600_00}, None),
        ("not max(revenue[-3:-1]) < 500", {"revenue[2022]": 600_00}, True),
        ("sum(revenue[-2:-1]) > 0", {"revenue[2023]": 1}, None),
        ("absent(patents, 0) >= 1", {"patents": None}, False),
        ("absent(abnormal, false)", {"abnormal": None}, False),
        ("absent(district, '无') = '无'", {"district": None}, True),
        ("absent(registered_on, as_of) >= as_of", {"registered_on": None}, True),
        ("absent(registered_on, as_of) >= as_of", {"registered_on": date(2001, 1, 1)}, False),
        ("absent(patents, staff) >= 2", {"patents": None, "staff": 3.0}, True),
        ("absent(patents, staff) >= 2", {"patents": None, "staff": None}, None),
    ],
)  # fmt: skip
def test_unknown_follows_kleene(
    text: str, facts: dict[str, object], answer: bool | None, read: Read, schema: dict[str, pl.DataType], as_of: date
) -> None:
    assert answers(read(text, "flag"), dict.fromkeys(schema) | facts, schema, as_of) is answer


@pytest.mark.parametrize(
    "text",
    [
        "rd[-1] / revenue[-1] >= 0",
        "ratio / patents < 1 or ratio / patents >= 1",
        "sqrt(ratio) >= 0",
        "ln(patents) < 1",
        "growth(revenue[-2:-1]) > 0",
        "exp(staff) > 0",
        "grant * staff > 0",
    ],
)
def test_what_cannot_be_computed_is_unknown(text: str, read: Read, schema: dict[str, pl.DataType], as_of: date) -> None:
    facts = {"rd[2023]": 5, "revenue[2023]": 0, "revenue[2022]": -3, "ratio": -1.0, "patents": 0.0, "staff": 1e300}
    row = dict.fromkeys(schema) | facts | {"grant": 7}
    assert answers(read(text, "flag"), row, schema, as_of) is None


def test_nan_that_came_in_as_a_value_is_unknown(read: Read, as_of: date) -> None:
    table = pl.DataFrame({"ratio": [float("nan"), float("inf"), 1.0]})
    assert evaluate(read("ratio <> 5"), table, as_of).to_list() == [None, None, True]


@pytest.mark.parametrize(("absent", "answer"), [("unknown", 2), ("no", 0), ("yes", 1)])
def test_a_rule_may_declare_what_an_absent_fact_means(absent: str, answer: int, read: Read, as_of: date) -> None:
    table = pl.DataFrame({"patents": [None, 4.0]})
    program = compile_program([read("patents > 3")], as_of, absent=[absent])  # type: ignore[list-item]  # a parameter
    assert program.run(table).of(0).tolist() == [answer, 1]
