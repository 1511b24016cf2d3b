"""Files → text with places, or a Problem that says what is wrong."""

from __future__ import annotations

import hashlib
import zipfile

import docx
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.reading import read_figures
from duofeng.kernel.problem import ProblemError

PHRASE = "地区生产总值实现564.6亿元，增速7.5%。"


def code_of(path):
    with pytest.raises(ProblemError) as caught:
        read_document(path)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_the_encoding_is_found_by_the_content(tmp_path, encoding):
    path = tmp_path / "report.txt"
    path.write_bytes(f"2023年\r\n{PHRASE}".encode(encoding))
    document = read_document(path)
    assert document.text == f"2023年\r\n{PHRASE}"
    assert document.checksum == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.warnings == ()


def test_mixed_encodings_are_read_line_by_line_and_reported(tmp_path):
    path = tmp_path / "joined.txt"
    path.write_bytes(PHRASE.encode() + b"\n" + "财政收入3亿元。".encode("gb18030") + b"\n" + PHRASE.encode())
    document = read_document(path)
    assert [problem.code for problem in document.warnings] == ["E405"]
    assert document.warnings[0].span.line == 2
    assert [format(figure.value, "f") for figure in read_figures(document.text)] == ["564.6", "3", "564.6"]


def test_a_missing_file_and_an_unknown_kind_are_reported(tmp_path):
    assert code_of(tmp_path / "none.txt") == ["E400"]
    sheet = tmp_path / "table.xlsx"
    sheet.write_bytes(b"PK\x03\x04")
    assert code_of(sheet) == ["E401"]


def test_a_docx_is_read_in_its_order_and_cell_by_cell(tmp_path):
    document = docx.Document()
    document.add_paragraph("2023年统计表")
    table = document.add_table(rows=2, cols=4)
    rows = (("指标", "单位", "绝对值", "比上年增长（%）"), ("地区生产总值", "亿元", "1,234.5", "6.2"))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("财政收入3亿元。")
    path = tmp_path / "report.docx"
    document.save(path)
    read = read_document(path)
    gdp, _revenue = read_figures(read.text)
    assert (gdp.indicator, gdp.value, gdp.unit, float(gdp.yoy_pct)) == ("地区生产总值", gdp.value, "亿元", 6.2)
    assert read.text.index("2023年统计表") < gdp.start < read.text.index("财政收入")


def test_a_merged_cell_is_read_once(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "财政收入3亿元"
    path = tmp_path / "merged.docx"
    document.save(path)
    assert read_document(path).text.count("财政收入3亿元") == 1


def test_an_entity_in_a_docx_is_not_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("密码123个", encoding="utf-8")
    source, path = tmp_path / "plain.docx", tmp_path / "attack.docx"
    document = docx.Document()
    document.add_paragraph("MARK")
    document.save(source)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            if entry == "word/document.xml":
                declaration, _, body = data.decode().partition("?>")
                entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
                data = f"{declaration}?>{entity}{body.replace('MARK', '&x;')}".encode()
            new.writestr(entry, data)
    assert "密码" not in read_document(path).text


def test_a_damaged_docx_is_reported(tmp_path):
    path = tmp_path / "broken.docx"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    assert code_of(path) == ["E402"]


def test_a_docx_that_unpacks_to_far_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("duofeng.facts.documents.extract.MOST_UNPACKED", 1000)
    path = tmp_path / "bomb.docx"
    docx.Document().save(path)
    assert code_of(path) == ["E407"]


def test_a_pdf_with_a_text_layer_is_read_page_by_page(tmp_path):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = tmp_path / "report.pdf"
    page = canvas.Canvas(str(path), pagesize=A4)
    for text in (PHRASE, "财政收入3亿元。"):
        page.setFont("STSong-Light", 12)
        page.drawString(72, 700, text)
        page.showPage()
    page.save()
    document = read_document(path)
    figures = read_figures(document.text)
    assert [figure.indicator for figure in figures] == ["地区生产总值", "财政收入"]
    assert figures[1].start > document.text.index(PHRASE)


def test_a_pdf_with_one_page_of_images_is_read_but_for_that_page(tmp_path):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = tmp_path / "report.pdf"
    page = canvas.Canvas(str(path), pagesize=A4)
    page.setFont("STSong-Light", 12)
    page.drawString(72, 700, PHRASE)
    page.showPage()
    page.showPage()
    page.save()
    document = read_document(path)
    assert "地区生产总值" in document.text
    assert [(problem.code, problem.params["pages"]) for problem in document.warnings] == [("E404", "2")]


def test_bytes_of_no_encoding_are_shown_and_counted(tmp_path):
    path = tmp_path / "report.txt"
    path.write_bytes(f"{PHRASE}\n".encode() + b"\xff\xff\n")
    document = read_document(path)
    assert PHRASE in document.text
    assert "E406" in [problem.code for problem in document.warnings]


def test_a_pdf_of_images_says_so(tmp_path):
    image = tmp_path / "scan.png"
    Image.new("L", (200, 200), 255).save(image)
    path = tmp_path / "scan.pdf"
    page = canvas.Canvas(str(path), pagesize=A4)
    page.drawImage(str(image), 72, 400)
    page.showPage()
    page.save()
    assert code_of(path) == ["E403"]


def test_a_damaged_pdf_is_reported(tmp_path):
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 broken")
    assert code_of(path) == ["E402"]


def test_only_what_a_reader_of_the_page_sees_is_read(tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(
        (
            "<html><head><meta charset='gb2312'><title>标题9个</title><style>p{margin:3px}</style></head><body>"
            f"<script>var x='5个';</script><p>{PHRASE}</p><p style='display:none'>隐藏企业7家。</p><!-- 8家 -->"
            "<table><tr><th>指标</th><th>单位</th><th>数值</th></tr>"
            "<tr><td>就业人数</td><td>人</td><td>5573</td></tr></table></body></html>"
        ).encode("gb18030")
    )
    figures = read_figures(read_document(path).text)
    assert [(figure.indicator, figure.unit) for figure in figures] == [("地区生产总值", "亿元"), ("就业人数", "人")]
