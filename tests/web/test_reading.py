"""What makes a page readable: where a person begins, which language a cell is in, where a page is in the menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from duofeng.web.habits import read_in
from duofeng.web.tables import LONG, Column, written
from duofeng.web.templatetags import duofeng as tags

BEGINS = {"leader": "/", "finance": "/", "steward": "/", "administrator": "/", "enterprise": "/firms/"}


@pytest.mark.parametrize("role", BEGINS)
def test_who_signs_in_begins_at_a_page_that_is_theirs(
    role: str, site: Callable[..., Client], firms: list[str], data: Path
) -> None:
    client = site(role, firms[0] if role == "enterprise" else "")
    begun = client.get("/home/")
    assert begun["Location"] == BEGINS[role]
    assert client.get(begun["Location"], follow=True).status_code == 200


def test_a_name_of_the_zone_is_marked_as_chinese_on_an_english_page_only() -> None:
    column, row = Column("name", "Firm"), {"name": "东湖样例公司"}
    with read_in("en"):
        assert column.cell(row) == '<td lang="zh">东湖样例公司</td>'
        assert column.cell({"name": "East Lake Ltd"}) == "<td>East Lake Ltd</td>"
        assert tags.marked("<b>东湖</b>") == '<span lang="zh">&lt;b&gt;东湖&lt;/b&gt;</span>'
    with read_in("zh-hans"):
        assert column.cell(row) == "<td>东湖样例公司</td>"
        assert tags.marked("<b>东湖</b>") == "&lt;b&gt;东湖&lt;/b&gt;"


def test_numbers_stand_to_the_right_and_long_texts_get_room() -> None:
    assert Column("said", "", "figure").cell({"said": "402.43亿元"}) == '<td class="number">402.43亿元</td>'
    assert Column("why", "").cell({"why": "a" * (LONG + 1)}).startswith('<td class="long">')
    assert written(70.7, "score") == "70.70"


def test_signs_between_words_follow_the_language() -> None:
    with read_in("en"):
        assert (tags.listed(["a", "b"]), tags.bracketed("x"), tags.bracketed("")) == ("a, b", " (x)", "")
    with read_in("zh-hans"):
        assert (tags.listed(["甲", "乙"]), tags.bracketed("丙")) == ("甲、乙", "（丙）")


def test_a_page_belongs_to_one_entry_of_the_menu() -> None:
    assert [tags.room(each) for each in ("/firms/x/scores/", "/disputes/1/", "/studio/")] == [
        "firms", "steward", "policies",
    ]  # fmt: skip
