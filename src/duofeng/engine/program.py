"""All conditions of a run compiled together, and run block by block over tables of any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal, cast

import numpy as np
import polars as pl

from duofeng.engine import kernels
from duofeng.engine.compiler import EPOCH, INSTANT_ZERO, Compiler, Registers, Result, Step, decided
from duofeng.engine.expression import Expression, bind
from duofeng.engine.tree import ColumnRef, Node
from duofeng.engine.truths import BLOCK, Truths, packed
from duofeng.engine.values import Batch, Bools, Data, Sets, Table, Texts, Truth, load, view
from duofeng.engine.words import member_of

Absent = Literal["unknown", "no", "yes"]


@dataclass(frozen=True, slots=True)
class Program:
    """Distinct steps in the order they depend on each other; `roots` say which step answers which condition."""

    steps: tuple[Step, ...]
    roots: tuple[int, ...]
    absent: tuple[Absent, ...]
    types: dict[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns a table must have."""
        return tuple(self.types)

    def load(self, table: Table) -> Batch:
        """The columns as arrays, once per table. Raises ProblemError (E521, E522)."""
        return load(table, self.types)

    def run(self, table: Table, threads: int = 1) -> Truths:
        """The truth of every condition for every row. Raises ProblemError (E521, E522)."""
        batch, rows = self.load(table), table_rows(table)
        yes = np.zeros((len(self.roots), (rows + 7) // 8), np.uint8)
        unknown = np.zeros_like(yes)

        def fill(first: int, length: int, truths: list[Truth]) -> None:
            part = slice(first // 8, (first + length + 7) // 8)
            yes[:, part], unknown[:, part] = packed(truths, length)

        if threads == 1:
            for first, length, truths in self.blocks(batch, rows):
                fill(first, length, truths)
        else:
            tables: dict[int, Bools] = {}
            with ThreadPoolExecutor(threads) as pool:
                jobs = [pool.submit(self.block, batch, first, rows, tables) for first in range(0, rows, BLOCK)]
                for first, job in zip(range(0, rows, BLOCK), jobs, strict=True):
                    fill(first, min(BLOCK, rows - first), job.result())
        return Truths(rows, yes, unknown)

    def blocks(self, batch: Batch, rows: int) -> Iterator[tuple[int, int, list[Truth]]]:
        """First row, number of rows and the truths of the conditions, block after block."""
        tables: dict[int, Bools] = {}
        for first in range(0, rows, BLOCK):
            yield first, min(BLOCK, rows - first), self.block(batch, first, rows, tables)

    def block(self, batch: Batch, first: int, rows: int, tables: dict[int, Bools]) -> list[Truth]:
        results = self.compute(batch, first, min(first + BLOCK, rows), tables)
        return [
            decided(cast(Truth, results[root]), absent) for root, absent in zip(self.roots, self.absent, strict=True)
        ]

    def compute(self, batch: Batch, first: int, last: int, tables: dict[int, Bools]) -> list[Result]:
        """What every step gives for rows `first` to `last`."""
        registers = Registers({name: view(value, first, last) for name, value in batch.items()}, tables)
        with np.errstate(all="ignore"):
            for step in self.steps:
                registers.results.append(step(registers))
        return registers.results


def compile_program(
    conditions: Sequence[Expression], as_of: date, *, absent: Sequence[Absent] | None = None
) -> Program:
    """One program for all conditions; equal ones, and equal parts of different ones, are computed once.

    `absent` says per condition what an unknown answer is declared to be; by default it stays unknown.
    """
    compiler = Compiler()
    roots = tuple(compiler.slot(bind(condition, as_of)) for condition in conditions)
    declared: Sequence[Absent] = ["unknown"] * len(roots) if absent is None else absent
    return Program(tuple(compiler.steps), roots, tuple(declared), compiler.types)


def evaluate(expression: Expression, table: Table, as_of: date) -> pl.Series:
    """One value per row, null where unknown: Float64, Int64 (minor units), Date, Boolean or String by its type; a set
    as the table has it."""
    node = bind(expression, as_of)
    if isinstance(node, ColumnRef) and member_of(node.type) is not None:
        return pl.DataFrame(table.select([node.name])).to_series()
    return evaluate_nodes([node], table)[0]


def evaluate_nodes(nodes: Sequence[Node], table: Table) -> list[pl.Series]:
    """Several bound nodes over one table, their common parts computed once."""
    program = program_of(tuple(nodes))
    batch, rows = program.load(table), table_rows(table)
    tables: dict[int, Bools] = {}
    parts: list[list[pl.Series]] = [[pl.Series("", [], POLARS_TYPES[node.type])] for node in nodes]
    for first in range(0, rows, BLOCK):
        last = min(first + BLOCK, rows)
        results = program.compute(batch, first, last, tables)
        for part, root, node in zip(parts, program.roots, nodes, strict=True):
            part.append(as_series(results[root], node.type, last - first))
    return [part[-1] if len(part) == 2 else pl.concat(part) for part in parts]


def evaluate_row(nodes: Sequence[Node], row: pl.DataFrame) -> list[Any]:
    """The same for a table of one row, as plain values: without columns of one value, which cost more than the sums."""
    program = program_of(tuple(nodes))
    results = program.compute(program.load(row), 0, 1, {})
    return [single(results[root], node.type) for root, node in zip(program.roots, nodes, strict=True)]


@lru_cache(maxsize=4096)
def program_of(nodes: tuple[Node, ...]) -> Program:
    compiler = Compiler()
    roots = tuple(compiler.slot(node) for node in nodes)
    return Program(tuple(compiler.steps), roots, ("unknown",), compiler.types)


def as_series(result: Result, kind: str, rows: int) -> pl.Series:
    """Rows of a result as a column of its type, null where unknown."""
    data = _data(result)
    series = pl.Series(np.ascontiguousarray(np.broadcast_to(data, rows)))
    if result.unknown is not None:
        known = pl.Series(~np.broadcast_to(result.unknown, rows))
        series = pl.select(pl.when(known).then(series)).to_series()
    if isinstance(result, Texts):
        words = cast(pl.Series, pl.from_arrow(result.words)).cast(pl.String)
        return words.gather(series.cast(pl.Int64)).alias("")
    return series.alias("").cast(POLARS_TYPES[kind])


def _data(result: Result) -> Data:
    """One number, code or truth per row. A set is never the answer: it is asked of, not given."""
    assert not isinstance(result, Sets)
    return result.codes if isinstance(result, Texts) else (result.yes if isinstance(result, Truth) else result.data)


def single(result: Result, kind: str) -> float | int | str | bool | date | None:
    """The only row of a result, as `as_series` has it; of a set how many members it has."""
    if result.unknown is not None and np.broadcast_to(result.unknown, 1)[0]:
        return None
    if isinstance(result, Sets):
        return float(kernels.size(result).data[0])
    value = np.broadcast_to(_data(result), 1)[0].item()
    if isinstance(result, Texts):
        return str(result.words[int(value)].as_py())
    if kind == "instant":
        return INSTANT_ZERO + timedelta(microseconds=int(value))
    if kind == "date":
        return date.fromordinal(EPOCH + int(value))
    return float(value) if kind in {"number", "integer"} else value


def table_rows(table: Table) -> int:
    return table.height if isinstance(table, pl.DataFrame) else table.num_rows


POLARS_TYPES: dict[str, pl.DataType] = {
    "number": pl.Float64(), "integer": pl.Float64(), "money": pl.Int64(), "date": pl.Date(), "flag": pl.Boolean(),
    "text": pl.String(), "code": pl.String(), "reference": pl.String(), "point": pl.String(), "geometry": pl.String(),
    "instant": pl.Datetime("us", "UTC"),
}  # fmt: skip
