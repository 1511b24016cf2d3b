"""The conditions of a run answered by Spark, for a cluster; everything else stays as it is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from duofeng.brain.rules.condition import RuleBook
from duofeng.engine import spark
from duofeng.engine.compiler import decided
from duofeng.engine.expression import Expression
from duofeng.engine.program import Absent
from duofeng.engine.truths import Truths, packed
from duofeng.engine.values import Truth

ROW = "#row"


@contextmanager
def answering_on_spark() -> Iterator[Callable[[RuleBook, pl.DataFrame], Truths]]:
    """A function that answers a book of rules on Spark, in the session there is, else in one of its own.

    Raises ProblemError (E520) when PySpark is not installed.
    """
    sessions = spark.require().SparkSession
    running = sessions.getActiveSession()
    session = running or sessions.builder.appName("duofeng").config(map=dict(spark.SETTINGS)).getOrCreate()
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield lambda book, frame: _truths(session, Path(folder), book, frame)
    finally:
        if running is None:
            session.stop()


def _truths(session: object, folder: Path, book: RuleBook, frame: pl.DataFrame) -> Truths:
    conditions = _conditions(book)
    path = folder / "profile.parquet"
    frame.select(pl.int_range(pl.len()).alias(ROW), *book.columns).write_parquet(path)
    table = session.read.parquet(str(path))  # type: ignore[attr-defined]  # PySpark is optional
    texts = [f"{spark.sql_text(each, book.as_of)} AS `c{number}`" for number, (each, _) in enumerate(conditions)]
    answered = pl.DataFrame(table.selectExpr(f"`{ROW}`", *texts).toArrow()).sort(ROW)
    parts = [_truth(answered[f"c{number}"], absent) for number, (_, absent) in enumerate(conditions)]
    return Truths(frame.height, *packed(parts, frame.height))


def _conditions(book: RuleBook) -> list[tuple[Expression, Absent]]:
    """The distinct conditions in the order of the book's program."""
    at = {
        place: (condition.expression, condition.absent)
        for id, rule in book.rules.items()
        for condition, place in zip(rule.conditions, book.places[id], strict=True)
    }
    return [at[place] for place in range(len(at))]


def _truth(answers: pl.Series, absent: Absent) -> Truth:
    unknown = answers.is_null().to_numpy()
    yes = answers.fill_null(False).to_numpy().astype(np.bool_)
    return decided(Truth(yes, unknown if unknown.any() else None), absent)
