"""Delimited text. Polars reads a clean file in parallel; at the first row that is not clean the careful reader of the
standard library takes over, which knows every row's own text and so can keep what does not fit."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl

from duofeng.facts.readers import problems
from duofeng.facts.readers.encodings import DAMAGED
from duofeng.facts.readers.header import SEARCHED_ROWS, Header, find_header
from duofeng.facts.readers.table import BROKEN_SCHEMA, ROW, RawBatch, RawTable, broken_frame, text_frame
from duofeng.kernel.problem import Problem, ProblemError, Span

DELIMITERS = {",": ",", ";": ";", "\t": "\\t", "|": "|", "，": "，", "；": "；", "^": "^"}
CELLS_PER_BATCH = 2_000_000
LONGEST_RECORD = 64
"""Lines. A quote that stays open longer was never meant to open one."""


@dataclass(frozen=True)
class Layout:
    """Where the header is and what separates: all that is decided before the first data row."""

    header: Header
    delimiter: str
    lines: int
    """Physical lines above the first data row."""

    @property
    def rows(self) -> int:
        return self.header.top + self.header.height


def read_csv(
    path: Path,
    name: str,
    declared: Sequence[str],
    *,
    height: int = 1,
    delimiter: str | None = None,
    lossy: bool = False,
) -> RawTable:
    """The table in a UTF-8 file. `name` is the file's name for people. Raises ProblemError when there is no
    such table."""
    layout = find_layout(path, name, declared, height, delimiter)
    found: list[Problem] = []
    if delimiter is None and layout.delimiter != ",":
        found.append(problems.DELIMITER_FOUND.at(Span(name), found=DELIMITERS[layout.delimiter]))
    header = layout.header
    rows = _batches(path, layout, lossy)
    return RawTable("", header.titles, header.written, rows, tuple(found), above=header.above)


# ---- the header and what separates --------------------------------------------------------------------------------


def find_layout(path: Path, name: str, declared: Sequence[str], height: int, delimiter: str | None) -> Layout:
    """The layout that shows most declared titles. A declared delimiter wins a tie, and must not show fewer."""
    signs = dict.fromkeys([delimiter, *DELIMITERS] if delimiter else DELIMITERS)
    layouts = (_layout(path, declared, height, sign) for sign in signs)
    best = max(filter(None, layouts), key=lambda layout: layout.header.found, default=None)
    span = Span(name, 1, None, _first_line(path))
    if best is None:
        raise ProblemError(problems.HEADER.at(span, expected="、".join(declared)))
    if delimiter and best.delimiter != delimiter:
        written = DELIMITERS.get(delimiter, delimiter)
        raise ProblemError(problems.DELIMITER.at(span, declared=written, likely=DELIMITERS[best.delimiter]))
    return best


def _layout(path: Path, declared: Sequence[str], height: int, delimiter: str) -> Layout | None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        ends: list[int] = []
        rows: list[list[str]] = []
        try:
            for row in islice(reader, SEARCHED_ROWS + height):
                rows.append(row)
                ends.append(reader.line_num)
        except csv.Error:
            pass  # the rows before the broken one are enough to find a header in
    header = find_header(rows, declared, height)
    return Layout(header, delimiter, ends[header.top + header.height - 1]) if header else None


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.readline(200).rstrip("\r\n")


# ---- rows ---------------------------------------------------------------------------------------------------------


def _batches(path: Path, layout: Layout, lossy: bool) -> Iterator[RawBatch]:
    careful = lossy or len(layout.delimiter.encode()) > 1  # Polars separates by single bytes
    done, complete = (0, False) if careful else (yield from _clean_batches(path, layout))
    if not complete:
        yield from _careful_batches(path, layout, done, lossy)


def _clean_batches(path: Path, layout: Layout) -> Generator[RawBatch, None, tuple[int, bool]]:
    """Batches as long as the file is rectangular. Returns how many rows that were and whether they were all."""
    titles = layout.header.titles
    scan = pl.scan_csv(
        path,
        has_header=False,
        skip_lines=layout.lines,
        separator=layout.delimiter,
        schema=dict.fromkeys(titles, pl.String),
        empty_string_is_null=False,
    )
    done, rectangular = 0, False
    nothing_broken = pl.DataFrame(schema=BROKEN_SCHEMA)
    try:
        for cells in scan.collect_batches(chunk_size=max(10_000, CELLS_PER_BATCH // len(titles)), engine="streaming"):
            # A row that is too short looks like one whose last cell is blank; only the lines themselves can tell.
            if not rectangular and (cells[titles[-1]] == "").any():
                rectangular = _is_rectangular(path, layout)
                if not rectangular:
                    return done, False
            first = layout.rows + done + 1
            row = pl.int_range(first, first + cells.height, dtype=pl.Int32, eager=True).alias(ROW)
            done += cells.height
            yield RawBatch(cells.with_columns(row), nothing_broken)
    except pl.exceptions.PolarsError:
        return done, False
    return done, True


def _is_rectangular(path: Path, layout: Layout) -> bool:
    line = pl.col("line")
    wrong = line.str.count_matches(layout.delimiter, literal=True) != len(layout.header.titles) - 1
    ragged = pl.scan_lines(path).slice(layout.lines).filter(wrong & (line.str.strip_chars() != "")).head(1)
    return ragged.collect(engine="streaming").is_empty()


@dataclass
class _Lines:
    """The lines of a file, with those of the record being read at hand so that they can be put back."""

    source: Iterator[str]
    record: list[str] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.record) >= LONGEST_RECORD:
            raise csv.Error("the quote is never closed")
        line = self.put_back.pop() if self.put_back else next(self.source)
        self.record.append(line)
        return line

    def give_up_record(self) -> str:
        """Its first line; the others are read again."""
        first, *others = self.record
        self.put_back.extend(reversed(others))
        return first


def _records(source: Iterator[str], delimiter: str) -> Iterator[tuple[list[str] | None, str]]:
    """(fields, text); fields are None where quotes make no sense."""
    lines = _Lines(source)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.record.clear()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None, lines.give_up_record().rstrip("\r\n")
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            yield fields, "".join(lines.record).rstrip("\r\n")


def _careful_batches(path: Path, layout: Layout, done: int, lossy: bool) -> Iterator[RawBatch]:
    titles = layout.header.titles
    size = max(10_000, CELLS_PER_BATCH // 8 // len(titles))
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(layout.lines):
            next(file)
        records = islice(enumerate(_records(file, layout.delimiter), layout.rows + 1), done, None)
        while batch := list(islice(records, size)):
            yield _sorted_out(batch, titles, lossy)


def _sorted_out(batch: list[tuple[int, tuple[list[str] | None, str]]], titles: Sequence[str], lossy: bool) -> RawBatch:
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str, str, dict[str, object]]] = []
    width = len(titles)
    for number, (fields, text) in batch:
        if fields is None:
            broken.append((number, text, problems.QUOTE.code, {}))
        elif lossy and DAMAGED.search(text):
            broken.append((number, text, problems.BAD_BYTES.code, {}))
        elif len(fields) == width:
            rows.append(fields)
            numbers.append(number)
        elif len(fields) > 1 or (fields and fields[0].strip()):
            broken.append((number, text, problems.RAGGED.code, {"found": len(fields), "expected": width}))
    return RawBatch(text_frame(titles, rows, numbers), broken_frame(broken))
