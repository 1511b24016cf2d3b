"""An event, a building, a person and a firm that refer to each other: each is reached from each, by whom may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

pytestmark = pytest.mark.pages

Site = Callable[..., Any]
DAY = date(2024, 6, 30)
FILES = {
    "zone.yaml": "title: {zh: 小园区, en: Small zone}\nlanguages: [zh, en]\npeaks: [office]\n",
    "registers/building.yaml": "title: {zh: 楼栋, en: building}\nelement: place\n"
    "count: {zh: 栋, en: [building, buildings]}\n",
    "vocabulary/organisation.yaml": "name: {title: {zh: 名称, en: Name}, type: text, sensitivity: public}\n",
    "vocabulary/building.yaml": "name: {title: {zh: 名称, en: Name}, type: text, sensitivity: public}\n",
    "vocabulary/person.yaml": "name: {title: {zh: 姓名, en: Name}, type: text, sensitivity: personal}\n"
    "employer: {title: {zh: 单位, en: Employer}, type: reference, to: organisation}\n",
    "vocabulary/event.yaml": "name: {title: {zh: 事由, en: Matter}, type: text, sensitivity: public}\n"
    "at: {title: {zh: 地点, en: Place}, type: reference, to: building, sensitivity: public}\n"
    "told_by: {title: {zh: 反映人, en: Told by}, type: reference, to: person, sensitivity: internal}\n",
    "policies/busy.yaml": "of: building\ntitle: {zh: 多事之楼, en: A busy house}\n"
    "source: {document: Rules, trust: illustrative}\nfrom: 2020-01-01\namount: {expression: money(1000)}\n"
    "conditions: {often: {title: {zh: 两件事, en: Two matters}, when: \"count(event.at where name = '漏水') >= 2\", "
    "reach: year, within: 1}}\n"
    "examples: [{title: Two, as_of: 2024-06-30, given: {\"count(event.at where name = '漏水')\": 2}, expect: yes}]\n",
}
SAID = (
    ("organisation", "firm/1", "name", "多峰样例"),
    ("building", "b:3", "name", "三号楼"),
    ("person", "p1", "name", "李女士"),
    ("person", "p1", "employer", "firm/1"),
    ("event", "leak", "name", "漏水"),
    ("event", "leak", "at", "b:3"),
    ("event", "leak", "told_by", "p1"),
    ("event", "noise", "name", "噪声"),
    ("event", "noise", "at", "calls:9"),
)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A zone of four registers and a run over what was said of them."""
    from duofeng.brain.runs.compute import Inputs, compute  # noqa: PLC0415
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415
    from duofeng.facts.fact import Fact  # noqa: PLC0415
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415
    from duofeng.zone.load import load_zone  # noqa: PLC0415

    base = tmp_path_factory.mktemp("linked")
    folder, data = base / "zone", base / "data"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (base / "peaks").symlink_to(Path(__file__).resolve().parents[2] / "peaks")
    zone, ledger = load_zone(folder), Ledger.open(data / "ledger")
    now = datetime.now(UTC)
    ledger.record([Fact(*said, valid_from=DAY) for said in SAID], "office", "alice", now)
    compute(Inputs(zone, ledger, DAY, datetime.now(UTC)), Runs(data / "runs"))
    return folder, data


@pytest.fixture
def small(linked: tuple[Path, Path], site: Site) -> Iterator[Site]:
    with override_settings(ZONE=linked[0], DATA=linked[1]):
        yield site


def test_the_elements_of_one_event_are_reached_from_each_other(small: Site) -> None:
    browser = small("officer")
    event = browser.get("/subjects/event/leak/").content.decode()
    assert 'href="/subjects/building/b%3A3/"' in event and "三号楼" in event
    assert 'href="/subjects/person/p1/"' in event and "李女士" in event
    building = browser.get("/subjects/building/b%3A3/").content.decode()
    assert 'href="/subjects/event/leak/"' in building and "漏水" in building
    person = browser.get("/subjects/person/p1/").content.decode()
    assert 'href="/firms/firm%2F1/"' in person
    assert 'href="/subjects/person/p1/"' in browser.get("/subjects/organisation/firm%2F1/").content.decode()


def test_a_near_miss_says_whom_it_rests_on(small: Site) -> None:
    page = small("officer").get("/subjects/building/b%3A3/policies/").content.decode()

    assert "1 个中 1 个" in page and "漏水" in page


def test_a_subject_nobody_described_is_called_by_its_number_alone(small: Site) -> None:
    browser = small("officer")
    for address in ("/subjects/event/noise/", "/subjects/event/?format=csv"):
        page = browser.get(address).content.decode()
        assert "9" in page and "calls:9" not in page, address


def test_who_may_not_see_people_reads_neither_their_names_nor_their_pages(small: Site) -> None:
    browser = small("leader")
    event = browser.get("/subjects/event/leak/").content.decode()
    assert "三号楼" in event
    assert "李女士" not in event and "/subjects/person/" not in event
    firm = browser.get("/subjects/organisation/firm%2F1/").content.decode()
    assert "李女士" not in firm and "/subjects/person/" not in firm
    listed = browser.get("/subjects/event/").content.decode()
    assert "漏水" in listed and "李女士" not in listed
    assert browser.get("/subjects/person/p1/").status_code == 403
    assert "p1" not in browser.get("/subjects/event/", {"format": "csv"}).content.decode()


def test_the_list_of_those_that_refer_to_a_subject_is_narrowed_to_them(small: Site) -> None:
    browser = small("officer")
    mine = browser.get("/subjects/event/", {"at": "b:3", "format": "csv"}).content.decode()
    none = browser.get("/subjects/event/", {"at": "b:4", "format": "csv"}).content.decode()
    assert "漏水" in mine and "漏水" not in none


def test_things_are_counted_in_the_word_of_their_register(small: Site) -> None:
    browser = small("officer")
    assert "1 栋" in browser.get("/subjects/").content.decode()
    browser.cookies["django_language"] = "en"
    assert "1 building" in browser.get("/subjects/").content.decode()
