"""Mended text leads back to the text that was given."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from duofeng.facts.documents.characters import readable
from duofeng.facts.documents.reading import read_figures

LETTERS = "一二三年月亿元增长占全市新增企业家，。；、％％（）“”０１２３４５６７８９" + string.digits + ". \n\t—-～"


@given(st.text(alphabet=LETTERS, max_size=200))
def test_every_kept_character_leads_back_to_its_place(text):
    document = readable(text)
    for offset, character in enumerate(document.text):
        original = text[document.original(offset)]
        assert character == readable(original).text or character in " \n" or original in " \n"


@given(st.text(alphabet=LETTERS, max_size=300))
def test_any_text_is_read_without_failing_and_places_are_inside_it(text):
    for figure in read_figures(text):
        assert 0 <= figure.start < figure.end <= len(text)
        assert 0 <= figure.confidence <= 1


@given(st.text(max_size=300))
def test_text_of_any_script_is_read_without_failing(text):
    for figure in read_figures(text):
        assert 0 <= figure.start < figure.end <= len(text)


def test_a_blank_inside_a_word_is_taken_out_and_a_heading_stays_apart():
    assert readable("一、工作回顾\n全 年完成").text == "一、工作回顾\n全年完成"
