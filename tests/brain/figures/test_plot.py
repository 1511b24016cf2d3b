"""A figure as a picture."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from duofeng.brain.figures.book import Book
from duofeng.kernel.problem import ProblemError
from duofeng.tell.series import series_svg
from duofeng.zone.zone import Zone


def test_a_series_is_drawn_with_its_target_and_its_sources_as_real_text(zone: Zone, book: Book) -> None:
    svg = series_svg(zone.indicators["signed_amount"], book, zone)
    text = " ".join(
        "".join(each.itertext()) for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    )
    assert "新签约项目签约额（亿元）" in text
    assert "434.6 [1]" in text
    assert "目标 400" in text
    assert "2024年上半年" in text
    assert "[1] 2023年 434.6亿元" in text


def test_the_same_figure_gives_the_same_picture(zone: Zone, book: Book) -> None:
    gdp = zone.indicators["gdp"]
    assert series_svg(gdp, book, zone) == series_svg(gdp, book, zone)


def test_a_rank_has_nothing_to_draw(zone: Zone, book: Book) -> None:
    with pytest.raises(ProblemError) as raised:
        series_svg(zone.indicators["national_zone_evaluation"], book, zone)
    assert raised.value.problems[0].code == "E455"
