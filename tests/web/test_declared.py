"""Pages that peaks declare, as the people of an office use them; and what the site makes of each kind of block."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.problems import NO_RUN
from duofeng.brain.runs.store import POINTER, Runs
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader
from duofeng.web.blocks.tiles import FEWEST, TILES
from duofeng.zone.kinds.page import PeakPage
from duofeng.zone.load import load_zone

pytestmark = pytest.mark.pages

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "/topics/{}/"
OPTION = re.compile(r'<script id="chart-(\w[\w-]*)" type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def leader(site: Callable[..., Client]) -> Client:
    return site("leader")


@pytest.fixture
def officer(site: Callable[..., Client]) -> Client:
    return site("officer")


@contextmanager
def zone_with(tmp_path: Path, pages: str) -> Iterator[None]:
    """The zone of the site with one more page, in a folder of its own; its peaks are found as before."""
    folder = tmp_path / "zones" / settings.ZONE.name
    (tmp_path / "peaks").symlink_to(ROOT / "peaks")
    shutil.copytree(settings.ZONE, folder)
    (folder / "pages.yaml").write_text(pages, "utf-8")
    before, settings.ZONE = settings.ZONE, folder
    try:
        yield
    finally:
        settings.ZONE = before


def page_of(*blocks: str, needs: str = "firms.view") -> str:
    listed = "".join(f"    {block}\n" for block in blocks)
    return f"mine:\n  title: {{zh: 我的一页, en: My page}}\n  needs: {needs}\n  blocks:\n{listed}"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def options(html: str) -> dict[str, dict]:
    return {id: json.loads(text) for id, text in OPTION.findall(html)}


def rows(answer: object) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))  # type: ignore[attr-defined]


def declared() -> list[str]:
    return sorted(reader.zone().declared(PeakPage))


def test_the_list_leads_to_every_page_this_person_may_open(leader: Client) -> None:
    html = leader.get("/topics/").content.decode()
    found = re.findall(r'href="/topics/([\w-]+)/"', html)
    assert sorted(found) == [each for each in declared() if each != "talent"]  # no leader opens a person
    assert set(found) >= {"targets", "ladder", "growth-index", "incubators", "innovation-points"}


@pytest.mark.parametrize("id", ["targets", "ladder", "growth-index", "incubators", "innovation-points"])
def test_a_page_takes_few_statements_and_every_link_on_it_opens(leader: Client, id: str) -> None:
    leader.get(ADDRESS.format(id))
    with CaptureQueriesContext(connection) as asked:
        answer = leader.get(ADDRESS.format(id))
    assert answer.status_code == 200
    assert len(asked) <= 12
    html = answer.content.decode()
    main = html.split('<main id="content"')[1].split("</main>")[0]
    links = {link for link in re.findall(r'href="([^"#]+)"', main)}
    bars = {point["href"] for each in options(html).values() for series in each["series"] for point in series["data"]
            if isinstance(point, dict) and "href" in point}  # fmt: skip
    assert links
    some = [*sorted(links)[:40], *sorted(bars)[:20]]
    assert {link: leader.get(link.replace("&amp;", "&")).status_code for link in some} == dict.fromkeys(some, 200)


@pytest.mark.parametrize("id", ["targets", "ladder", "growth-index", "incubators", "innovation-points"])
def test_a_page_in_english_holds_no_chinese_of_its_own(leader: Client, id: str) -> None:
    html = leader.get(ADDRESS.format(id), headers={"accept-language": "en"}).content.decode()
    headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>|class=\"label\">(.*?)<|<th [^>]*>(.*?)</th>", html)
    said = " ".join(part for heading in headings for part in heading)
    assert len(said) > 40
    assert not re.search("[\u3400-\u9fff]", said)


def test_a_tile_counts_what_its_list_holds(leader: Client) -> None:
    html = leader.get(ADDRESS.format("ladder")).content.decode()
    shown = re.search(r'href="/topics/ladder/high_tech/">.*?class="value">([\d,]+)', html, re.DOTALL)
    assert shown is not None
    listed = rows(leader.get("/topics/ladder/high_tech/?format=csv"))
    assert len(listed) - 1 == int(shown[1].replace(",", "")) > 0


def test_a_bar_leads_to_the_records_it_counts(leader: Client) -> None:
    option = options(leader.get(ADDRESS.format("ladder")).content.decode())["by_industry"]
    told = [point for point in option["series"][0]["data"] if "href" in point]
    assert told
    for point in told[:3]:
        assert len(rows(leader.get(point["href"] + "&format=csv"))) - 1 == point["value"]


def test_a_number_that_looks_back_leads_to_the_lines_it_counts(leader: Client) -> None:
    html = leader.get(ADDRESS.format("incubators")).content.decode()
    counted = re.search(r'href="(/topics/incubators/ranking/lines/\?number=count[^"]+)">([\d,]+)</a>', html)
    assert counted is not None
    address = counted[1].replace("&amp;", "&")
    listed = rows(leader.get(address + "&format=csv"))
    assert len(listed) - 1 == int(counted[2].replace(",", "")) > 0
    assert leader.get(address).status_code == 200


def test_a_mean_that_looks_back_leads_to_the_lines_with_their_values(leader: Client) -> None:
    html = leader.get(ADDRESS.format("incubators")).content.decode()
    found = re.search(r'href="(/topics/incubators/ranking/lines/\?number=median[^"]+)"', html)
    assert found is not None
    listed = rows(leader.get(found[1].replace("&amp;", "&") + "&format=csv"))
    assert listed[0][-1] == "取值"
    assert all(row[-1] for row in listed[1:])


def test_lines_of_a_number_no_page_shows_are_not_told(leader: Client) -> None:
    made_up = urlencode({"number": "count(organisation.park)", "of": "synthetic-parks:K01"})
    assert leader.get(f"/topics/incubators/ranking/lines/?{made_up}").status_code == 404
    assert leader.get("/topics/incubators/young/lines/?number=stage&of=x").status_code == 404


def test_a_value_beyond_a_role_is_masked_and_neither_sorts_nor_filters(leader: Client, officer: Client) -> None:
    address = "/topics/growth-index/leaders/?format=csv&sort=-revenue[-1]"
    seen, hidden = rows(leader.get(address)), rows(officer.get(address))
    column = next(place for place, title in enumerate(seen[0]) if title.startswith("营业收入"))
    assert len({row[column] for row in seen[1:]}) > 5
    assert {row[column] for row in hidden[1:]} == {"•••"}
    plain = rows(officer.get("/topics/growth-index/leaders/?format=csv"))
    assert [row[0] for row in hidden] == [row[0] for row in plain]


def test_a_list_whose_order_is_a_hidden_value_is_listed_by_name(officer: Client, tmp_path: Path) -> None:
    block = "rich: {show: table, title: 名单, columns: ['revenue[-1]'], sort: '-revenue[-1]', limit: 50}"
    with zone_with(tmp_path, page_of(block)):
        names = [row[0] for row in rows(officer.get("/topics/mine/rich/?format=csv"))[1:]]
        assert names == sorted(names)
        html = officer.get(ADDRESS.format("mine")).content.decode()
    first = re.findall(r'<a href="/firms/[^"]+">([^<]+)</a>', html)
    assert first == names[: len(first)]
    assert len(first) == 50


def test_groups_of_a_hidden_attribute_lead_nowhere(officer: Client, leader: Client, tmp_path: Path) -> None:
    block = "sizes: {show: chart, title: 分组, by: 'case when revenue[-1] >= 10_000_000 then 1 else 0 end'}"
    with zone_with(tmp_path, page_of(block)):
        hidden, seen = (
            options(each.get(ADDRESS.format("mine")).content.decode())["sizes"] for each in (officer, leader)
        )
    assert [point["value"] for point in hidden["series"][0]["data"]] == [
        point["value"] for point in seen["series"][0]["data"]
    ]
    assert not any("href" in point for point in hidden["series"][0]["data"])
    assert any("href" in point for point in seen["series"][0]["data"])


def test_an_average_of_a_few_firms_is_not_shown(leader: Client, firms: list[str], tmp_path: Path) -> None:
    few = "few: {show: tile, title: 甲, where: unicorn, value: 'revenue[-1]', take: mean}"
    many = "many: {show: tile, title: 乙, value: 'revenue[-1]', take: mean}"
    with zone_with(tmp_path, page_of(few, many)):
        html = leader.get(ADDRESS.format("mine")).content.decode()
        listed = len(rows(leader.get("/topics/mine/few/?format=csv"))) - 1
    values = re.findall(r'class="value">([^<]+)', html)
    assert listed < FEWEST
    assert values[0].strip() == "—"
    assert float(values[1].replace(",", "")) > 0


def test_every_kind_of_block_is_drawn(leader: Client, tmp_path: Path) -> None:
    blocks = (
        "t1: {show: tile, title: 指标块, figure: gdp}",
        "t2: {show: tile, title: 目标块, targets: [silent]}",
        "t3: {show: tile, title: 发现块, findings: silent_sources}",
        "t4: {show: tile, title: 接近块, near: high-tech}",
        "t5: {show: tile, title: 变化块, changes: growth-index}",
        "t6: {show: tile, title: 占比块, value: high_tech, take: share}",
        "t7: {show: tile, title: 合计块, value: 'employees[-1]', take: sum}",
        "a1: {show: table, title: 主题表, figures: economy}",
        "a2: {show: table, title: 目标表, targets: [met, missed]}",
        "a3: {show: table, title: 矛盾表, findings: contradictions}",
        "a4: {show: table, title: 政策表, policies: [high-tech, tech-sme]}",
        "a5: {show: table, title: 接近表, near: high-tech}",
        "a6: {show: table, title: 变化表, changes: growth-index}",
        "a7: {show: table, title: 企业表, columns: [registered_on, high_tech, stage]}",
        "a8: {show: table, title: 政策块, findings: pressed_policies}",
        "c1: {show: chart, title: 指标图, figure: gdp}",
        "c2: {show: chart, title: 目标图, targets: [met, missed]}",
        "c3: {show: chart, title: 政策图, policies: [high-tech, tech-sme]}",
        "c4: {show: chart, title: 分布图, value: 'employees[-1]'}",
        "c5: {show: chart, title: 分组图, by: stage, value: 'revenue[-1]', take: median}",
        "c6: {show: chart, title: 折线图, by: employees[-1], form: line}",
    )
    quoted = tuple(each.replace("by: employees[-1]", "by: 'employees[-1]'") for each in blocks)
    with zone_with(tmp_path, page_of(*quoted)):
        html = leader.get(ADDRESS.format("mine")).content.decode()
        addresses = {leader.get(f"/topics/mine/{block.partition(':')[0]}/").status_code for block in blocks}
    assert all(re.search(r"title: (\w+)", block)[1] in html for block in blocks)  # type: ignore[index]
    assert html.count('class="tile ') == 7
    assert sorted(options(html)) == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert "还没有可以对比的上一次计算" in html
    assert addresses == {200, 302}


def test_the_spread_of_a_value_counts_every_known_one(leader: Client) -> None:
    option = options(leader.get(ADDRESS.format("growth-index")).content.decode())["spread"]
    listed = rows(leader.get("/topics/growth-index/spread/?format=csv"))
    known = [row for row in listed[1:] if row[2]]
    assert sum(option["series"][0]["data"]) == len(known) > 0


def test_what_a_person_may_not_see_elsewhere_is_left_out_here(site: Callable[..., Client], tmp_path: Path) -> None:
    """Finance does not see scores, so neither does it on a page it may open."""
    blocks = (
        "score: {show: tile, title: 得分块, value: score('growth-index'), take: median}",
        "moved: {show: table, title: 变化表, changes: growth-index}",
        "firms: {show: tile, title: 企业块}",
    )
    with zone_with(tmp_path, page_of(*blocks)):
        finance = site("finance")
        html = finance.get(ADDRESS.format("mine")).content.decode()
        assert "企业块" in html and "得分块" not in html and "变化表" not in html
        assert [finance.get(f"/topics/mine/{id}/").status_code for id in ("firms", "score", "moved")] == [200, 403, 403]


def test_a_page_of_the_zone_is_not_for_an_account_of_one_firm(
    site: Callable[..., Client], firms: list[str], tmp_path: Path
) -> None:
    block = "firms: {show: table, title: 名单}"
    with zone_with(tmp_path, page_of(block, needs="policies.view")):
        client = site("enterprise", firms[0])
        found = [client.get(path).status_code for path in ("/topics/", "/topics/mine/", "/topics/mine/firms/")]
        assert found == [403, 403, 403]
        assert 'href="/topics/"' not in client.get(f"/firms/{firms[0]}/").content.decode()


def test_a_page_or_block_nobody_declared_is_not_found(leader: Client) -> None:
    assert [leader.get(path).status_code for path in ("/topics/nothing/", "/topics/ladder/nothing/")] == [404, 404]


def test_what_a_declaration_says_is_written_as_text(leader: Client, tmp_path: Path) -> None:
    block = "a: {show: table, title: '<script>alert(1)</script>', note: '<b>x</b>', where: \"name <> '<i>'\"}"
    with zone_with(tmp_path, page_of(block)):
        for path in ("/topics/mine/", "/topics/mine/a/"):
            html = leader.get(path).content.decode()
            assert "<script>alert(1)" not in html
            assert "&lt;script&gt;alert(1)" in html


def test_the_page_of_the_manual_is_there_as_soon_as_it_is_declared(leader: Client, tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "web.md").read_text("utf-8")
    declared = re.search(r"```yaml\n(exporters:.*?)```", manual, re.DOTALL)
    assert declared is not None
    with zone_with(tmp_path, declared[1]):
        assert 'href="/topics/exporters/"' in leader.get("/topics/").content.decode()
        html = leader.get("/topics/exporters/").content.decode()
        assert html.count('class="tile ') == 2
        assert sorted(options(html)) == ["by", "spread"]
        assert 'href="/policies/export-growth-award/near/"' in html
        assert leader.get("/topics/exporters/total/?format=xlsx").status_code == 200


def test_a_tile_for_the_cockpit_stands_there_for_those_who_may_open_its_page(
    site: Callable[..., Client], tmp_path: Path
) -> None:
    with zone_with(tmp_path, page_of("all: {show: tile, title: 全部企业, cockpit: true}", needs="scores.view")):
        shown = {role: "全部企业" in site(role).get("/").content.decode() for role in ("leader", "finance")}
    assert shown == {"leader": True, "finance": False}


def test_a_tile_of_a_figure_shows_what_was_last_said_and_leads_to_its_page(leader: Client) -> None:
    html = leader.get("/").content.decode()
    assert re.search(r'href="/figures/gdp/">.*?2024年上半年.*?307\.3亿元.*?3\.1%', html, re.DOTALL)


def test_a_page_before_anything_was_computed_says_so(leader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "run", lambda: None)
    answers = {id: leader.get(ADDRESS.format(id)) for id in declared() if id != "talent"}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert "还没有计算过" in answers["ladder"].content.decode()
    assert leader.get("/topics/ladder/ready/").status_code == 404


def test_a_number_of_recognised_firms_leads_to_them(leader: Client) -> None:
    html = leader.get(ADDRESS.format("ladder")).content.decode()
    told = re.search(r'href="(/topics/ladder/rungs/\?policy=tech-sme)">([\d,]+)', html)
    assert told is not None
    listed = rows(leader.get(told[1] + "&format=csv"))
    assert len(listed) - 1 == int(told[2].replace(",", "")) > 0


def test_a_tile_that_cannot_be_counted_does_not_take_the_cockpit_with_it(
    leader: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_asked: object) -> None:
        raise ProblemError(NO_RUN.at(run="x", hint=""))

    blocks = (
        "bad: {show: tile, title: 坏块, cockpit: true}",
        "good: {show: tile, title: 好块, figure: gdp, cockpit: true}",
    )
    monkeypatch.setitem(TILES, "profiles", refuse)
    with zone_with(tmp_path, page_of(*blocks)):
        html = leader.get("/").content.decode()
        assert "好块" in html and "坏块" not in html
        assert str(NO_RUN.at(run="x", hint="").message) in leader.get("/topics/mine/").content.decode()


@pytest.fixture
def two_runs(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site with a run of half a year before beside the current one."""
    copied = Path(shutil.copytree(data, tmp_path / "data", ignore=shutil.ignore_patterns("desk", "synthetic")))
    runs, ledger = Runs(copied / "runs"), Ledger.open(copied / "ledger")
    current = runs.current()
    (copied / "runs" / POINTER).unlink()  # an earlier day never takes the place of a later one
    compute(Inputs(reader.zone(), ledger, date(2023, 12, 31), current.known_at - timedelta(microseconds=1)), runs)
    runs.point_at(current.id)
    monkeypatch.setattr(settings, "DATA", copied)


def test_changes_since_the_run_before_are_counted_and_listed(two_runs: None, leader: Client) -> None:
    html = leader.get(ADDRESS.format("growth-index")).content.decode()
    tile = re.search(r'href="/scores/growth-index/compare/">.*?class="value">([\d,]+)', html, re.DOTALL)
    assert tile is not None
    listed = rows(leader.get("/scores/growth-index/compare/?format=csv"))
    assert len(listed) - 1 == int(tile[1].replace(",", "")) > 0
    assert "变化最大的企业" in html and "还没有可以对比的上一次计算" not in html


@pytest.fixture
def second_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site over the second zone of the project: no peak, another currency, English only."""
    folder, loaded = ROOT / "zones" / "second", datetime(2024, 6, 1, 9, tzinfo=UTC)
    zone, ledger = load_zone(folder), Ledger.open(tmp_path / "ledger")
    for path in sorted((ROOT / "docs" / "examples" / "second").glob("*.csv")):
        Loader(zone, ledger, tmp_path, "test", loaded.date()).load(path, loaded)
    compute(Inputs(zone, ledger, date(2024, 6, 30), loaded + timedelta(days=1)), Runs(tmp_path / "runs"))
    monkeypatch.setattr(settings, "ZONE", folder)
    monkeypatch.setattr(settings, "DATA", tmp_path)


def test_a_zone_without_a_peak_has_its_page_in_its_own_money(site: Callable[..., Client], second_zone: None) -> None:
    client = site("administrator")
    html = client.get("/topics/companies/", headers={"accept-language": "en"}).content.decode()
    assert re.search(r"Revenue together.*?320\.00 <small>million SAR", html, re.DOTALL)
    assert "Revenue 2023 (SAR)" in html
    assert sorted(options(html)) == ["resilience", "sectors"]
    told = options(html)["sectors"]["series"][0]["data"]
    listed = [rows(client.get(f"{bar['href']}&format=csv")) for bar in told]
    assert [len(each) - 1 for each in listed] == [bar["value"] for bar in told]
    assert not re.search("[\u3400-\u9fff]", html.split('<main id="content"')[1].split("</main>")[0])
