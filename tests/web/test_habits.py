"""A zone is served as it lives: its languages in its order, its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

pytestmark = pytest.mark.pages

Site = Callable[..., Any]
ABROAD = Path(__file__).resolve().parents[2] / "zones" / "second"


@pytest.mark.parametrize("asked", ["", "zh-CN,zh;q=0.9", "ar", "en-GB"])
def test_a_zone_of_one_language_is_served_in_it_whatever_the_browser_asks_for(site: Site, asked: str) -> None:
    with override_settings(ZONE=ABROAD):
        page = site().get("/sign-in/", headers={"Accept-Language": asked} if asked else {})
    assert page["Content-Language"] == "en"
    assert "中文" not in page.content.decode()


def test_the_language_of_a_browser_counts_where_the_zone_speaks_it(site: Site) -> None:
    assert site().get("/sign-in/")["Content-Language"] == "zh-hans"
    assert site().get("/sign-in/", headers={"Accept-Language": "fr, en;q=0.5"})["Content-Language"] == "en"
    assert site().get("/sign-in/", headers={"Accept-Language": "en-US, zh;q=0.5"})["Content-Language"] == "en"


@pytest.mark.parametrize(("asked", "said"), [("zh-CN", "没有这一页"), ("en-GB", "No such page")])
def test_an_address_that_leads_nowhere_is_told_in_the_language_of_the_reader(asked: str, said: str, site: Site) -> None:
    for path in ("/nowhere/", "/subjects/event/none/"):
        page = site("officer").get(path, headers={"Accept-Language": asked})
        assert (page.status_code, said in page.content.decode()) == (404, True), path


def test_a_moment_is_shown_in_the_time_of_the_zone(site: Site) -> None:
    from duofeng.web import habits  # noqa: PLC0415

    late = datetime(2024, 6, 30, 22, 30, tzinfo=UTC)
    assert (habits.moment(late), str(habits.day_of(late))) == ("2024-07-01 06:30", "2024-07-01")
    with override_settings(ZONE=ABROAD):
        there = late.astimezone(habits.time_zone())
        assert habits.moment(late) == f"{there:%Y-%m-%d %H:%M}"
