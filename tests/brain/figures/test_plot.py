"""A figure as a picture."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.plot import CHINESE_FONTS, chinese_font, series_svg
from duofeng.kernel.problem import ProblemError
from duofeng.zone.zone import Zone


def drawn(zone: Zone, book: Book, indicator: str, language: str = "zh") -> str:
    try:
        return series_svg(zone.indicators[indicator], book, zone, "en" if language == "en" else "zh")
    except ProblemError as error:
        if error.problems[0].code == "E454":
            pytest.skip("no Chinese font is installed on this machine")
        raise


def test_a_series_is_drawn_with_its_target_and_its_sources_as_real_text(zone: Zone, book: Book) -> None:
    svg = drawn(zone, book, "signed_amount")
    text = " ".join(
        "".join(each.itertext()) for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    )
    assert "新签约项目签约额（亿元）" in text
    assert "434.6 [1]" in text
    assert "目标 400" in text
    assert "2024H1" in text
    assert "[1] 2023 434.6亿元" in text


def test_the_same_figure_gives_the_same_picture(zone: Zone, book: Book) -> None:
    assert drawn(zone, book, "gdp") == drawn(zone, book, "gdp")


def test_a_rank_has_nothing_to_draw(zone: Zone, book: Book) -> None:
    with pytest.raises(ProblemError) as raised:
        series_svg(zone.indicators["national_zone_evaluation"], book, zone)
    assert raised.value.problems[0].code == "E455"


def test_without_a_chinese_font_the_fonts_to_install_are_named() -> None:
    assert chinese_font(["DejaVu Sans", "SimHei"]) == "SimHei"
    with pytest.raises(ProblemError) as raised:
        chinese_font(["DejaVu Sans"])
    (problem,) = raised.value.problems
    assert problem.code == "E454"
    assert CHINESE_FONTS[0] in str(problem.message)
