"""How a sheet looks to a person: what number formats show, what is hidden or struck out, what a formula never gave.

calamine hands over stored values. Here the package itself is asked for what stands between them and the screen.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

BLOCK = 1 << 22
UNCALCULATED, STRUCK = "#UNCALCULATED!", "#STRUCK!"
"""Stand in place of a value that a formula never gave, and before one that is crossed out."""
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE, _STYLE = re.compile(rb"""\br=["']([A-Z]+)(\d+)["']"""), re.compile(rb"""\bs=["'](\d+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)(?:\s[^>]*)?>[^<]")
_ZERO = re.compile(rb"<(?:\w+:)?v>0</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*?\br=["'](\d+)["']""")
_HIDDEN_COLUMNS = re.compile(rb"""<(?:\w+:)?col\s(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*>""")
PERCENTS = {9: "0%", 10: "0.00%"}

Number = int | float
Shows = Literal["percent", "digits", "scaled", "month", "year", "words"]


@dataclass(frozen=True)
class Format:
    """What a number format does to a number beyond rounding and grouping."""

    shows: Shows
    width: int = 0
    divisor: int = 1
    before: str = ""
    after: str = ""

    def text(self, value: Number | date) -> str | None:
        """The value as it is seen, with all the digits it has; None where the format says nothing of such a value."""
        if isinstance(value, date):
            return {"month": f"{value:%Y-%m}", "year": f"{value:%Y}"}.get(self.shows)
        if self.shows in ("month", "year"):
            return None
        if self.shows == "digits":
            return str(int(value)).zfill(self.width) if value == int(value) and value >= 0 else None
        exact = Decimal(repr(value)) * (100 if self.shows == "percent" else 1) / self.divisor
        return f"{self.before}{exact.normalize():f}{self.after}"


def format_of(code: str) -> Format | None:
    """The format of a code such as `0.0%`, `000000`, `#,##0,`, `yyyy"年"m"月"`; None when it only rounds and groups."""
    first = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    sign = re.search(r"\[\$([^\-\]]+)", first)
    plain = re.sub(r"\[[^\]]*\]|_.|\*.", "", first)
    bare = re.sub(r'"[^"]*"|\\.|!.', "", plain)
    if re.search("[ymdhs]", bare, re.IGNORECASE) and not re.search("[0#?]", bare):
        return _of_dates(bare.lower())
    if "%" in bare:
        return Format("percent", after="%")
    if re.fullmatch("0{2,}", bare) and bare == plain.replace(" ", ""):
        return Format("digits", width=len(bare))
    commas = re.search(r"[0#?](,+)[^0#?]*$", bare)
    tenth = 10 if re.search(r'0(?:!\.|\\\.|"\.")0', plain) else 1
    words = re.findall(r'[0#?,.]\s*"([^"]+)"', plain)
    after = words[-1].strip() if words and words[-1] != "." else ""
    before = sign[1] if sign else ""
    divisor = 1000 ** len(commas[1]) * tenth if commas else 1
    if divisor > 1:
        return Format("scaled", divisor=divisor, before=before, after=after)
    return Format("words", before=before, after=after) if before or after else None


def _of_dates(bare: str) -> Format | None:
    if "d" in bare or "h" in bare or "s" in bare or "y" not in bare:
        return None
    return Format("month" if "m" in bare else "year")


@dataclass
class Look:
    """By row as a person counts it: the formats of its cells (column from 0), formulas without a value, cells struck
    out; the rows and columns that are hidden."""

    formats: dict[int, list[tuple[int, Format]]] = field(default_factory=dict)
    unsaid: dict[int, list[int]] = field(default_factory=dict)
    struck: dict[int, list[int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def look_of(path: Path, sheet: str) -> Look:
    """The look of a sheet; nothing special where the file is no package of the open format or lacks its parts."""
    found = Look()
    if not zipfile.is_zipfile(path):
        return found
    with zipfile.ZipFile(path) as package:
        names = frozenset(package.namelist())
        member = _member(package, names, sheet)
        if member not in names:
            return found
        formats, struck = _styles(package, names)
        fresh = b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")
        for text in _rows_of(package, member):
            _take(found, text, formats, struck, fresh)
    return found


def _member(package: zipfile.ZipFile, names: frozenset[str], sheet: str) -> str:
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    id = next((each.get(_REL) for each in book.iter(f"{_NS}sheet") if each.get("name") == sheet), None)
    target = next((each.get("Target", "") for each in links if each.get("Id") == id), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _styles(package: zipfile.ZipFile, names: frozenset[str]) -> tuple[dict[int, Format], set[int]]:
    """The formats that matter, and the styles that strike out, by number of style."""
    if "xl/styles.xml" not in names:
        return {}, set()
    styles = ElementTree.fromstring(package.read("xl/styles.xml"))
    codes = dict(PERCENTS)
    codes |= {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in styles.iter(f"{_NS}numFmt")}
    fonts = styles.find(f"{_NS}fonts")
    strikes = [
        (strike := font.find(f"{_NS}strike")) is not None and strike.get("val", "1") not in ("0", "false")
        for font in (fonts if fonts is not None else ())
    ]
    formats, struck = {}, set()
    cells = styles.find(f"{_NS}cellXfs")
    for number, style in enumerate(cells if cells is not None else ()):
        found = format_of(codes.get(int(style.get("numFmtId", 0)), ""))
        if found is not None:
            formats[number] = found
        font = int(style.get("fontId", 0))
        if font < len(strikes) and strikes[font]:
            struck.add(number)
    return formats, struck


def _rows_of(package: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The sheet in stretches that no row is cut by."""
    rest = b""
    with package.open(member) as stream:
        while block := stream.read(BLOCK):
            text = rest + block
            cut = text.rfind(b"</row>") + 6
            if cut > 5:
                yield text[:cut]
                text = text[cut:]
            rest = text
    yield rest


def _take(found: Look, text: bytes, formats: dict[int, Format], struck: set[int], fresh: bool) -> None:
    found.hidden_rows.update(int(row) for row in _HIDDEN_ROW.findall(text))
    for column in _HIDDEN_COLUMNS.findall(text):
        first, last = (re.search(rb"""\b%s=["'](\d+)""" % name, column) for name in (b"min", b"max"))
        if first and last:
            found.hidden_columns.update(range(int(first[1]) - 1, min(int(last[1]), 16_384)))
    if not formats and not struck and _FORMULA.search(text) is None:
        return
    for cell in _CELL.finditer(text):
        place, style, content = _PLACE.search(cell[1]), _STYLE.search(cell[1]), cell[2] or b""
        if place is None:
            continue
        row, column = int(place[2]), _column(place[1])
        number = int(style[1]) if style else 0
        if number in formats:
            found.formats.setdefault(row, []).append((column, formats[number]))
        if number in struck and content:
            found.struck.setdefault(row, []).append(column)
        # A program that writes formulas leaves blank or zero what the spreadsheet is to calculate when it is opened.
        if _FORMULA.search(content) and (not _VALUE.search(content) or (fresh and _ZERO.search(content))):
            found.unsaid.setdefault(row, []).append(column)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def is_crossed_out(row: int, look: Look, filled: list[int]) -> bool:
    """Whether every filled cell of a row is struck out."""
    return bool(filled) and row in look.struck and set(filled) <= set(look.struck[row])
