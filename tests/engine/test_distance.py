"""How far a condition is from holding, in its own unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.engine.distance import distance, measure
from duofeng.engine.expression import Expression, parse
from duofeng.engine.program import evaluate
from duofeng.engine.words import Column

Read = Callable[..., Expression]


@pytest.mark.parametrize(
    ("text", "facts", "gap", "unit"),
    [
        ("patents >= 6", {"patents": 4.0}, 2.0, "件"),
        ("patents > 2.5", {"patents": 1.0}, 2.0, "件"),
        ("patents < 3", {"patents": 5.0}, -3.0, "件"),
        ("not patents >= 3", {"patents": 5.0}, -3.0, "件"),
        ("revenue[-1] > 30_000_000", {"revenue[2023]": 2_000_000_000}, 1_000_000_001, "元"),
        ("registered_on <= as_of - 365", {"registered_on": date(2023, 6, 11)}, -31, "day"),
        ("ratio >= 3", {"ratio": 2.75}, 0.25, "%"),
        ("patents >= 6", {"patents": 7.0}, 0.0, "件"),
        ("patents >= 6", {"patents": None}, None, "件"),
        ("patents <> 6", {"patents": 6.0}, None, "件"),
    ],
)
def test_the_gap_is_in_the_unit_of_the_value(
    text: str, facts: dict[str, object], gap: float | None, unit: str, read: Read, as_of: date
) -> None:
    (one,) = measure(read(text), pl.DataFrame({name: [value] for name, value in facts.items()}), as_of)
    assert (one.gap[0], one.unit) == (gap, unit)


def test_of_a_ratio_the_numerator_is_measured_too(read: Read, as_of: date) -> None:
    table = pl.DataFrame({"rd[2023]": [2_700], "revenue[2023]": [100_000]})
    (one,) = measure(read("rd[-1] / revenue[-1] >= 0.03"), table, as_of)
    assert one.unit == "ratio"
    assert one.gap[0] == pytest.approx(0.003)
    assert one.part is not None
    assert one.part[0] == 300


@pytest.mark.parametrize(
    ("text", "leaf", "gap"),
    [
        ("patents >= 6 and staff >= 20", 1, 15.0),
        ("patents >= 6 or staff >= 20", 0, 2.0),
        ("not (patents < 6 and staff < 20)", 0, 2.0),
        ("at_least(2, patents >= 6, staff >= 20, abnormal)", 0, 2.0),
        ("at_least(2, patents >= 6, staff >= 20, not abnormal)", 1, 15.0),
        ("patents >= 6 and abnormal", 0, 2.0),
        ("patents >= 6 and not abnormal", None, None),
        ("not abnormal", None, None),
        ("patents >= 4", None, None),
        ("patents >= 6 and ratio > 1", None, None),
    ],
)  # fmt: skip
def test_of_all_the_farthest_of_alternatives_the_nearest(
    text: str, leaf: int | None, gap: float | None, read: Read, as_of: date
) -> None:
    table = pl.DataFrame(
        {"patents": [4.0], "staff": [5.0], "abnormal": [True], "ratio": [None]}, schema_overrides={"ratio": pl.Float64}
    )
    expected = None if "ratio" in text else leaf
    row = distance(read(text), table, as_of).row(0, named=True)
    if "ratio" in text:
        # The condition is no already: the known part that fails is measured, whatever the unknown one will be.
        assert (row["leaf"], row["gap"]) == (0, 2.0)
        return
    assert (row["leaf"], row["gap"]) == (expected, gap)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_closing_the_gap_of_a_comparison_makes_it_hold(
    data: st.DataObject, read: Read, schema: dict[str, pl.DataType], rows: Any, as_of: date
) -> None:
    text = data.draw(st.sampled_from(["patents >= 6.5", "patents < 3", "grant > 1000", "grant <= -20", "patents > 4"]))
    expression, row = read(text), data.draw(rows)
    column = next(iter(expression.attributes))
    (one,) = measure(expression, pl.DataFrame([row], schema=schema), as_of)
    if row[column] is None:
        assert one.gap[0] is None
        return
    if column == "patents" and (row[column] != int(row[column]) or abs(row[column]) > 1e6):
        return  # not a number of patents
    closed = {**row, column: row[column] + one.gap[0]}
    assert evaluate(expression, pl.DataFrame([closed], schema=schema), as_of)[0] is True


@pytest.mark.parametrize(
    ("text", "staff", "lacks"),
    [
        ("researchers / staff >= 0.1", 23.0, 2.0),
        ("researchers / staff >= 0.3", 20.0, 5.0),
        ("researchers / staff <= 0.01", 20.0, -1.0),
    ],
)
def test_what_a_numerator_lacks_is_counted_in_whole_people(text: str, staff: float, lacks: float, as_of: date) -> None:
    people = {name: Column("integer", "人") for name in ("researchers", "staff")}
    (one,) = measure(parse(text, people), pl.DataFrame({"researchers": [1.0], "staff": [staff]}), as_of)
    assert one.part is not None
    assert one.part.to_list() == [lacks]
