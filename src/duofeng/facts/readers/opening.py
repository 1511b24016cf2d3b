"""A delivered file as a table, by its ending, else by the reader its source declares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from duofeng.facts.readers.bytes import Delivered, as_utf8
from duofeng.facts.readers.csv import read_csv
from duofeng.facts.readers.invisible import Unseen
from duofeng.facts.readers.jsonl import read_jsonl
from duofeng.facts.readers.melted import melted
from duofeng.facts.readers.table import RawTable
from duofeng.facts.readers.xlsx import read_xlsx
from duofeng.kernel.problem import ProblemError
from duofeng.zone.kinds.source import TABULATOR, Source

Reader = Literal["csv", "xlsx", "jsonl"]
ENDINGS: dict[str, Reader] = {
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), "xlsx"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
}


def reader_of(path: Path, source: Source) -> Reader:
    """Rows put right are sent as CSV whatever the source usually sends, so the ending decides first."""
    return ENDINGS.get(path.suffix.lower(), source.reader)


@contextmanager
def opened(delivered: Delivered, source: Source, *, height: int | None = None) -> Iterator[RawTable]:
    """The table of the file, to be walked inside the context. `height` overrides the rows of the header.

    Raises ProblemError when the file is damaged or holds no such table.
    """
    path, declared, height = delivered.path, source.written_columns, height or source.header_rows
    reader = reader_of(path, source)
    if reader == "xlsx":
        if delivered.problem is not None:
            raise ProblemError(delivered.problem)
        table = read_xlsx(path, declared, height=height, sheet=source.sheet, all_sheets=source.sheets == "all")
        yield melted(table, source.melt)
        return
    seen = Unseen()
    with as_utf8(delivered, seen) as text:
        if reader == "jsonl":
            table = read_jsonl(text, path.name, declared, lossy=delivered.lossy, seen=seen)
        else:
            delimiter = TABULATOR.get(source.delimiter or "", source.delimiter)
            table = read_csv(text, path.name, declared, height=height, delimiter=delimiter, lossy=delivered.lossy)
        yield melted(replace(table, problems=(*delivered.told, *table.problems), seen=seen), source.melt)
