"""Workbooks, read by calamine. Before it sees one, the package is checked: whole, not encrypted, of bounded size.

calamine allocates the rectangle from the first to the last used cell and ends the process when memory does not suffice,
so a stray cell at the far corner must be found before.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import fastexcel
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from duofeng.facts.foreign import foreign
from duofeng.facts.readers import problems, table_problems
from duofeng.facts.readers.header import SEARCHED_ROWS, Header, find_header
from duofeng.facts.readers.invisible import UNSEEN, Unseen
from duofeng.facts.readers.look import STRUCK, UNCALCULATED, Look, is_crossed_out, look_of
from duofeng.facts.readers.table import RawBatch, RawTable, broken_frame, refused_frame, text_frame
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import ProblemError, Span

LARGEST_UNPACKED = 2 << 30
MOST_CELLS = 40_000_000
CELLS_PER_BATCH = 400_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb"""<(?:\w+:)?c [^>]*?\br=["']([A-Z]{1,3})(\d{1,7})""")
_ERROR = re.compile(rb"""<(?:\w+:)?c [^>]*?\bt=["']e["']""")
_OVERLAP = 256

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True)
class Package:
    """What a look into the zip showed: whether any cell holds a formula error."""

    errors: bool


def read_xlsx(
    path: Path, declared: Sequence[str], *, height: int = 1, sheet: str | None = None, all_sheets: bool = False
) -> RawTable:
    """The table of the named sheet, else of the first sheet with a declared title; `all_sheets` adds as `further` those
    of every other sheet with the same header. Raises ProblemError."""
    with _walked(path):
        package, seen = check_package(path), Unseen()
        workbook = CalamineWorkbook.from_path(path)
        found = _headed(workbook, declared, height, sheet, path)
        if not found:
            raise ProblemError(problems.HEADER.at(Span(path.name), expected="、".join(declared)))
        alike = [
            each for each in found if set(each[1].titles) & set(declared) == set(found[0][1].titles) & set(declared)
        ]
        first, *others = [
            _table(path, workbook, name, header, package, seen) for name, header in (alike if all_sheets else found[:1])
        ]
        unread = [name for name, _ in alike[1:]] if not all_sheets else []
        told = (
            [table_problems.OTHER_SHEETS.at(Span(path.name), sheet=first.sheet, others="、".join(unread))]
            if unread
            else []
        )
        return replace(first, problems=(*first.problems, *told), further=tuple(others))


@contextmanager
def _walked(path: Path) -> Iterator[None]:
    """Around opening a workbook and around its rows."""
    span = Span(path.name)
    with foreign(lambda said: problems.WORKBOOK_DAMAGED.at(span, reason=said)):
        try:
            yield
        except PasswordError as error:
            raise ProblemError(problems.WORKBOOK_ENCRYPTED.at(span)) from error
        except CalamineError as error:
            raise ProblemError(problems.WORKBOOK_DAMAGED.at(span, **_damage(error))) from error


def _told(header: Header, declared: Sequence[str]) -> set[str]:
    return set(header.titles) & set(declared)


def _headed(
    workbook: CalamineWorkbook, declared: Sequence[str], height: int, sheet: str | None, path: Path
) -> list[tuple[str, Header]]:
    """The sheets that are looked into and have a header, in their order."""
    headers = (
        (name, find_header(_header_rows(workbook.get_sheet_by_name(name), height), declared, height))
        for name in _looked_into(workbook, sheet, path)
    )
    return [(name, header) for name, header in headers if header is not None]


def _table(
    path: Path, workbook: CalamineWorkbook, name: str, header: Header, package: Package, seen: Unseen
) -> RawTable:
    sheet, look = workbook.get_sheet_by_name(name), look_of(path, name)
    errors = _errors(path, name) if package.errors else {}
    left = (sheet.start or (0, 0))[1]
    hidden = [title for column, title in enumerate(header.titles, left) if column in look.hidden_columns]
    span = Span(f"{path.name}!{name}")
    told = (table_problems.HIDDEN_COLUMNS.at(span, columns="、".join(hidden)),) if hidden else ()
    rows = _all(_batches(sheet, header, errors, look, seen), path)
    merged = tuple(
        (header.titles[column - left], top + 1, bottom + 1)
        for (top, column), (bottom, _) in sheet.merged_cell_ranges or ()
        if bottom > top and 0 <= column - left < len(header.titles)
    )
    return RawTable(name, header.titles, header.written, rows, told, seen, header.above, merged)


def _looked_into(workbook: CalamineWorkbook, sheet: str | None, path: Path) -> list[str]:
    """The named sheet, else all that are seen, in their order."""
    sheets = [entry for entry in workbook.sheets_metadata if entry.typ is SheetTypeEnum.WorkSheet]
    names = [entry.name for entry in sheets]
    if sheet is None:
        return [entry.name for entry in sheets if entry.visible is SheetVisibleEnum.Visible]
    if sheet not in names:
        raise ProblemError(problems.SHEET_MISSING.at(Span(path.name), sheet=sheet, sheets="、".join(names)))
    return [sheet]


# ---- the package --------------------------------------------------------------------------------------------------


def check_package(path: Path) -> Package:
    """Raises ProblemError for a workbook that is damaged, encrypted, too large, or none at all."""
    span = Span(path.name)
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(OLE):
        if ENCRYPTED_STREAM in path.read_bytes():
            raise ProblemError(problems.WORKBOOK_ENCRYPTED.at(span))
        return Package(errors=False)
    if not start.startswith(b"PK"):
        raise ProblemError(problems.NOT_WORKBOOK.at(span, **_what_else(start)))
    try:
        with zipfile.ZipFile(path) as package:
            return _check_members(package, span)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ProblemError(problems.WORKBOOK_DAMAGED.at(span, **_damage(error))) from error


def _damage(error: Exception) -> dict[str, Message | str]:
    if "not a zip file" in str(error):
        return {"reason": say("文件末尾缺失，没有传完")}
    if "CRC" in str(error) or isinstance(error, (zlib.error, EOFError)):
        return {"reason": say("内容与校验不符")}
    return {"reason": str(error)}


def _what_else(start: bytes) -> dict[str, Message | str]:
    text = start.decode("utf-8", "replace").lstrip("\ufeff \r\n").lower()
    if text.startswith(("<html", "<!doctype", "<table", "<?xml")):
        return {"hint": say("，内容是网页")}
    if "\0" not in text and ("," in text or "\t" in text):
        return {"hint": say("，内容像是 CSV 文本")}
    return {"hint": ""}


def _check_members(package: zipfile.ZipFile, span: Span) -> Package:
    members = package.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED:
        raise _too_large(span, f"{unpacked >> 20} MiB", f"{LARGEST_UNPACKED >> 20} MiB")
    if any(member.flag_bits & 1 for member in members):
        raise ProblemError(problems.WORKBOOK_ENCRYPTED.at(span))
    errors = False
    for member in members:
        errors |= _check_member(package, member, span)
    return Package(errors)


def _check_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, span: Span) -> bool:
    """Unpacks one member whole, so that what is cut off or lies about its size is found. True for a formula error."""
    is_sheet = "worksheets/" in member.filename
    last_row, last_column, errors, tail = 0, 0, False, b""
    with package.open(member) as stream:
        while block := stream.read(1 << 20):
            if not is_sheet:
                continue
            text = tail + block
            cut = text.rfind(b"<")
            text, tail = (text[:cut], text[cut:]) if len(text) - cut < _OVERLAP else (text, b"")
            errors = errors or _ERROR.search(text) is not None
            for column, row in _extent(text):
                last_row, last_column = max(last_row, row), max(last_column, column)
    if last_row * last_column > MOST_CELLS:
        what = f"{member.filename.rpartition('/')[2]}: {last_row:,} × {last_column:,}"
        raise _too_large(span, what, f"{MOST_CELLS:,}")
    return errors


def _extent(text: bytes) -> set[tuple[int, int]]:
    """Column and row of the cells that can be the outermost ones."""
    last: dict[bytes, int] = {}
    for column, row in _CELL.findall(text):
        last[column] = int(row)
    return {(_column_number(column), row) for column, row in last.items()}


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(span: Span, what: str, limit: str) -> ProblemError:
    return ProblemError(problems.WORKBOOK_TOO_LARGE.at(span, what=what, limit=limit))


# ---- cells --------------------------------------------------------------------------------------------------------


def _header_rows(sheet: CalamineSheet, height: int) -> list[list[str]]:
    """The first rows, each merged block filled down so that a title over two header rows is not lost."""
    head = islice(sheet.iter_rows(), SEARCHED_ROWS + height)
    rows = [[UNSEEN.sub("", _text(cell)) for cell in row] for row in head]
    offset_row, offset_column = sheet.start or (0, 0)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom + 1, len(rows) + offset_row)):
            for column in range(left, right + 1):
                if 0 <= row - offset_row < len(rows) and 0 <= column - offset_column < len(rows[0]):
                    rows[row - offset_row][column - offset_column] = rows[top - offset_row][left - offset_column]
    return rows


def _all(batches: Iterator[RawBatch], path: Path) -> Iterator[RawBatch]:
    with _walked(path):
        yield from batches


def _batches(
    sheet: CalamineSheet, header: Header, errors: dict[tuple[int, int], str], look: Look, seen: Unseen
) -> Iterator[RawBatch]:
    width = len(header.titles)
    first = (sheet.start or (0, 0))[0] + header.top + header.height + 1
    rows = islice(enumerate(sheet.iter_rows(), first - header.top - header.height), header.top + header.height, None)
    size = max(1_000, CELLS_PER_BATCH // width)
    merged = _Merged.of(sheet, first)
    left = (sheet.start or (0, 0))[1]
    while batch := list(islice(rows, size)):
        texts: list[list[str]] = []
        refused: list[tuple[int, str]] = []
        for number, row in batch:
            shown = [seen.cleaned(_text(cell)) for cell in row]
            _as_seen(shown, row, number, look, left)
            merged.fill(shown, number)
            for column in range(width) if errors else ():
                if (number, column) in errors:
                    shown[column] = errors[number, column]
            code = _why_unseen(shown, number, look, left)
            if code is not None:
                refused.append((len(texts), code))
            texts.append(shown)
        yield RawBatch(
            text_frame(header.titles, texts, [number for number, _ in batch]), broken_frame([]), refused_frame(refused)
        )


def _as_seen(shown: list[str], row: list[Cell], number: int, look: Look, left: int) -> None:
    """What number formats make of the cells of a row, and marks in place of what is no value to a person."""
    for column, format in look.formats.get(number, ()):
        at = column - left
        value = row[at] if 0 <= at < len(row) else None
        if isinstance(value, (int, float, date)) and not isinstance(value, bool):
            shown[at] = format.text(value) or shown[at]
    for column in look.unsaid.get(number, ()):
        if 0 <= column - left < len(shown):
            shown[column - left] = UNCALCULATED
    filled = [column for column, text in enumerate(shown, left) if text]
    for column in look.struck.get(number, ()) if not is_crossed_out(number, look, filled) else ():
        if 0 <= column - left < len(shown):
            shown[column - left] = f"{STRUCK} {shown[column - left]}"


def _why_unseen(shown: list[str], number: int, look: Look, left: int) -> str | None:
    """The code of the problem for which a whole row is not taken as said."""
    if number in look.hidden_rows and any(shown):
        return table_problems.HIDDEN_ROW.code
    filled = [column for column, text in enumerate(shown, left) if text]
    return table_problems.STRUCK_ROW.code if is_crossed_out(number, look, filled) else None


@dataclass
class _Merged:
    """Cells merged over several rows of the body: the value stands in each of them."""

    tops: dict[int, list[tuple[int, int]]]
    """Row → (column, last row) of the blocks that begin in it."""
    running: dict[int, tuple[str, int]] = field(default_factory=dict)

    @staticmethod
    def of(sheet: CalamineSheet, first: int) -> _Merged:
        tops: dict[int, list[tuple[int, int]]] = {}
        left = (sheet.start or (0, 0))[1]
        for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
            if bottom > top and top + 1 >= first:
                tops.setdefault(top + 1, []).append((column - left, bottom + 1))
        return _Merged(tops)

    def fill(self, shown: list[str], number: int) -> None:
        for column, (text, last) in list(self.running.items()):
            if number > last:
                del self.running[column]
            elif column < len(shown):
                shown[column] = text
        for column, last in self.tops.get(number, ()):
            if 0 <= column < len(shown):
                self.running[column] = (shown[column], last)


def _errors(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """(row, column index) → `#DIV/0!` and the like, which calamine hands over as blank."""
    loaded = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string")
    _, found = loaded.to_arrow_with_errors()
    told: dict[tuple[int, int], str] = {}
    for error in found.errors if found else ():
        row, column = error.position
        name = re.search(r"Error\((\w+)\)", error.detail)
        told[row + 1, column] = SPREADSHEET_ERRORS.get(name[1] if name else "", "#ERROR!")
    return told


SPREADSHEET_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#DATA!",
}


def _text(cell: Cell) -> str:
    """The cell as a person sees it: fifteen digits of a number, a date without midnight."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell)
