"""Several values at once, and moments: by the clock of the zone and its working hours, on Polars and on Spark."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from duofeng.engine import spark
from duofeng.engine.canonical import text_of
from duofeng.engine.expression import Expression, bind, parse
from duofeng.engine.links import linked, links_needed
from duofeng.engine.program import evaluate
from duofeng.engine.words import CodeSet, Column, Registers, Standpoint
from duofeng.kernel.calendar import WorkCalendar
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in

AS_OF = date(2024, 5, 10)
CALENDAR = WorkCalendar()
CODES = {"chips": CodeSet(frozenset({"39"}), prefix=True)}
REGISTERS: Registers = {
    "firm": {
        "products": Column("code", many=True), "sizes": Column("integer", many=True), "days": Column("date", many=True),
        "opened_at": Column("instant"), "closed_at": Column("instant"), "opened_on": Column("date"),
        "located": Column("point"), "parent": Column("reference", to="firm"),
    }
}  # fmt: skip


def read(text: str) -> Expression:
    at = Standpoint("firm", REGISTERS, "Asia/Shanghai", calendar=CALENDAR)
    return parse(text, REGISTERS["firm"], codes=CODES, at=at)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture(scope="module")
def firms() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "subject": ["A", "B", "C", "D"],
            "products": [["3911", "40"], [], None, ["it's"]],
            "sizes": [[1, 2], [3], None, []],
            "days": [[AS_OF], [], None, [date(2020, 1, 1)]],
            "opened_at": [at("2024-04-30T23:30+08:00"), at("2024-05-06T00:10+08:00"), None, at("1999-01-01T00:00Z")],
            "closed_at": [at("2024-05-06T09:30+08:00"), at("2024-05-06T16:00+08:00"), at("2024-01-01T00:00Z"),
                          at("1999-01-02T00:00Z")],
            "opened_on": [date(2024, 4, 30), date(2024, 5, 5), AS_OF, None],
            "located": ["POINT (113.5 34.8)", None, None, None],
            "parent": ["D", "A", None, "X"],
        },
        schema_overrides={
            "opened_at": pl.Datetime("us", "UTC"), "closed_at": pl.Datetime("us", "UTC"),
            "products": pl.List(pl.String), "days": pl.List(pl.Date), "sizes": pl.List(pl.Int64),
        },
    )  # fmt: skip


CASES: dict[str, list[object]] = {
    "has(products, '40', 'x')": [True, False, None, False],
    "has(products, codes('chips'))": [True, False, None, False],
    "has(products, 'it''s')": [False, False, None, True],
    "has(sizes, 2, 9)": [True, False, None, False],
    "has(days, '2024-05-10')": [True, False, None, False],
    "size(products)": [2.0, 0.0, None, 1.0],
    "size(products) >= 1 and not has(products, '40')": [False, False, None, True],
    "opened_at < '2024-05-01 00:00'": [True, False, None, True],
    "opened_at <= '2024-04-30'": [True, False, None, True],
    "opened_at = opened_on": [True, False, None, None],
    "opened_at >= '2024-05-05T16:10:00+00:00'": [False, True, None, False],
    "opened_at < closed_at": [True, True, None, True],
    "days_between(opened_at, as_of)": [10.0, 4.0, None, 9261.0],
    "year(opened_at)": [2024.0, 2024.0, None, 1999.0],
    "minutes_between(opened_at, closed_at) / 60": [130.0, 15.0 + 5 / 6, None, 24.0],
    "working_hours_between(opened_at, closed_at)": [0.5, 6.0, None, None],
    "working_hours_between(closed_at, opened_at)": [-0.5, -6.0, None, None],
    "absent(opened_at, opened_on) >= '2024-05-06'": [False, True, True, False],
    "absent(opened_on, as_of) >= as_of": [False, False, True, True],
}


@pytest.mark.parametrize(("text", "answers"), CASES.items())
def test_sets_and_instants_are_answered(text: str, answers: list[object], firms: pl.DataFrame) -> None:
    assert evaluate(read(text), firms, AS_OF).to_list() == answers


def test_a_set_is_shown_as_it_is(firms: pl.DataFrame) -> None:
    assert evaluate(read("products"), firms, AS_OF).to_list() == [["3911", "40"], [], None, ["it's"]]


def test_many_rows_are_answered_like_few(firms: pl.DataFrame) -> None:
    long = pl.concat([firms] * 20_000)
    for text in ("has(products, '40')", "size(products)", "working_hours_between(opened_at, closed_at)"):
        assert evaluate(read(text), long, AS_OF).to_list() == CASES.get(text, [True, False, None, False]) * 20_000


def test_sets_and_instants_are_followed_and_looked_back_along(firms: pl.DataFrame) -> None:
    texts = {
        "has(parent.products, 'it''s')": [True, False, None, None],
        "any(firm.parent where has(products, '40'))": [False, False, False, True],
        "max(firm.parent, opened_at) >= '2024-05-06'": [True, None, None, False],
    }
    for text, answers in texts.items():
        frame = linked(firms, links_needed(read(text), AS_OF), {"firm": firms})
        assert evaluate(read(text), frame, AS_OF).to_list() == answers, text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("products = '40'", "left is a set"),
        ("products in ('40')", "has("),
        ("has(opened_on, '40')", "has(set"),
        ("has(products, 3)", "cannot compare"),
        ("size(opened_on) > 1", "size(set)"),
        ("opened_at > '2024-05-01 25:00'", "2024-01-31 09:30"),
        ("opened_at > 5", "an instant"),
        ("minutes_between(opened_on, closed_at) > 1", "an instant is needed"),
        ("located = 'x'", "a point"),
        ("products = products", "cannot compare"),
        ("case when size(products) > 1 then products else sizes end", "this is a set"),
        ("least(opened_at, opened_on) > as_of", "make one result"),
    ],
)
def test_what_does_not_fit_is_said(text: str, said: str) -> None:
    with pytest.raises(ProblemError) as raised:
        read(text)
    assert re.search(re.escape(said), told_in("en", raised.value.problems[0].message))


def test_they_have_a_text_of_their_own() -> None:
    text = "has(products, '3', codes('chips'))"
    with pytest.raises(ProblemError):
        read(text)
    assert text_of(bind(read("has(products, 'b', 'a')"), AS_OF)) == "has(products, 'a', 'b')"
    assert text_of(bind(read("opened_at >= as_of"), AS_OF)) == "opened_at >= date '2024-05-10'"


@pytest.mark.spark
def test_spark_gives_the_same_answers(firms: pl.DataFrame, spark_session: Any) -> None:
    types = "subject string, products array<string>, sizes array<bigint>, days array<date>, opened_at timestamp, "
    types += "closed_at timestamp, opened_on date, located string, parent string"
    there = spark_session.createDataFrame(firms.rows(), types).coalesce(1)
    expressions = {f"e{number}": read(text) for number, text in enumerate(CASES)}
    rows = spark.evaluate(there, expressions, AS_OF).collect()
    for name, (text, answers) in zip(expressions, CASES.items(), strict=True):
        assert [row[name] for row in rows] == answers, text


def test_an_hour_of_work_is_counted_as_the_calendar_counts_it() -> None:
    begin = at("2024-05-06T08:00+08:00")
    instants = [begin + timedelta(minutes=37 * step) for step in range(200)]
    frame = pl.DataFrame({"opened_at": [begin] * 200, "closed_at": instants})
    found = evaluate(read("working_hours_between(opened_at, closed_at)"), frame, AS_OF).to_list()
    naive = [(one + timedelta(hours=8)).replace(tzinfo=None) for one in instants]
    assert found == [CALENDAR.working_time_between(naive[0], one) / timedelta(hours=1) for one in naive]
