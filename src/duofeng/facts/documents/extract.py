"""`read_document`: txt, docx, pdf with a text layer, html → text."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import docx
import pypdfium2
from docx.oxml.simpletypes import ST_Merge
from docx.table import Table, _Cell
from lxml import etree, html

from duofeng.facts.documents import problems
from duofeng.facts.documents.encoding import decode
from duofeng.facts.documents.patterns import words
from duofeng.facts.documents.text import DocumentText
from duofeng.facts.foreign import foreign
from duofeng.kernel.problem import Problem, ProblemError, Span

MOST_UNPACKED = 200 * 2**20
"""Bytes a docx may unpack to."""
CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_-]+)""")
UNSEEN = {"script", "style", "noscript", "template", "head", "title", "svg", "iframe", "object", "select"}
BLOCK_TAGS = frozenset(
    words(
        "p div section article header footer main aside nav ul ol li dl dt dd h1 h2 h3 h4 h5 h6 table tr thead tbody",
        "blockquote pre hr figure figcaption form fieldset",
    )
)
CELL_TAGS = frozenset({"td", "th"})
ROW_TAGS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_document(path: Path) -> DocumentText:
    """The text of a file. Raises ProblemError (E400–E407) when there is none to read."""
    try:
        data = path.read_bytes()
    except OSError:
        raise ProblemError(problems.FILE_MISSING.at(Span(path.name), file=path)) from None
    return document_from(data, path)


def document_from(data: bytes, path: Path) -> DocumentText:
    """The same from bytes already read; `path` gives name and kind."""
    kind = _kind(data, path)
    reader = READERS.get(kind)
    if reader is None:
        raise ProblemError(problems.KIND_UNKNOWN.at(Span(path.name), kind=path.suffix or "—"))
    with foreign(lambda said: problems.DAMAGED.at(Span(path.name), kind=kind, reason=said)):
        text, encoding, warnings = reader(data, path.name)
    return DocumentText(path, text, hashlib.sha256(data).hexdigest(), encoding, warnings)


Read = tuple[str, str, tuple[Problem, ...]]


def _kind(data: bytes, path: Path) -> str:
    """What the content says, else what the extension says."""
    if data.startswith(b"%PDF"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx" if path.suffix.lower() in {".docx", ".docm", ".dotx", ""} else "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "doc"
    extension = path.suffix.lower().lstrip(".")
    start = data[:512].lstrip().lower()
    if extension in {"html", "htm", "xhtml"} or start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "txt" if extension in {"", "txt", "md", "text", "markdown"} else extension


def _read_text(data: bytes, name: str) -> Read:
    return decode(data, name)


def _read_docx(data: bytes, name: str) -> Read:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise ProblemError(problems.TOO_LARGE.at(Span(name), limit=MOST_UNPACKED // 2**20))
    document = docx.Document(BytesIO(data))
    blocks = document.iter_inner_content()
    parts = ("".join(_rows(each)) if isinstance(each, Table) else f"{each.text}\n" for each in blocks)
    return "".join(parts), "docx", ()


def _rows(table: Table) -> Iterator[str]:
    """Cells of a row are parted by tabs, rows by line breaks. A cell merged across columns is written once, one merged
    across rows in each of them. Never asked for are the cells of the grid: a file may claim millions of columns."""
    above: dict[int, str] = {}
    for row in table._tbl.tr_lst:
        texts: dict[int, str] = {}
        column = row.grid_before
        for cell in row.tc_lst:
            goes_on = cell.vMerge == ST_Merge.CONTINUE
            texts[column] = above.get(column, "") if goes_on else " ".join(_Cell(cell, table).text.split())
            column += max(1, cell.grid_span)
        yield "\t".join(texts.values()) + "\n"
        above = texts


def _read_pdf(data: bytes, name: str) -> Read:
    document = pypdfium2.PdfDocument(data)
    texts: list[str] = []
    blank: list[int] = []
    try:
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            layer = page.get_textpage()
            text = layer.get_text_range()
            layer.close()
            page.close()
            if not text.strip():
                blank.append(number)
            texts.append(text.replace("\ufffe", "").replace("\x02", "") + "\n")
        count = len(document)
    finally:
        document.close()
    if len(blank) == count:
        raise ProblemError(problems.NO_TEXT_LAYER.at(Span(name), pages=count))
    listed = "、".join(map(str, blank))
    warnings = (problems.SOME_PAGES_WITHOUT_TEXT.at(Span(name), pages=listed),) if blank else ()
    return "".join(texts), "pdf", warnings


def _read_html(data: bytes, name: str) -> Read:
    declared = CHARSET.search(data[:2048])
    text, encoding = "", ""
    warnings: tuple[Problem, ...] = ()
    if declared:
        try:
            encoding = declared[1].decode("ascii").lower().replace("gb2312", "gb18030").replace("gbk", "gb18030")
            text = data.decode(encoding)
        except (LookupError, UnicodeError):
            text = ""
    if not text:
        text, encoding, warnings = decode(data, name)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    root = html.document_fromstring(text, parser=parser) if text.strip() else html.Element("html")
    seen = "".join(_visible(root))
    return re.sub(r"[ \xa0]*\n[ \xa0\n]*", "\n", seen).strip("\n") + "\n", encoding, warnings


def _visible(element: etree._Element, in_cell: bool = False) -> Iterator[str]:
    """The text a reader of the page sees; blocks end in a line break, cells in a tab. A cell is one line."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if not _is_hidden(element, tag):
        is_cell = tag in CELL_TAGS
        breaks = tag in BLOCK_TAGS or tag == "br"
        ends_line = " " if in_cell and tag not in ROW_TAGS else "\n"
        yield ends_line if breaks else ""
        yield _joined(element.text)
        for child in element:
            yield from _visible(child, is_cell or (in_cell and tag not in ROW_TAGS))
        yield "\t" if is_cell and element.getnext() is not None else ends_line if breaks and tag != "br" else ""
    yield _joined(element.tail)


def _is_hidden(element: etree._Element, tag: str) -> bool:
    return tag in UNSEEN or "hidden" in element.attrib or HIDDEN.search(element.get("style", "")) is not None


def _joined(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text) if text and text.strip() else ""


READERS: dict[str, Callable[[bytes, str], Read]] = {
    "txt": _read_text,
    "docx": _read_docx,
    "pdf": _read_pdf,
    "html": _read_html,
}
