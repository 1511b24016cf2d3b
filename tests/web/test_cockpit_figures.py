"""The cockpit, the figures, the target ledger and the contradiction board as a leader and an officer use them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.pages

PAGES = ("/", "/figures/", "/figures/gdp/", "/targets/", "/contradictions/")


@pytest.fixture
def leader(site: Callable[..., Client]) -> Client:
    return site("leader")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_few_statements(leader: Client, path: str) -> None:
    leader.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert leader.get(path).status_code == 200
    assert len(asked) <= 12


def test_every_tile_of_the_cockpit_leads_to_a_page_that_opens(leader: Client) -> None:
    html = leader.get("/").content.decode()
    links = {link for link in re.findall(r'class="tile[^"]*" href="([^"]+)"', html) if not link.startswith("#")}
    assert len(links) >= 5
    assert {leader.get(link).status_code for link in links} == {200}
    anchors = re.findall(r'class="tile[^"]*" href="#([^"]+)"', html)
    assert anchors
    assert all(f'id="{anchor}"' in html for anchor in anchors)


def test_the_big_screen_fills_the_wall_and_renews_itself(leader: Client) -> None:
    wall, desk = (leader.get(path).content.decode() for path in ("/?screen=1", "/"))
    assert 'data-refresh="' in wall and 'class="top"' not in wall
    assert 'data-refresh="' not in desk and 'class="top"' in desk


def test_a_figure_shows_its_value_its_source_and_where_in_it(leader: Client) -> None:
    html = leader.get("/figures/gdp/?period=2024H1").content.decode()
    assert "307.3亿元" in html
    assert "440–447" in html


def test_the_proof_of_a_figure_comes_out_as_it_is_shown(leader: Client) -> None:
    answer = leader.get("/figures/gdp/?period=2024H1&format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "说了什么"
    assert "307.3亿元" in {cell for row in rows for cell in row}


def test_a_figure_as_known_before_it_was_published_is_not_there(leader: Client) -> None:
    html = leader.get("/figures/gdp/?period=2024H1&known=2024-02-25").content.decode()
    assert "2024年上半年 没有说过数值" in html
    assert "此后的变化" in html
    assert "307.3亿元" in html.split("此后的变化")[1]


def test_a_date_or_period_nobody_can_read_is_as_if_not_asked(leader: Client) -> None:
    assert leader.get("/figures/gdp/?period=soon&known=yesterday").status_code == 200


def test_a_figure_the_zone_does_not_declare_is_not_found(leader: Client) -> None:
    assert leader.get("/figures/phlogiston/").status_code == 404


def test_the_target_ledger_filters_by_verdict(leader: Client) -> None:
    everything, missed = (
        list(csv.reader(io.StringIO(leader.get(path).content.decode("utf-8-sig"))))[1:]
        for path in ("/targets/?format=csv", "/targets/?verdict=missed&format=csv")
    )
    assert 0 < len(missed) < len(everything)
    assert {row[0] for row in missed} == {"未完成"}


def test_a_contradiction_shows_both_statements_with_their_places(leader: Client) -> None:
    html = leader.get("/contradictions/").content.decode()
    first = html.split('id="break-1"')[1].split("</article>")[0]
    assert len(re.findall(r"第 \d+–\d+ 字", first)) >= 2
    assert "舍入误差" in first or "准确数" in first


def test_the_pages_speak_english_when_asked(leader: Client) -> None:
    leader.post("/language/setlang/", {"language": "en", "next": "/"})
    html = leader.get("/contradictions/").content.decode()
    assert "Figures that cannot hold together" not in html
    assert "Every relation checked" in html and "核对过的全部关系" not in html


def test_what_a_person_types_into_an_address_is_never_markup(leader: Client) -> None:
    html = leader.get("/figures/?q=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in html


def test_who_is_behind_a_number_is_shown_to_those_only_who_may_see_what_decides_it(
    site: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from duofeng.web.pages.figures import view  # noqa: PLC0415

    monkeypatch.setattr(view, "tells_whom", lambda _found, rights: rights.reads("confidential"))
    address = "/figures/high_tech_firms/profiles/high_tech_firms_counted/"
    seen, masked = (site(role).get(address, {"format": "csv"}).content.decode() for role in ("leader", "officer"))
    assert len(seen.splitlines()) > 1 and len(masked.splitlines()) == 1
    assert "您的岗位只看到合计" in site("officer").get(address).content.decode()


def test_a_number_that_rests_on_a_guarded_value_tells_officers_of_nobody(site: Callable[..., Any]) -> None:
    """Whether a firm spends on research follows from its expense, which is confidential; its titles are public."""
    from duofeng.desk.accounts.permissions import Rights  # noqa: PLC0415
    from duofeng.web.counted import counted, tells_whom  # noqa: PLC0415

    site("leader")
    officer, leader = (
        Rights(frozenset(), frozenset(sees), own_subject=None)
        for sees in (("public", "internal"), ("public", "internal", "confidential"))
    )
    research, title = (
        counted(id, None, None).found for id in ("above_scale_rnd_coverage_computed", "high_tech_firms_counted")
    )
    assert [tells_whom(research, who) for who in (officer, leader)] == [False, True]
    assert tells_whom(title, officer)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_figure_counted_from_profiles_is_shown_with_how_many_count(site: Callable[..., Any], language: str) -> None:
    from duofeng.kernel.period import Period  # noqa: PLC0415
    from duofeng.web.counted import counted  # noqa: PLC0415

    browser = site("leader")
    browser.cookies["django_language"] = language
    answer = browser.get("/figures/high_tech_firms/profiles/", {"period": "2023"})
    found = counted("high_tech_firms_counted", Period.parse("2023"), None)
    assert answer.status_code == 200 and found.size > 0
    assert re.search(rf"\b{found.size} (个对象计入|subjects count)", answer.content.decode())
