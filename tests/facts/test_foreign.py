"""Files as nobody should make them: whatever a parser of somebody else's format makes of one becomes a Problem."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import docx
import pytest
from reportlab.pdfgen import canvas
from xlsxwriter import Workbook

from duofeng.facts.documents.extract import document_from
from duofeng.facts.foreign import foreign
from duofeng.facts.readers.problems import WORKBOOK_DAMAGED
from duofeng.facts.readers.xlsx import read_xlsx
from duofeng.kernel.problem import ProblemError, Span

INPUTS = int(os.environ.get("DUOFENG_TEST_FUZZED_FILES", "40"))
"""Damaged copies of each kind of file."""
DOCUMENT = "word/document.xml"


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("地区生产总值实现564.6亿元，增速7.5%。")
    table = document.add_table(rows=2, cols=3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"格{number}"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 2).merge(table.cell(1, 2))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def a_pdf() -> bytes:
    written = io.BytesIO()
    page = canvas.Canvas(written)
    page.drawString(72, 700, "GDP 564.6")
    page.showPage()
    page.save()
    return written.getvalue()


def an_xlsx() -> bytes:
    written = io.BytesIO()
    with Workbook(written) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((["企业名称", "营业收入"], ["甲公司", 12], ["乙公司", 13])):
            sheet.write_row(number, 0, row)
    return written.getvalue()


def repacked(package: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return written.getvalue()


def in_document(pattern: bytes, by: bytes) -> bytes:
    return repacked(a_docx(), lambda name, old: re.sub(pattern, by, old) if name == DOCUMENT else old)


def compressed_as(method: int) -> bytes:
    """The package says that its parts are compressed in a way nobody knows."""
    package = bytearray(a_docx())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for found in re.finditer(re.escape(mark), bytes(package)):
            package[found.start() + place] = method
    return bytes(package)


def encrypted() -> bytes:
    package = bytearray(a_docx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(package)):
            package[found.start() + place] |= 1
    return bytes(package)


DAMAGED: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "a span that is no number": (".docx", lambda: in_document(rb'gridSpan w:val="2"', b'gridSpan w:val="x"')),
    "no body": (".docx", lambda: in_document(rb"<w:body>.*</w:body>", b"")),
    "no document": (".docx", lambda: repacked(a_docx(), lambda name, old: None if name == DOCUMENT else old)),
    "odd content types": (
        ".docx",
        lambda: repacked(a_docx(), lambda name, old: b"<Types/>" if name == "[Content_Types].xml" else old),
    ),
    "compressed in an unknown way": (".docx", lambda: compressed_as(99)),
    "encrypted": (".docx", encrypted),
    "cut off": (".docx", lambda: a_docx()[:-300]),
    "pages that are not there": (".pdf", lambda: a_pdf().replace(b"/Count 1", b"/Count 9")),
    "half a pdf": (".pdf", lambda: a_pdf()[:200]),
    "a comment and nothing else": (".html", lambda: b"<!-- nothing -->"),
    "tags in tags in tags": (".html", lambda: b"<html>" + b"<i>" * 200 + b"<div>" * 5000 + "数".encode()),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_document_is_read_or_told_to_be_damaged(damage: str) -> None:
    kind, made = DAMAGED[damage]
    try:
        document_from(made(), Path(f"a{kind}"))
    except ProblemError as error:
        assert error.problems[0].code in {"E402", "E403"}


@pytest.mark.parametrize("charset", ["undefined", "idna", "base64", "no-such"])
def test_a_charset_that_reads_nothing_is_not_believed(charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body>生产总值5亿元</body></html>'.encode()
    assert "生产总值5亿元" in document_from(page, Path("a.html")).text


def test_merged_cells_are_read_as_before_and_a_claim_of_millions_of_columns_costs_nothing() -> None:
    assert document_from(a_docx(), Path("a.docx")).text.splitlines()[1:] == ["格0 格1\t格2 格5", "格3\t格4\t格2 格5"]
    began = time.process_time()
    text = document_from(in_document(rb'gridSpan w:val="2"', b'gridSpan w:val="30000000"'), Path("a.docx")).text
    assert "格0 格1\t格2 格5" in text
    assert time.process_time() - began < 2


def test_a_panic_of_a_parser_is_a_problem_and_an_interrupt_is_none(tmp_path: Path) -> None:
    class PanicException(BaseException):  # as pyo3 calls it
        pass

    for raised, told in ((PanicException("index"), ProblemError), (KeyboardInterrupt(), KeyboardInterrupt)):
        with (
            pytest.raises(told),
            foreign(lambda said: WORKBOOK_DAMAGED.at(Span("a.xlsx"), reason=said)),
        ):
            raise raised


@pytest.mark.parametrize(("kind", "made"), [(".docx", a_docx), (".pdf", a_pdf), (".html", None), (".xlsx", an_xlsx)])
def test_bytes_changed_at_random_raise_nothing_but_problems(
    kind: str, made: Callable[[], bytes] | None, tmp_path: Path
) -> None:
    whole = made() if made else b'<html><meta charset="gbk"><table><tr><td>1</td></tr></table><p>GDP 5</p></html>'
    chance = Random(kind)
    for number in range(INPUTS):
        data = bytearray(whole)
        for _change in range(chance.choice([1, 3, 20])):
            at = chance.randrange(len(data))
            data[at : at + chance.choice([0, 1, 1, 4])] = chance.randbytes(chance.choice([0, 1, 1, 4]))
        path = tmp_path / f"{number}{kind}"
        path.write_bytes(data)
        try:
            if kind == ".xlsx":
                list(read_xlsx(path, ["企业名称", "营业收入"]).batches)
            else:
                document_from(bytes(data), path)
        except ProblemError:
            pass
