"""The gate as an officer uses it before a report is published."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

DRAFT = (
    "2024年上半年，新签约项目签约额396.43亿元，其中主导产业新签约项目签约额402.43亿元。\n一般公共预算收入完成41.2亿元。"
)


@pytest.fixture
def officer(site: Callable[..., Client]) -> Client:
    return site("officer")


@pytest.fixture
def kept(officer: Client) -> Iterator[str]:
    """The address of a checked draft."""
    answer = officer.post("/gate/", {"text": DRAFT, "period": "2024H1"})
    assert answer.status_code == 302
    yield answer["Location"]
    officer.post(f"{answer['Location']}forget/")


def test_a_part_larger_than_its_whole_is_marked_where_it_stands(officer: Client, kept: str) -> None:
    html = officer.get(kept).content.decode()
    marked = re.findall(r'<mark class="error">.*?</mark>', html)
    assert any("402.43" in mark for mark in marked)
    assert "相差 6亿元" in html


def test_the_annotated_page_is_a_file_of_its_own(officer: Client, kept: str) -> None:
    answer = officer.get(f"{kept}annotated/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "402.43" in answer.content.decode()


def test_a_draft_is_seen_by_nobody_else(site: Callable[..., Client], kept: str) -> None:
    assert site("leader").get(kept).status_code == 404


def test_a_word_file_is_read(officer: Client) -> None:
    import docx  # noqa: PLC0415

    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(DRAFT)
    document.save(out)
    out.name, _ = "draft.docx", out.seek(0)
    answer = officer.post("/gate/", {"file": out, "period": "2024H1"})
    assert "402.43" in officer.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"text": "  "}, "E701"),
        ({"text": "x", "period": "soon"}, "E704"),
        ({"file": ("draft.docx", b"PK\x03\x04 broken")}, "E402"),
        ({"file": ("picture.png", b"\x89PNG")}, "E401"),
    ],
)
def test_a_draft_that_cannot_be_read_says_why(officer: Client, sent: dict, code: str) -> None:
    if "file" in sent:
        name, content = sent["file"]
        file = io.BytesIO(content)
        file.name = name
        sent = {"file": file}
    answer = officer.post("/gate/", sent)
    assert answer.status_code == 422
    assert code in answer.content.decode()


def test_markup_in_a_draft_stays_text(officer: Client) -> None:
    answer = officer.post("/gate/", {"text": "<script>alert(1)</script> 生产总值12亿元"})
    assert "<script>alert" not in officer.get(answer["Location"]).content.decode()


def test_an_upload_over_the_limit_is_refused_before_it_is_read(officer: Client) -> None:
    answer = officer.post("/gate/", b"x", content_type="text/plain", headers={"Content-Length": str(2**40)})
    assert answer.status_code == 413
    assert "E700" in answer.content.decode()


def test_an_accepted_figure_becomes_one_fact_under_the_name_of_who_accepted_it(
    site: Callable[..., Client], officer: Client, kept: str, data: Path
) -> None:
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415

    html = officer.get(kept).content.decode()
    place = re.findall(r'name="place" value="([^"]+)"', html)[-1]
    before = Ledger.open(data / "ledger").arrivals().height
    for _ in range(2):
        assert officer.post(f"{kept}decide/", {"place": place, "answer": "accept"}).status_code == 302
    arrivals = Ledger.open(data / "ledger").arrivals()
    assert arrivals.height == before + 1
    assert arrivals.sort("recorded_at")["source"][-1] == "confirmations"
    assert arrivals.sort("recorded_at")["by"][-1].startswith("officer")
    assert "已采纳" in officer.get(kept).content.decode()


def test_a_refused_figure_leaves_the_ledger_as_it_is(officer: Client, kept: str, data: Path) -> None:
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415

    before = Ledger.open(data / "ledger").version
    place = re.findall(r'name="place" value="([^"]+)"', officer.get(kept).content.decode())[0]
    officer.post(f"{kept}decide/", {"place": place, "answer": "refuse"})
    assert Ledger.open(data / "ledger").version == before
    assert "不采纳</span>" in officer.get(kept).content.decode()


def test_a_number_of_no_indicator_is_bound_by_its_reader_or_says_why_it_cannot_be(officer: Client) -> None:
    answer = officer.post("/gate/", {"text": "2024年，全区便民网点46个。", "period": "2024"})
    page = answer["Location"]
    place = re.findall(r'name="place" value="([^"]+)"', officer.get(page).content.decode())[0]
    said = {"place": place, "answer": "accept"}
    bare = officer.post(f"{page}decide/", said, headers={"HX-Request": "true"})
    assert (bare.status_code, "未声明的指标" in bare.content.decode()) == (200, True)
    assert 'name="indicator"' in bare.content.decode(), "the form stays, so that the reader can name it"
    bound = officer.post(f"{page}decide/", said | {"indicator": "high_tech_firms"}, headers={"HX-Request": "true"})
    assert "已采纳" in bound.content.decode()


def test_a_plan_is_told_who_answers_how_it_is_said_and_what_it_asks(officer: Client) -> None:
    answer = officer.post("/gate/", {"text": "2025年工作计划\n2025年，力争生产总值突破700亿元。", "period": "2025"})
    html = officer.get(answer["Location"]).content.decode()
    assert "文稿提出的目标 1 项" in html
    assert "力争" in html and "责任单位" in html
