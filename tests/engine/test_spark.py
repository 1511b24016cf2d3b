"""Both engines read the same trees and give the same answers: nulls, dates, exact money, Chinese text."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from duofeng.engine import spark, statuses
from duofeng.engine.expression import Expression, parse
from duofeng.engine.program import compile_program, evaluate
from duofeng.engine.words import Standpoint
from duofeng.kernel.calendar import WorkCalendar
from duofeng.kernel.problem import ProblemError

pytestmark = pytest.mark.spark
Read = Callable[..., Expression]
SPARK_TYPES: Mapping[pl.DataType, str] = {
    pl.Int64(): "bigint", pl.Float64(): "double", pl.String(): "string", pl.Date(): "date", pl.Boolean(): "boolean",
}  # fmt: skip


def random_cell(kind: pl.DataType, chance: random.Random) -> object:
    if chance.random() < 0.25:
        return None
    match kind:
        case pl.Int64():
            return chance.choice([0, 1, -1, 50, 150_000, 2**53 + 1, 2**62, chance.randint(-(10**13), 10**13)])
        case pl.Float64():
            return chance.choice([0.0, 1.0, -1.0, 0.29, 29.0, 2.5, 1e300, float("nan"), round(chance.gauss(3, 20), 3)])
        case pl.String():
            return chance.choice(["39", "3911", "40", "06", "软件园", "电子信息", "it's", "a\\b", "50%_", ""])
        case pl.Date():
            return date(1998, 1, 1) + timedelta(days=chance.randint(0, 12_000))
        case _:
            return chance.random() < 0.5


@pytest.fixture(scope="session")
def profile(schema: dict[str, pl.DataType]) -> pl.DataFrame:
    chance = random.Random(7)
    rows = [{name: random_cell(kind, chance) for name, kind in schema.items()} for _ in range(150)]
    return pl.DataFrame(rows, schema=schema)


@pytest.fixture(scope="session")
def spark_profile(spark_session: Any, profile: pl.DataFrame, schema: dict[str, pl.DataType]) -> Any:
    types = ", ".join(f"{spark.quoted(name)} {SPARK_TYPES[kind]}" for name, kind in schema.items())
    return spark_session.createDataFrame(profile.rows(), types).coalesce(1).cache()


def written(author: Callable[..., Any], read: Read, kind: str, count: int) -> dict[str, Expression]:
    chance = random.Random(kind)
    found: dict[str, Expression] = {}
    while len(found) < count:
        text = author(chance.choice, depth=2).write(kind)
        try:
            found[text] = read(text, kind)
        except ProblemError:
            continue  # a constant that divides by zero
    return found


@pytest.mark.parametrize("kind", ["flag", "number", "money", "date"])
def test_spark_gives_the_same_answers(
    kind: str,
    spark_profile: Any,
    profile: pl.DataFrame,
    author: Callable[..., Any],
    read: Read,
    as_of: date,
) -> None:
    expressions = written(author, read, kind, 40)
    numbered = {f"e{number}": one for number, one in enumerate(expressions.values())}
    collected = spark.evaluate(spark_profile, numbered, as_of).collect()
    different = {}
    for (name, expression), text in zip(numbered.items(), expressions, strict=True):
        ours, theirs = evaluate(expression, profile, as_of).to_list(), [row[name] for row in collected]
        if kind == "number":
            theirs = [None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9) for value in theirs]
        if ours != theirs:
            different[text] = next(pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1])
    assert not different


def test_spark_answers_policies_with_the_same_bytes(
    spark_profile: Any, profile: pl.DataFrame, read: Read, as_of: date
) -> None:
    texts = ["patents > 2", "revenue[-1] >= 20_000", "industry in codes('strategic')", "abnormal", "not exporter"]
    conditions = [read(text, "flag") for text in texts]
    policies = {"甲": [0, 1], "乙": [2, 3, 4], "丙": [0, 1, 2, 3, 4]}
    absent = ["unknown", "unknown", "no", "unknown", "yes"]
    program = compile_program(conditions, as_of, absent=absent)  # type: ignore[arg-type]  # words of Absent
    expected = statuses.of_truths(program.run(profile), list(policies.values())).T.tolist()
    answered = spark.answer(spark_profile, conditions, policies, as_of, absent=absent)  # type: ignore[arg-type]  # same
    assert [list(row) for row in answered.collect()] == expected


def test_without_spark_the_problem_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(ProblemError) as caught:
        spark.require()
    assert caught.value.problems[0].code == "E520"


@pytest.mark.parametrize(
    "text",
    [
        "min(revenue[-3:-1]) <= 500",
        "always(rd[-1] / revenue[-2:-1] >= 0.03)",
        "sum(absent(revenue[-3:-1], 0)) >= 500",
        "at_most_years(registered_on, as_of, 10)",
        "add_months(registered_on, patents) >= listed_on",
        "marginal(grant, 0.10, 5_000_000, 0.05) >= 500_000",
        "marginal(patents, money(2000), 3, money(1000)) >= 8_000",
        "add_workdays(registered_on, patents) >= listed_on",
        "workdays_between(registered_on, listed_on) >= 100",
    ],
)
def test_what_the_words_of_rules_say_is_the_same_on_both(
    text: str, vocabulary: Mapping[str, Any], profile: pl.DataFrame, spark_profile: Any, as_of: date
) -> None:
    at = Standpoint("organisation", {"organisation": vocabulary}, calendar=WorkCalendar())
    expression = parse(text, vocabulary, at=at)
    found = spark.evaluate(spark_profile, {"it": expression}, as_of).collect()
    assert [row["it"] for row in found] == evaluate(expression, profile, as_of).to_list()
