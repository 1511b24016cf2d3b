"""Reading costs in proportion to the text, also where it has no full stop: counted in calls, not in seconds."""

from __future__ import annotations

import sys

import pytest

from duofeng.facts.documents.reading import read_figures
from duofeng.kernel.units import unit

ENDLESS = [
    "新增企业9家，占全市38%，",
    "新增企业9家，增长3%；",
    "企业9家、",
    "推动高质量发展，",
    "2023年企业9家，",
    "“链主”企业9家，",
]


def calls_of(text: str) -> int:
    """How many functions, of Python and of C, are called while a text is read."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        read_figures(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("part", ENDLESS)
def test_four_times_the_text_is_four_times_the_work(part):
    once, four = calls_of("2023年总结\n" + part * 200), calls_of("2023年总结\n" + part * 800)
    assert four < 5 * once


def test_a_sentence_that_is_cut_keeps_all_its_figures():
    figures = read_figures("2023年总结\n" + "新增企业9家，占全市38%；" * 300)
    assert [(figure.indicator, figure.share_pct) for figure in figures] == [("新增企业", 38)] * 300


def test_a_unit_is_never_longer_than_a_word():
    with pytest.raises(Exception, match="E121"):
        unit("万" * 500 + "元")
