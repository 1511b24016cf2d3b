"""Fictional firms and 60 policies over them: 40 attributes, 317 conditions of which 184 are distinct, 38 columns read.

Fourteen quantities (six of them money), ten flags, ten categories as text, six dates; 8 % of the cells are unknown.
"""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = date(2026, 3, 31)
ROWS = {"quick": 100_000, "full": 1_000_000, "large": 10_000_000}
GROUP = 100_000
POLICIES, CONDITIONS, DISTINCT = 60, 317, 184
MONEY, NUMBERS, FLAGS, TEXTS, DATES = 6, 8, 10, 10, 6
WORDS = (60, 12, 5, 3, 97, 31, 20, 8, 4, 16)
UNREAD = {"f9", "t9"}
UNKNOWN_SHARE = 0.08
FIRST_DATE = date(1998, 1, 1)
DAYS = 10_000


@dataclass(frozen=True)
class Test:
    """One condition as a hand would code it: `sign` is a comparison, `among`, `true`, `false` or `ratio`."""

    column: str
    sign: str
    bound: float | int | tuple[str, ...]
    other: str = ""

    @property
    def text(self) -> str:
        """The same in the rule language."""
        match self.sign:
            case "true":
                return self.column
            case "false":
                return f"not {self.column}"
            case "among":
                assert isinstance(self.bound, tuple)
                return f"{self.column} in ({', '.join(repr(word) for word in self.bound)})"
            case "ratio":
                return f"{self.column} / {self.other} >= {self.bound}"
        if self.column[0] == "d":
            return f"{self.column} {self.sign} '{FIRST_DATE + timedelta(days=int(str(self.bound)))}'"
        return f"{self.column} {self.sign} {self.bound}"


def types() -> dict[str, str]:
    """The type of every column, in the engine's words."""
    found = dict.fromkeys((f"m{n}" for n in range(MONEY)), "money")
    found |= dict.fromkeys((f"n{n}" for n in range(NUMBERS)), "number")
    found |= dict.fromkeys((f"f{n}" for n in range(FLAGS)), "flag")
    found |= dict.fromkeys((f"t{n}" for n in range(TEXTS)), "code")
    return found | dict.fromkeys((f"d{n}" for n in range(DATES)), "date")


def columns() -> list[str]:
    """The 38 columns that some condition reads."""
    return [name for name in types() if name not in UNREAD]


def policies() -> tuple[list[Test], list[list[int]]]:
    """The distinct conditions, and for each policy the numbers of its own."""
    random = np.random.default_rng(20)
    tests: list[Test] = []
    read = columns()
    for column in itertools.cycle(read):
        test = _test(random, column)
        if test not in tests:
            tests.append(test)
        if len(tests) == DISTINCT:
            break
    sizes = random.integers(3, 9, POLICIES)
    while sizes.sum() != CONDITIONS:
        place = random.integers(POLICIES)
        sizes[place] = np.clip(sizes[place] + np.sign(CONDITIONS - sizes.sum()), 3, 8)
    pool = [*random.permutation(DISTINCT), *random.integers(0, DISTINCT, CONDITIONS - DISTINCT)]
    chosen: list[list[int]] = []
    for size in sizes:
        mine = [int(number) for number in pool[:size]]
        pool = pool[size:]
        while len(set(mine)) < size:
            mine = [*dict.fromkeys(mine), int(random.integers(DISTINCT))]
        chosen.append(mine)
    return tests, chosen


def _test(random: np.random.Generator, column: str) -> Test:
    share = random.uniform(0.2, 0.5)
    match column[0]:
        case "m":
            if random.random() < 0.2 and column != "m0":
                return Test(column, "ratio", round(float(share), 2), "m0")
            return Test(column, ">=", int(share * 100_000) * 1000)
        case "n":
            return Test(
                column,
                *(("<=", round(1000 * (1 - share), 1)) if random.random() < 0.4 else (">=", round(1000 * share, 1))),
            )
        case "f":
            return Test(column, "true" if random.random() < 0.5 else "false", 0)
        case "t":
            size = WORDS[int(column[1:])]
            picked = random.permutation(size)[: max(1, round(size * random.uniform(0.6, 0.9)))]
            return Test(column, "among", tuple(f"{column}类{word}" for word in sorted(picked)))
        case _:
            return Test(
                column, *((">=", int(DAYS * share)) if random.random() < 0.5 else ("<=", int(DAYS * (1 - share))))
            )


def path(scale: str) -> Path:
    return Path(tempfile.gettempdir()) / "duofeng-benchmarks" / f"firms-{ROWS[scale]}.parquet"


def prepare(scale: str) -> None:
    """Parquet, zstd, row groups of 100,000; made group by group."""
    target = path(scale)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    writer: pq.ParquetWriter | None = None
    for first in range(0, ROWS[scale], GROUP):
        table = _firms(np.random.default_rng([41, first]), first, min(GROUP, ROWS[scale] - first))
        writer = writer or pq.ParquetWriter(part, table.schema, compression="zstd")
        writer.write_table(table)
    assert writer is not None
    writer.close()
    part.rename(target)


def _firms(random: np.random.Generator, first: int, rows: int) -> pa.Table:
    found: dict[str, pa.Array] = {"subject": pa.array(np.arange(first, first + rows))}
    for name, kind in types().items():
        unknown = random.random(rows) < UNKNOWN_SHARE
        if kind == "money":
            found[name] = pa.array(random.integers(1, 10**10, rows), mask=unknown)
        elif kind == "number":
            found[name] = pa.array(np.round(random.uniform(0, 1000, rows), 1), mask=unknown)
        elif kind == "flag":
            found[name] = pa.array(random.random(rows) < 0.5, mask=unknown)
        elif kind == "date":
            start = (FIRST_DATE - date(1970, 1, 1)).days
            days = pa.array(random.integers(start, start + DAYS, rows).astype(np.int32), mask=unknown)
            found[name] = days.cast(pa.date32())
        else:
            words = pa.array([f"{name}类{word}" for word in range(WORDS[int(name[1:])])])
            codes = pa.array(random.integers(0, len(words), rows).astype(np.int32), mask=unknown)
            found[name] = pa.DictionaryArray.from_arrays(codes, words).cast(pa.string())
    return pa.table(found)


def frame(scale: str) -> pl.DataFrame:
    """The read columns in memory."""
    return pl.read_parquet(path(scale), columns=columns())
