"""Near misses of a whole profile: who lacks one or two conditions of a rule, which ones, and how far."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.rules.condition import Rule, RuleBook
from duofeng.engine.distance import distance
from duofeng.engine.statuses import MOST_CONDITIONS, TWO_MISSING, Bytes
from duofeng.engine.truths import Truths

SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(), "rule": pl.String(), "missing": pl.Int8(), "condition": pl.String(), "gap": pl.Float64(),
    "relative": pl.Float64(), "leaf": pl.Int32(),
}  # fmt: skip


def near_misses(book: RuleBook, profile: pl.DataFrame, truths: Truths, most: int = 2) -> pl.DataFrame:
    """One row per failed condition of a subject that fails `most` (one or two) and has nothing unknown in that rule.

    `row` is the subject's row in `profile`, `missing` how many conditions it lacks in all; `gap`, `relative` and `leaf`
    are those of `engine.distance.distance`, null where a condition has no measure (a flag, a code). By rule, then row.
    """
    found: list[pl.DataFrame] = [pl.DataFrame(schema=SCHEMA)]
    for rule, statuses in zip(book.rules.values(), book.statuses(truths), strict=True):
        for place, missing, rows in _failed(book, rule, statuses, truths, most):
            condition = rule.conditions[place]
            measured = distance(condition.expression, profile[rows], book.as_of)
            found.append(
                measured.select(
                    pl.Series("row", rows, pl.UInt32), pl.lit(rule.id).alias("rule"), pl.Series("missing", missing),
                    pl.lit(condition.id).alias("condition"), "gap", "relative", "leaf",
                ).cast(SCHEMA)  # type: ignore[arg-type]  # instances of types are types to Polars
            )  # fmt: skip
    return pl.concat(found).sort("rule", "row", "condition")


def _failed(
    book: RuleBook, rule: Rule, statuses: Bytes, truths: Truths, most: int
) -> Iterator[tuple[int, NDArray[np.int8], NDArray[np.int64]]]:
    """For each condition of the rule: its place, the number lacking in all, the rows that lack it."""
    two = np.flatnonzero(statuses == TWO_MISSING) if most > 1 else np.empty(0, np.int64)
    single = (statuses >= 1) & (statuses <= MOST_CONDITIONS)
    for place, number in enumerate(book.places[rule.id]):
        alone = np.flatnonzero(single & (statuses == place + 1))
        both = two[truths.truth(number).no[two]] if two.size else two
        rows = np.concatenate([alone, both])
        if rows.size:
            missing = np.concatenate([np.ones(alone.size, np.int8), np.full(both.size, 2, np.int8)])
            yield place, missing, rows
