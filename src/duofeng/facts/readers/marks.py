"""The marks on rejected rows that were exported to be put right: which arrivals a file that holds such rows speaks of.

A spreadsheet may have saved it again: as a workbook, with another separator, in the encoding of its country.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from duofeng.facts.readers.invisible import UNSEEN

ARRIVAL_MARK, ROW_MARK, REASON_MARK, RAW_MARK = "#到达", "#行", "#原因", "#原文"
MARKS = (ARRIVAL_MARK, ROW_MARK, REASON_MARK, RAW_MARK)

MARKED_WITHIN = 1 << 18


def marked_arrivals(path: Path) -> frozenset[str]:
    """The arrivals that the rows of a file say they stood in; empty for a file without marks."""
    try:
        rows = _rows(path)
        titles = [UNSEEN.sub("", title).strip() for title in next(rows, [])]
        if ARRIVAL_MARK not in titles:
            return frozenset()
        at = titles.index(ARRIVAL_MARK)
        return frozenset(row[at].strip() for row in rows if len(row) > at and row[at].strip())
    except (
        OSError,
        UnicodeDecodeError,
        csv.Error,
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
    ):
        return frozenset()


def _may_be_marked(path: Path) -> bool:
    """Whether the beginning of a workbook's texts holds the mark; to parse a whole one for nothing takes long."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet"):
                with package.open(name) as stream:
                    if ARRIVAL_MARK.encode() in stream.read(MARKED_WITHIN):
                        return True
    return False


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open("rb") as file:
        start = file.read(400)
    if start.startswith(b"PK"):
        if not _may_be_marked(path):
            return
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        yield from ([str(cell) for cell in row] for row in sheet.iter_rows())
        return
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        head = start.decode(encoding, "ignore").lstrip('"')
        if not head.startswith(ARRIVAL_MARK):
            continue
        separator = head.removeprefix(ARRIVAL_MARK).lstrip('"')[:1]
        with path.open(encoding=encoding, newline="") as text:
            yield from csv.reader(text, delimiter=separator or ",")
        return
