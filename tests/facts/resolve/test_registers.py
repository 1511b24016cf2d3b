"""Who is who in registers of all elements: numbers of declared schemes, names of references, namesakes, persons."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from duofeng.brain.profiles import referred_to, subjects_as_one
from duofeng.facts.fact import Fact
from duofeng.facts.finding import Found, find
from duofeng.facts.ledger import Ledger
from duofeng.facts.resolve import decisions
from duofeng.facts.resolve.canonical import resolution
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

NOW = datetime(2024, 6, 1, tzinfo=UTC)
ZONE = {
    "zone.yaml": "title: 样例园区\npeaks: []\n",
    "registers/project.yaml": "title: 项目\nelement: thing\ncount: 个\nname: title\n",
    "registers/building.yaml": "title: 楼宇\nelement: place\ncount: 栋\n",
    "identifiers/foreign.yaml": "title: 境外注册号\npattern: '[A-Z]{2}[0-9]{6}'\nexamples: [AB123456]\n",
    "vocabulary/organisation.yaml": """
name: { title: 名称, type: text }
foreign_number: { title: 境外注册号, type: text, scheme: foreign }
""",
    "vocabulary/project.yaml": """
title: { title: 名称, type: text }
building: { title: 楼宇, type: reference, to: building }
""",
    "vocabulary/building.yaml": "name: { title: 名称, type: text }\n",
    "vocabulary/person.yaml": "name: { title: 姓名, type: text }\n",
}


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    for name, text in ZONE.items():
        (tmp_path / "sample" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sample" / name).write_text(text, encoding="utf-8")
    return load_zone(tmp_path / "sample")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger")


def name(ledger: Ledger, register: str, subject: str, text: str, attribute: str = "name") -> None:
    ledger.record([Fact(register, subject, attribute, text)], "estate", "Alice", NOW, f"{subject}{attribute}")


def one(ledger: Ledger, zone: Zone, register: str) -> dict[str, str]:
    found = resolution(ledger, zone, register, NOW).canonical
    return {row["subject"]: row["canonical"] for row in found.iter_rows(named=True)}


def test_a_name_that_one_building_has_is_that_building(ledger: Ledger, zone: Zone) -> None:
    name(ledger, "building", "estate:7", "创新大厦A座")
    name(ledger, "building", "estate:8", "创新大厦B座")
    name(ledger, "building", "projects:创新大厦A座", "创新大厦 A座")
    assert one(ledger, zone, "building")["projects:创新大厦A座"] == "estate:7"
    assert sorted(subjects_as_one(ledger, zone, referred_to(zone, ["project"]), NOW)) == ["building"]


def test_a_name_that_two_buildings_have_waits_for_a_person_whose_answer_holds(ledger: Ledger, zone: Zone) -> None:
    name(ledger, "building", "estate:7", "一号楼")
    name(ledger, "building", "estate:8", "一号楼")
    name(ledger, "building", "projects:一号楼", "一号楼")
    found = resolution(ledger, zone, "building", NOW)
    assert sorted(found.questions["candidate"]) == ["estate:7", "estate:8"]
    assert one(ledger, zone, "building") == {each: each for each in ("estate:7", "estate:8", "projects:一号楼")}
    known = ledger.subjects(known_at=NOW, kind="building")["subject"]
    fact = decisions.decide("building", "projects:一号楼", "estate:8", known, by="Bob")
    ledger.record([fact], decisions.source_of("Bob"), "Bob", NOW)
    assert one(ledger, zone, "building")["projects:一号楼"] == "estate:8"


def test_a_subject_is_found_by_the_names_its_register_declares(ledger: Ledger, zone: Zone) -> None:
    name(ledger, "project", "estate:1", "东区道路", attribute="title")
    name(ledger, "building", "estate:7", "创新大厦A座")
    assert find(ledger, zone, "道路", known_at=NOW).subject == "estate:1"
    assert find(ledger, zone, "创新大厦", known_at=NOW) == Found("building", "estate:7", "创新大厦A座")


def test_nobody_is_taken_for_a_person_of_the_same_name(ledger: Ledger, zone: Zone) -> None:
    name(ledger, "person", "staff:17", "王伟")
    name(ledger, "person", "staff:18", "王伟")
    name(ledger, "person", "staff:19", "李娜")
    name(ledger, "person", "projects:李娜", "李娜")
    found = resolution(ledger, zone, "person", NOW)
    assert (found.canonical["subject"] == found.canonical["canonical"]).all()
    assert found.questions.select("subject", "candidate").rows() == [("projects:李娜", "staff:19")]


def test_who_states_the_number_that_is_anothers_key_is_that_other(ledger: Ledger, zone: Zone) -> None:
    name(ledger, "organisation", "foreign:AB123456", "Example Ltd")
    name(ledger, "organisation", "customs:9", "Example Limited of Elsewhere")
    name(ledger, "organisation", "customs:9", "AB123456", "foreign_number")
    assert one(ledger, zone, "organisation")["customs:9"] == "foreign:AB123456"


def test_two_numbers_of_one_scheme_are_never_one_firm_by_what_a_third_says(ledger: Ledger, zone: Zone) -> None:
    for number in ("AB123456", "CD654321"):
        name(ledger, "organisation", f"foreign:{number}", number)
        name(ledger, "organisation", "customs:9", number, "foreign_number")
    found = one(ledger, zone, "organisation")
    assert found["foreign:AB123456"] != found["foreign:CD654321"]
