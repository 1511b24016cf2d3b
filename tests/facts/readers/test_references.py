"""References, sets and keys of several columns, from files to profiles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from duofeng.facts.finding import find
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, Outcome
from duofeng.facts.profile import profile
from duofeng.facts.rejects import shown_raw
from duofeng.facts.resolve.canonical import canonical
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ZONE = {
    "zone.yaml": "title: 样例园区\npeaks: []\n",
    "registers/project.yaml": "title: 项目\nelement: thing\ncount: 个\n",
    "registers/building.yaml": "title: 楼宇\nelement: place\ncount: 栋\n",
    "registers/flat.yaml": "title: 房屋\nelement: place\ncount: 套\n",
    "identifiers/foreign.yaml": "title: 境外注册号\npattern: '[A-Z]{2}[0-9]{6}'\nexamples: [AB123456]\n",
    "vocabulary/organisation.yaml": """
name: { title: 名称, type: text }
staff: { title: 人数, type: integer }
foreign_number: { title: 境外注册号, type: text, scheme: foreign }
products: { title: 产品, type: text, many: true }
partners: { title: 伙伴, type: reference, to: organisation, many: true }
""",
    "vocabulary/project.yaml": """
name: { title: 名称, type: text }
carrier: { title: 承办单位, type: reference, to: organisation }
building: { title: 楼宇, type: reference, to: building }
flat: { title: 房屋, type: reference, to: flat }
begun_at: { title: 开工时刻, type: instant }
site: { title: 位置, type: point }
status: { title: 状态, type: text }
""",
    "vocabulary/building.yaml": "name: { title: 名称, type: text }\nfloors: { title: 层数, type: integer }\n",
    "vocabulary/person.yaml": "name: { title: 姓名, type: text }\n",
    "sources/people.yaml": """
title: 居民
of: person
reader: csv
files: 居民*
identifier: { 身份证号: card }
columns: { 名称: name }
asserts: { rows: { min: 1 } }
""",
    "identifiers/card.yaml": "title: 卡号\npattern: '[0-9]{17}X'\npersonal: true\nexamples: [11010119900307123X]\n",
    "vocabulary/flat.yaml": """
building: { title: 楼栋, type: text }
unit: { title: 单元, type: text }
number: { title: 房号, type: text }
rooms: { title: 间数, type: integer }
""",
    "sources/firms.yaml": """
title: 企业
of: organisation
reader: csv
files: 企业*
identifier: { 注册号: foreign }
name: 名称
columns:
  人数: staff
  产品: { attribute: products, complete: true }
  伙伴: { attribute: partners, by: foreign, separator: ";" }
asserts: { rows: { min: 1 } }
""",
    "sources/tax.yaml": """
title: 税务
of: organisation
reader: csv
files: 税务*
identifier: { 境外号: foreign }
columns: { 从业人数: staff }
priority: 80
asserts: { rows: { min: 1 } }
""",
    "sources/registry.yaml": """
title: 登记
of: organisation
reader: csv
files: 登记*
identifier: { 编号: own }
columns: { 境外注册号: foreign_number, 名称: name }
asserts: { rows: { min: 1 }, unknown_columns: ignore }
""",
    "sources/buildings.yaml": """
title: 楼宇
of: building
reader: csv
files: 楼宇*
identifier: { 编号: own }
name: 楼名
columns: { 层数: floors }
asserts: { rows: { min: 1 } }
""",
    "sources/flats.yaml": """
title: 房屋
of: flat
reader: csv
files: 房屋*
key: [楼栋, 单元, 房号]
columns: { 楼栋: building, 单元: unit, 房号: number, 间数: rooms }
asserts: { rows: { min: 1 } }
""",
    "sources/projects.yaml": """
title: 项目
of: project
reader: csv
files: 项目*
identifier: { 编号: own }
valid_from: 起
valid_until: 止
columns:
  承办单位: { attribute: carrier, by: name }
  楼宇: building
  楼栋: { attribute: flat, key: [楼栋, 单元, 房号] }
  开工: begun_at
  经度: { attribute: site, latitude: 纬度, system: gcj02 }
  状态: status
asserts: { rows: { min: 1 } }
""",
}
PROJECTS = "编号,承办单位,楼宇,楼栋,单元,房号,开工,经度,纬度,状态,起,止\n"
Load = Callable[..., Outcome]
AS_OF, LATE = date(2024, 6, 30), datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    for name, text in ZONE.items():
        (tmp_path / "sample" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sample" / name).write_text(text, encoding="utf-8")
    return load_zone(tmp_path / "sample")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "data" / "ledger")


@pytest.fixture
def load(tmp_path: Path, zone: Zone, ledger: Ledger) -> Load:
    loader = Loader(zone, ledger, tmp_path / "data", "Alice", date(2024, 6, 1))

    def loaded(name: str, text: str, day: int = 1) -> Outcome:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return loader.load(tmp_path / name, datetime(2024, 5, day, tzinfo=UTC))

    return loaded


def rows(ledger: Ledger, zone: Zone, register: str, *columns: str, **further: Any) -> dict[str, Any]:
    asked = {"as_of": AS_OF, "known_at": LATE} | further
    found = profile(ledger, zone, register, columns, **asked).collect()
    return {row[0]: row[1] if len(columns) == 1 else row[1:] for row in found.iter_rows()}


def wrong(ledger: Ledger, outcome: Outcome) -> list[tuple[str, str]]:
    return sorted(ledger.rejects(arrival=outcome.arrival).select("column", "code").iter_rows())


def test_two_sources_that_know_one_number_speak_of_one_firm(load: Load, ledger: Ledger, zone: Zone) -> None:
    load("企业.csv", "注册号,名称,人数,产品,伙伴\nab-123456,甲,3,,\n")
    load("税务.csv", "境外号,从业人数\nＡＢ１２３４５６,5\nAB12345,7\n")
    assert rows(ledger, zone, "organisation", "staff") == {"foreign:AB123456": 5.0}


def test_a_number_that_one_source_states_and_another_knows_firms_by_is_one_firm(
    load: Load, ledger: Ledger, zone: Zone
) -> None:
    load("税务.csv", "境外号,从业人数\nAB123456,5\n")
    load("登记.csv", "编号,境外注册号\nR-1,ab 123456\nR-2,AB12\n", day=2)
    one = canonical(ledger, zone, "organisation", LATE)
    assert dict(one.select("subject", "canonical").iter_rows()) == {
        "foreign:AB123456": "foreign:AB123456", "registry:R-1": "foreign:AB123456"
    }  # fmt: skip
    assert rows(ledger, zone, "organisation", "foreign_number", "staff", canonical=one) == {
        "foreign:AB123456": ("AB123456", 5.0)
    }


@pytest.mark.parametrize("typed", ["AB123456", "R-1", "foreign:AB123456", "registry:R-1", "甲"])
def test_a_subject_is_found_by_any_of_its_numbers_and_names(load: Load, ledger: Ledger, zone: Zone, typed: str) -> None:
    load("企业.csv", "注册号,名称,人数,产品,伙伴\nab-123456,甲,3,,\n")
    load("登记.csv", "编号,境外注册号,名称\nR-1,AB123456,甲\n", day=2)
    found = find(ledger, zone, typed, known_at=LATE)
    assert found.subject in {"foreign:AB123456", "registry:R-1"}


def test_a_reference_by_number_is_the_key_of_its_subject(load: Load, ledger: Ledger, zone: Zone) -> None:
    load("企业.csv", "注册号,名称,人数,产品,伙伴\nAB123456,甲,3,,cd 654321; XY1\n")
    assert rows(ledger, zone, "organisation", "partners") == {"foreign:AB123456": ["foreign:CD654321"]}
    assert wrong(ledger, load("企业2.csv", "注册号,名称,人数,产品,伙伴\nAB123456,甲,3,,XY1\n")) == [("伙伴", "E137")]


def test_own_numbers_and_keys_of_several_columns_lead_to_the_source_that_gives_them(
    load: Load, ledger: Ledger, zone: Zone
) -> None:
    load("楼宇.csv", "编号,楼名,层数\n7,甲座,20\n")
    load("房屋.csv", "楼栋,单元,房号,间数\n3号楼,1单元,101,2\n3号楼,,102,2\n")
    load("项目.csv", PROJECTS + "P1,,7,3 号楼,1单元,101,,,,在建,,\nP2,,7,3号楼,,101,,,,在建,,\n")
    assert rows(ledger, zone, "building", "floors") == {"buildings:7": 20.0}
    assert rows(ledger, zone, "flat", "rooms") == {"flats:3号楼/1单元/101": 2.0}
    assert rows(ledger, zone, "project", "building", "flat") == {
        "projects:P1": ("buildings:7", "flats:3号楼/1单元/101"),
        "projects:P2": ("buildings:7", None),
    }
    assert ledger.rejects().select("column", "code").rows() == [("楼栋", "E357"), ("楼栋", "E357")]


def test_a_key_made_of_a_missing_column_quarantines_the_file(load: Load, ledger: Ledger) -> None:
    outcome = load("房屋.csv", "楼栋,房号,间数\n3号楼,101,2\n")
    assert outcome.verdict == "quarantined"
    assert "E247" in [problem.code for problem in outcome.problems]


def test_a_name_is_a_subject_of_its_register_that_waits_to_be_settled(load: Load, ledger: Ledger, zone: Zone) -> None:
    load("项目.csv", PROJECTS + "P1,甲 有限公司,,,,,,,,在建,,\n")
    assert rows(ledger, zone, "project", "carrier") == {"projects:P1": "projects:甲有限公司"}
    assert rows(ledger, zone, "organisation", "name") == {"projects:甲有限公司": "甲 有限公司"}
    one = pl.DataFrame({"subject": ["projects:甲有限公司"], "canonical": ["foreign:AB123456"]})
    settled = rows(ledger, zone, "project", "carrier", canonical={"organisation": one})
    assert settled == {"projects:P1": "foreign:AB123456"}


def test_a_whole_list_ends_what_it_no_longer_names_on_the_day_it_came(load: Load, ledger: Ledger, zone: Zone) -> None:
    head, firm = "注册号,名称,人数,产品,伙伴\n", "foreign:AB123456"
    load("企业1.csv", head + "AB123456,甲,3,水泵、阀门|电机,\n", day=1)
    load("企业2.csv", head + "AB123456,甲,3,水泵；风机,\n", day=10)
    load("企业3.csv", head + "AB123456,甲,3,,\n", day=20)
    assert rows(ledger, zone, "organisation", "products") == {firm: ["水泵", "风机"]}
    before = rows(ledger, zone, "organisation", "products", as_of=date(2024, 5, 5))
    assert before == {firm: ["水泵", "电机", "阀门"]}
    load("企业4.csv", head + "AB123456,甲,3,无,\n", day=25)
    assert rows(ledger, zone, "organisation", "products") == {firm: []}


def test_a_wrong_number_of_a_person_is_kept_and_shown_masked(load: Load, ledger: Ledger) -> None:
    outcome = load("居民.csv", "身份证号,名称\n110101199003071234,张三\n11010119900307123X,李四\n")
    reject = ledger.rejects(arrival=outcome.arrival).filter(column="身份证号").row(0, named=True)
    assert reject["raw"] == "110101199003071234"
    assert shown_raw(reject["raw"], reject["params"]) == "110101********1234"


def test_moments_places_and_the_end_of_a_state(load: Load, ledger: Ledger, zone: Zone) -> None:
    text = (
        "P1,,,,,,2024年3月5日14时30分,116.3840472,39.9133455,在建,2020-01-01,2023-12-31\n"
        "P2,,,,,,2024-03-05,39.9133455,116.3840472,在建,2020-01-01,\n"
        "P3,,,,,,,,,在建,2020-01-01,2019-12-31\n"
    )
    outcome = load("项目.csv", PROJECTS + text)
    known = rows(ledger, zone, "project", "begun_at", "site", "status", as_of=date(2023, 1, 1))
    assert known["projects:P1"] == (datetime(2024, 3, 5, 6, 30, tzinfo=UTC), "POINT (116.377817 39.911954)", "在建")
    assert rows(ledger, zone, "project", "status") == {"projects:P1": None, "projects:P2": "在建"}
    assert wrong(ledger, outcome) == [("开工", "E350"), ("止", "E358"), ("经度", "E354")]


def test_a_reference_by_a_number_that_its_subject_states_leads_to_it(load: Load, ledger: Ledger, zone: Zone) -> None:
    load("登记.csv", "编号,境外注册号,名称\nR-1,AB123456,甲\n")
    load("企业.csv", "注册号,名称,人数,产品,伙伴\nCD654321,乙,3,,AB123456\n")
    one = canonical(ledger, zone, "organisation", LATE)
    assert rows(ledger, zone, "organisation", "partners", canonical=one)["foreign:CD654321"] == ["registry:R-1"]


def test_a_reference_to_a_number_that_nobody_describes_is_told_and_leads_there_when_that_file_came(
    load: Load, ledger: Ledger, zone: Zone
) -> None:
    load("楼宇.csv", "编号,楼名,层数\n7,甲座,20\n")
    told = load("项目.csv", PROJECTS + "P1,,7,,,,,,,在建,,\nP2,,8,,,,,,,在建,,\nP3,丙公司,8,,,,,,,在建,,\n")
    assert told.verdict == "warnings"
    (problem,) = told.problems
    assert problem.code == "E359"
    assert (problem.params["column"], problem.params["count"], problem.params["rows"]) == ("楼宇", 1, "3、4")
    assert rows(ledger, zone, "project", "building")["projects:P2"] == "buildings:8"
    assert "buildings:8" not in rows(ledger, zone, "building", "floors")
    load("楼宇2.csv", "编号,楼名,层数\n8,乙座,9\n", day=2)
    again = load("项目2.csv", PROJECTS + "P4,,8,,,,,,,在建,,\n", day=3)
    assert again.problems == ()


def test_references_inside_one_file_are_known_by_number_or_by_a_number_stated(load: Load) -> None:
    head = "注册号,名称,人数,产品,伙伴\n"
    assert load("企业.csv", head + "AB123456,甲,3,,CD654321\nCD654321,乙,4,,\n").problems == ()
    load("登记.csv", "编号,境外注册号,名称\nR-1,EF123456,丙\n")
    assert load("企业2.csv", head + "AB123456,甲,3,,EF123456\n").problems == ()
    assert [each.code for each in load("企业3.csv", head + "AB123456,甲,3,,EF999999\n").problems] == ["E359"]
