"""How far apart two points are, whether two places have ground in common, on Polars and on Spark."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from duofeng.engine import spark
from duofeng.engine.expression import Expression, parse
from duofeng.engine.program import evaluate
from duofeng.engine.words import Column
from duofeng.kernel.problem import ProblemError

AS_OF = date(2024, 6, 30)
WORDS = {"here": Column("point"), "there": Column("point"), "plot": Column("geometry"), "grid": Column("geometry"),
         "name": Column("text")}  # fmt: skip
SQUARE, BESIDE, ACROSS = (f"POLYGON (({x} 0, {x + 2} 0, {x + 2} 2, {x} 2, {x} 0))" for x in (0, 2, 1))
PLACES = pl.DataFrame(
    {
        "here": ["POINT (113.55 34.81)", "POINT (0 0)", "POINT (1 1)", None],
        "there": ["POINT (113.65 34.75)", "POINT (180 0)", "POINT (1 1)", "POINT (1 1)"],
        "plot": [SQUARE, SQUARE, SQUARE, SQUARE],
        "grid": [ACROSS, BESIDE, SQUARE, None],
    }
)


def read(text: str) -> Expression:
    return parse(text, WORDS)


def test_a_distance_is_metres_along_the_great_circle() -> None:
    found = evaluate(read("distance(here, there)"), PLACES, AS_OF).to_list()
    assert read("distance(here, there)").unit == "米"
    assert found[0] == pytest.approx(11_310, abs=5)
    assert found[1] == pytest.approx(20_015_115, abs=1)
    assert found[2:] == [0, None]
    assert evaluate(read("distance(here, there) <= 500"), PLACES, AS_OF).to_list() == [False, False, True, None]


def test_a_common_border_is_no_common_ground() -> None:
    assert evaluate(read("overlaps(plot, grid)"), PLACES, AS_OF).to_list() == [True, False, True, None]
    assert evaluate(read("overlaps(here, plot)"), PLACES, AS_OF).to_list() == [False, False, True, None]


@pytest.mark.parametrize("text", ["distance(here, plot) > 1", "distance(here, name) > 1", "overlaps(plot, name)"])
def test_only_places_are_compared_so(text: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read(text)
    assert [problem.code for problem in refused.value.problems] == ["E505"]


@pytest.mark.spark
def test_spark_gives_the_same(spark_session: Any) -> None:
    expressions = {"apart": read("distance(here, there)"), "share": read("overlaps(plot, grid)")}
    names = ", ".join(f"{name} string" for name in PLACES.columns)
    there = spark_session.createDataFrame(PLACES.rows(), names).coalesce(1)
    rows = spark.evaluate(there, expressions, AS_OF).collect()
    assert [row["share"] for row in rows] == evaluate(expressions["share"], PLACES, AS_OF).to_list()
    wanted, found = evaluate(expressions["apart"], PLACES, AS_OF).to_list(), [row["apart"] for row in rows]
    assert found[-1] is wanted[-1] is None
    assert found[:-1] == pytest.approx(wanted[:-1], rel=1e-9)
