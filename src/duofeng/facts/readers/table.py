"""The one shape every reader gives: a table of texts in batches, and beside them the rows it could not read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from duofeng.facts.readers.invisible import Unseen
from duofeng.kernel.problem import Problem

ROW = "#row"
"""Name of the column with the row number as a person counts it in the file (the first line is 1)."""

BROKEN_SCHEMA = {"row": pl.Int32, "raw": pl.String, "code": pl.String, "params": pl.String}


REFUSED_SCHEMA = pl.Schema({"position": pl.UInt32(), "code": pl.String(), "params": pl.String()})


def refused_frame(rows: Sequence[tuple[int, str]]) -> pl.DataFrame:
    """(position in the batch, problem code) as a frame."""
    return pl.DataFrame([(*row, "{}") for row in rows], schema=REFUSED_SCHEMA, orient="row")


@dataclass(frozen=True)
class RawBatch:
    """`cells`: String columns named by the table's titles plus ROW (Int32); blank is "". `broken`: BROKEN_SCHEMA.
    `refused`: positions of rows that a person would not take as said, hidden or struck out, and why."""

    cells: pl.DataFrame
    broken: pl.DataFrame
    refused: pl.DataFrame = field(default_factory=lambda: refused_frame(()))


@dataclass(frozen=True)
class RawTable:
    """One sheet, or a file that has none (`sheet` is ""). `batches` can be walked once."""

    sheet: str
    titles: tuple[str, ...]
    header: tuple[str, ...]
    """The titles as written, before they were matched with the declared ones."""
    batches: Iterator[RawBatch]
    problems: tuple[Problem, ...] = ()
    """Mistakes of the whole table that do not stop the reading: duplicate titles, an undeclared delimiter."""
    seen: Unseen = field(default_factory=Unseen)
    """What invisible characters were taken out, as far as the batches have been walked."""
    above: tuple[str, ...] = ()
    """The texts above the header."""
    merged: tuple[tuple[str, int, int], ...] = ()
    """Title, first and last row of the cells that are merged over several rows."""
    further: tuple[RawTable, ...] = ()
    """Tables of other sheets that belong to the same delivery."""


def broken_frame(rows: Sequence[tuple[int, str, str, dict[str, object]]]) -> pl.DataFrame:
    """(row, raw text, problem code, its params) as a frame."""
    if not rows:
        return pl.DataFrame(schema=BROKEN_SCHEMA)
    return pl.DataFrame(
        [
            (row, raw, code, json.dumps({k: str(v) for k, v in params.items()}, ensure_ascii=False))
            for row, raw, code, params in rows
        ],
        schema=BROKEN_SCHEMA,
        orient="row",
    )


def text_frame(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> pl.DataFrame:
    """Rows of equally many texts as cells of a batch."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(titles)
    data = {title: pl.Series(title, column, dtype=pl.String) for title, column in zip(titles, columns, strict=True)}
    return pl.DataFrame(data | {ROW: pl.Series(ROW, numbers, dtype=pl.Int32)})
