"""Rejects put right and sent again: which earlier delivery a file settles, and which of its rejects stay open.

A delivery and all that was sent to put it right are one chain; it is opened from any link. A file belongs to a chain
when its rows carry the marks that `duofeng rejects --csv` writes, when it is told so, or when it bears the name of a
link. A rejected row that is not in the new file is carried over: leaving a row out does not make it disappear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import polars as pl

from duofeng.facts.arrivals import COUNTED, REJECTED
from duofeng.facts.readers import problems, table_problems
from duofeng.facts.readers.marks import ARRIVAL_MARK, MARKS, RAW_MARK, REASON_MARK, ROW_MARK
from duofeng.facts.readers.table import ROW, RawBatch
from duofeng.facts.rejects import arrival_of, carried, reason, row_content
from duofeng.kernel.message import Message
from duofeng.kernel.problem import ProblemError, Span, hint
from duofeng.zone.kinds.source import Source

SHEET_MARK = "!"
"""Between sheet and row in a mark: the row of a workbook is known by both."""
ALIKE = 0.75
"""The share of a rejected row's other cells that a row of the same number repeats when it is that row put right."""
_RUNS = re.compile(r"[=@\t\r]|[+\-](?![\d.,]*$)")
"""What a spreadsheet takes for a formula; a number with its sign is none."""


class HasArrivals(Protocol):
    """The part of a ledger, or of a version of it, that is read here."""

    def arrivals(self, known_at: datetime | None = None) -> pl.DataFrame: ...

    def rejects(self, arrival: str | None = None) -> pl.DataFrame: ...


# ---- chains -------------------------------------------------------------------------------------------------------


def last_link(arrivals: pl.DataFrame, arrival: str) -> str:
    """The newest arrival of the chain that an arrival belongs to: it has what is still open."""
    counted = arrivals.filter(pl.col("verdict").is_in(COUNTED) & pl.col("replaces").is_not_null())
    later = dict(counted.select("replaces", "id").iter_rows())
    passed = {arrival}
    while (following := later.get(arrival)) is not None and following not in passed:
        passed.add(following)
        arrival = following
    return arrival


def _files_of(arrivals: pl.DataFrame, last: str) -> tuple[str, ...]:
    """The names of the files of a chain, the first link's first."""
    known = {row["id"]: row for row in arrivals.iter_rows(named=True)}
    files: list[str] = []
    link = known.get(last)
    while link is not None and len(files) < len(known):
        files.append(str(link["file"]))
        link = known.get(link["replaces"])
    return tuple(reversed(files))


def open_rejects(ledger: HasArrivals, arrival: str) -> pl.DataFrame:
    """What is still to be put right of a delivery, asked for by any link of its chain."""
    return ledger.rejects(arrival=last_link(ledger.arrivals(), arrival))


# ---- what a new file settles --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """Where rows that are sent again stood first: the delivery, its file and the sheet."""

    arrival: str
    file: str
    sheet: str


@dataclass
class Settled:
    """The rejects an arrival settles. `look_for` is told every batch of the new file; `still_open` is what it lacked.

    `arrival` is the last link of the chain; `marked`: the rows carry marks and are no whole delivery."""

    source: Source
    arrival: str | None = None
    marked: bool = False
    open: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    keys: pl.DataFrame = field(default_factory=pl.DataFrame)
    seen: set[int] = field(default_factory=set)
    files: Mapping[str, str] = field(default_factory=dict)
    """The name of the file of each arrival."""
    came_as: tuple[str, ...] = ()
    """The names under which the rows came before: they name their period when the new file's own name does not."""

    @classmethod
    def by(
        cls, ledger: HasArrivals, source: Source, file: str, marks: frozenset[str], told: str | None, now: datetime
    ) -> Settled:
        """`marks`: the arrivals that the rows say they stood in; `told`: the one that the file is said to put right.
        Raises ProblemError: E243 when an arrival does not exist, E245 when they are of several chains, E383 when
        single rows put nothing right."""
        arrivals = ledger.arrivals(now).filter(~pl.col("verdict").is_in(["duplicate", "torn"]))
        named = marks or ({told} if told is not None else set())
        for each in sorted(named - set(arrivals["id"])):
            near = hint(each, arrivals["id"].to_list(), listed=False)
            raise ProblemError(problems.ARRIVAL_UNKNOWN.at(Span(file), arrival=each, **near))
        chains = sorted({last_link(arrivals, each) for each in named})
        if len(chains) > 1:
            raise ProblemError(problems.SEVERAL_CHAINS.at(Span(file), arrivals="、".join(sorted(named))))
        if marks and source.repeated not in (None, "refuse"):
            raise ProblemError(table_problems.NOT_BY_ROWS.at(Span(file), source=source.id))
        if not chains:
            counted = pl.col("verdict").is_in(COUNTED) & (pl.col("source") == source.id) & (pl.col("file") == file)
            same = arrivals.filter(counted)
            if same.is_empty():
                return cls(source)
            chains = [last_link(arrivals, same["id"][-1])]
        files = dict(arrivals.select("id", "file").iter_rows())
        rejects = carried(ledger.rejects(arrival=chains[0]))
        came_as = _files_of(arrivals, chains[0]) if named else ()
        return cls(source, chains[0], bool(marks), rejects, _keys_of(source, rejects), files=files, came_as=came_as)

    def parts(self, batch: RawBatch) -> Iterator[tuple[RawBatch, Origin | None]]:
        """A batch by where its rows stood first, numbered as they were there; the batch itself if it has no marks."""
        if ROW_MARK not in batch.cells.columns:
            yield batch, None
            return
        cells = unguarded(batch.cells)
        place = pl.col(ROW_MARK).str.strip_chars()
        cells = cells.with_columns(
            pl.coalesce(place.str.extract(r"(\d+)$").cast(pl.Int32, strict=False), ROW).alias(ROW),
            pl.col(ARRIVAL_MARK).str.strip_chars(),
            place.str.extract(r"^(.*)!\d+$").fill_null("").alias(SHEET_MARK),
        )
        broken = batch.broken
        for (arrival, sheet), rows in cells.group_by(ARRIVAL_MARK, SHEET_MARK, maintain_order=True):
            known = self.files.get(str(arrival))
            origin = Origin(str(arrival), known, str(sheet)) if known is not None else None
            yield replace(batch, cells=rows.drop(SHEET_MARK), broken=broken), origin
            broken = broken.clear()

    def look_for(self, cells: pl.DataFrame, sheet: str, origin: Origin | None) -> None:
        """Remember which of the open rejects stand in these rows: by their mark, else by who, when and what; where just
        that is in doubt, by their place and what else the row says."""
        if not self.open.height:
            return
        if ROW_MARK in cells.columns:
            if origin is not None:
                rows = self.keys.filter((pl.col("sheet") == origin.sheet) & pl.col("row").is_in(cells[ROW].implode()))
                # A person may have copied the number of another link.
                there = origin.arrival in self.keys["arrival"]
                found = rows.filter(pl.col("arrival") == origin.arrival) if there else rows
                self.seen.update(found["position"].to_list())
            return
        here = _keys_in(self.source, cells)
        self.seen.update(self.keys.filter(pl.col("key").is_in(here.implode()))["position"].to_list())
        doubtful = self.keys.filter(pl.col("in_doubt") & ~pl.col("position").is_in(list(self.seen)))
        rows = doubtful.filter(pl.col("sheet") == sheet).join(cells, left_on="row", right_on=ROW, how="inner")
        for row in rows.iter_rows(named=True):
            texts = {str(row[title]).strip() for title in cells.columns if title in row and title != ROW}
            if sum(piece in texts for piece in row["pieces"]) >= max(1, ALIKE * len(row["pieces"])):
                self.seen.add(row["position"])

    def still_open(self) -> pl.DataFrame:
        """Rejects of the settled arrival that the new file said nothing about."""
        left = [position for position in range(self.open.height) if position not in self.seen]
        return self.open[left] if left else self.open.clear()


def _keys_of(source: Source, rejects: pl.DataFrame) -> pl.DataFrame:
    """How each open reject is found again: `key` by who, when and what; `in_doubt`, `pieces` by the rest of its row."""
    rows = []
    for position, reject in enumerate(rejects.iter_rows(named=True)):
        content, column = row_content(reject["params"]), reject["column"]
        key = _key(source, content, column)
        others = [text for title, text in content.items() if title != column]
        texts = others if content else re.split(r"[,;\t|，]", reject["raw"])
        pieces = [text.strip().strip('"') for text in texts if text.strip()]
        arrival, in_doubt = arrival_of("", reject["params"]), key is None or column in _said(source)
        rows.append((position, arrival, reject["sheet"], reject["row"], key, in_doubt, pieces))
    schema = {"position": pl.Int64(), "arrival": pl.String(), "sheet": pl.String(), "row": pl.Int32()}
    schema |= {"key": pl.String(), "in_doubt": pl.Boolean(), "pieces": pl.List(pl.String())}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ways(source: Source) -> list[tuple[str, ...]]:
    """The ways to say who, the surest first: a column that identifies, several that do together, a name."""
    named = [(source.name,)] if source.name and source.name not in source.key else []
    return [*((column,) for column in source.identifier), *([source.key] if source.key else []), *named]


def _said(source: Source) -> list[str]:
    """The columns that tell when and, in a long table, what."""
    period = source.period.column if source.period else None
    return [title for title in (period, source.attribute) if title is not None]


def _key(source: Source, content: Mapping[str, str], doubtful: str) -> str | None:
    """Who, when and what by the surest way that is not itself in doubt."""
    rest = [content.get(title, "").strip() for title in _said(source)]
    for way in _ways(source):
        texts = [content.get(title, "").strip() for title in way]
        if any(texts) and doubtful not in way:
            return "\0".join([*way, *texts, *rest])
    return None


def _keys_in(source: Source, cells: pl.DataFrame) -> pl.Series:
    """The keys of rows by every way that their table has."""
    said = [pl.col(title).str.strip_chars() if title in cells.columns else pl.lit("") for title in _said(source)]
    found = [pl.Series([], dtype=pl.String)]
    for way in _ways(source):
        if set(way) <= set(cells.columns):
            who = [*map(pl.lit, way), *(pl.col(title).str.strip_chars() for title in way)]
            found.append(cells.select(pl.concat_str(*who, *said, separator="\0").alias("key"))["key"])
    return pl.concat(found).unique()


# ---- the file to put right ----------------------------------------------------------------------------------------


def to_put_right(rejects: pl.DataFrame, told: Callable[[Message], str]) -> pl.DataFrame:
    """The rejected rows of one chain as they were written, a row each, with marks and reasons in front."""
    rows: dict[tuple[str, str, int | None, str], dict[str, str]] = {}
    for reject in rejects.iter_rows(named=True):
        content = row_content(reject["params"])
        arrival = arrival_of(reject["arrival"], reject["params"])
        number, sheet = reject["row"], reject["sheet"]
        # What stands in no row, as a figure of a document, is alone.
        key = (arrival, sheet, number, "" if number is not None else reject["params"])
        row = rows.setdefault(key, dict.fromkeys(MARKS, "") | content)
        row[ARRIVAL_MARK] = arrival
        row[ROW_MARK] = "" if number is None else f"{sheet}{SHEET_MARK}{number}" if sheet else str(number)
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
