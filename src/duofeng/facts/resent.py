"""Rejects put right and sent again: which earlier arrival a file settles, and which of its rejects stay open.

A file settles an earlier arrival when it carries its mark (the columns `duofeng rejects --csv` writes), when it is told
so, or when it bears the same name. A rejected row that is not in the new file is carried over: leaving a row out of the
file does not make it disappear.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from duofeng.facts.arrivals import REJECTED
from duofeng.facts.assertions import said_by
from duofeng.facts.ledger import Ledger
from duofeng.facts.readers import problems
from duofeng.facts.rejects import carried, reason, row_content
from duofeng.kernel.message import Message
from duofeng.kernel.problem import ProblemError, Span, hint
from duofeng.zone.kinds.source import Source

ARRIVAL_MARK, ROW_MARK, REASON_MARK, RAW_MARK = "#到达", "#行", "#原因", "#原文"
MARKS = (ARRIVAL_MARK, ROW_MARK, REASON_MARK, RAW_MARK)


_RUNS = re.compile(r"[=@\t\r]|[+\-](?![\d.,]*$)")
"""What a spreadsheet takes for a formula; a number with its sign is none."""


def marked_arrival(path: Path) -> str | None:
    """The arrival whose exported rejects this file holds, by the mark in its first rows."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if ARRIVAL_MARK not in file.readline(100_000):
                return None
            file.seek(0)
            rows = csv.DictReader(file)
            return next((row[ARRIVAL_MARK] for row in rows if row.get(ARRIVAL_MARK)), None)
    except (OSError, UnicodeDecodeError, csv.Error):
        return None


@dataclass
class Settled:
    """The rejects an arrival settles. `look_for` is told every batch of the new file; `still_open` is what it
    lacked."""

    source: Source
    arrival: str | None = None
    marked: bool = False
    open: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    keys: pl.DataFrame = field(default_factory=pl.DataFrame)
    seen: set[int] = field(default_factory=set)
    came_as: tuple[str, ...] = ()
    """The name under which the rows first came; it names their period when the corrected file's own name does not."""

    @classmethod
    def by(cls, ledger: Ledger, source: Source, file: str, told: str | None, now: datetime) -> Settled:
        """Raises ProblemError (E243) when the arrival told does not exist."""
        arrivals = ledger.arrivals(now).filter(~pl.col("verdict").is_in(["duplicate", "torn"]))
        if told is not None:
            if told not in arrivals["id"]:
                near = hint(told, arrivals["id"].to_list(), listed=False)
                raise ProblemError(problems.ARRIVAL_UNKNOWN.at(Span(file), arrival=told, **near))
            settled = cls._of(ledger, source, told, marked=True)
            settled.came_as = (_first_file(arrivals, told),)
            return settled
        same = arrivals.filter((pl.col("source") == source.id) & (pl.col("file") == file))
        return cls._of(ledger, source, same["id"][-1], marked=False) if same.height else cls(source)

    @classmethod
    def _of(cls, ledger: Ledger, source: Source, arrival: str, marked: bool) -> Settled:
        rejects = carried(ledger.rejects(arrival=arrival))
        contents = [row_content(params) for params in rejects["params"]]
        keyed = [_key(source, content) for content in contents]
        keys = pl.DataFrame(
            {
                "position": range(len(keyed)),
                "row": rejects["row"],
                "keys": pl.Series(keyed, dtype=pl.List(pl.String)),
            }
        )
        return cls(source, arrival, marked, rejects, keys)

    def look_for(self, cells: pl.DataFrame) -> None:
        """Remember which of the open rejects stand in these rows: by mark and row, else by identity and period."""
        if not self.open.height:
            return
        if ROW_MARK in cells.columns:
            rows = cells[ROW_MARK].str.strip_chars().cast(pl.Int32, strict=False)
            found = self.keys.filter(pl.col("row").is_in(rows.drop_nulls().unique().implode()))
        else:
            here = pl.concat(_keys_in(self.source, cells)).unique() if _identity(self.source, cells) else None
            listed = self.keys.explode("keys")
            found = listed.filter(pl.col("keys").is_null() if here is None else _among(here))
        self.seen.update(found["position"].to_list())

    def still_open(self) -> pl.DataFrame:
        """Rejects of the settled arrival that the new file said nothing about."""
        left = [position for position in range(self.open.height) if position not in self.seen]
        return self.open[left] if left else self.open.clear()


def _first_file(arrivals: pl.DataFrame, arrival: str) -> str:
    """The file of the arrival that a chain of corrections began with."""
    known = {row["id"]: row for row in arrivals.iter_rows(named=True)}
    row = known[arrival]
    while row["replaces"] in known and row["file"] != known[row["replaces"]]["file"]:
        row = known[row["replaces"]]
    return str(row["file"])


def _among(here: pl.Series) -> pl.Expr:
    return pl.col("keys").is_in(here.implode()) | pl.col("keys").is_null()


def _identity(source: Source, cells: pl.DataFrame) -> list[str]:
    return [title for title in said_by(source) if title in cells.columns]


def _period(source: Source) -> str | None:
    return source.period.column if source.period else None


def _key(source: Source, content: dict[str, str]) -> list[str]:
    """Who and when: one text per way of saying who."""
    period = content.get(_period(source) or "", "").strip()
    said = [(title, content.get(title, "").strip()) for title in said_by(source)]
    return [f"{title}\0{text}\0{period}" for title, text in said if text]


def _keys_in(source: Source, cells: pl.DataFrame) -> list[pl.Series]:
    period = _period(source)
    when = pl.col(period).str.strip_chars() if period in cells.columns else pl.lit("")
    return [
        cells.select((pl.lit(f"{title}\0") + pl.col(title).str.strip_chars() + pl.lit("\0") + when).alias("key"))["key"]
        for title in _identity(source, cells)
    ]


def to_put_right(rejects: pl.DataFrame, told: Callable[[Message], str]) -> pl.DataFrame:
    """The rejected rows of one arrival as they were written, a row each, with marks and reasons in front."""
    rows: dict[tuple[str, int | None, str], dict[str, str]] = {}
    for reject in rejects.iter_rows(named=True):
        content = row_content(reject["params"])
        # What stands in no row, as a figure of a document, is alone.
        key = (reject["sheet"], reject["row"], "" if reject["row"] is not None else reject["params"])
        row = rows.setdefault(key, dict.fromkeys(MARKS, "") | content)
        row[ARRIVAL_MARK], row[ROW_MARK] = reject["arrival"], str(reject["row"])
        row[REASON_MARK] = "；".join(filter(None, (row[REASON_MARK], _why(reject, told))))
        row[RAW_MARK] = "" if content else reject["raw"]
    titles = dict.fromkeys(title for row in rows.values() for title in row)
    return pl.DataFrame([{title: guarded(row.get(title, "")) for title in titles} for row in rows.values()])


def guarded(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it as a formula."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a file with marks, without what guarded them."""
    return cells.with_columns(pl.col(pl.String).str.replace(r"^'([=+\-@\t\r])", "$1"))


def _why(reject: Mapping[str, str], told: Callable[[Message], str]) -> str:
    why = told(reason(reject["code"], reject["params"]))
    return f"{reject['column']}：{why}" if reject["column"] else why
