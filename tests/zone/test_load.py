from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import Field

from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError, hint
from duofeng.tell.language import speaking
from duofeng.tell.problems import report
from duofeng.zone import problems, registry
from duofeng.zone.checks import CHECKS
from duofeng.zone.kinds.document import Document
from duofeng.zone.load import load_zone
from duofeng.zone.model import Declared, Number
from duofeng.zone.report import Report
from duofeng.zone.zone import Zone

WriteZone = Callable[..., Path]
ZONES = Path(__file__).resolve().parents[2] / "zones"


def test_a_right_zone_is_one_frozen_value(write_zone: WriteZone) -> None:
    zone = load_zone(write_zone())
    assert (zone.id, str(zone.title), zone.title.of("en")) == ("sample", "多峰样例园区", "Sample zone")
    assert zone.languages == ("zh", "en")
    revenue = zone.attributes["organisation"]["revenue"]
    assert (revenue.register, revenue.type, revenue.unit, revenue.per) == ("organisation", "money", "元", "year")
    assert revenue.sensitivity == "internal"
    assert zone.targets[0].value == Decimal("7.5")
    assert zone.codes["stages"].parent("growth") == "startup"
    assert zone.declared(Document)["report-2023"].date == date(2023, 12, 31)
    with pytest.raises(ValueError, match="frozen"):
        revenue.unit = "万元"


def test_an_item_knows_where_it_stands(write_zone: WriteZone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_zone().parents[1])
    source = load_zone("zones/sample").sources["annual"]
    assert str(source.span) == "zones/sample/sources/annual.yaml:1:1"
    assert str(source.spans["columns", "营收"]) == "zones/sample/sources/annual.yaml:9:7"
    assert str(source.columns["营收"].spans["unit"]) == "zones/sample/sources/annual.yaml:9:34"


def test_indicators_are_attributes_of_the_zone_with_their_measures(write_zone: WriteZone) -> None:
    attributes = load_zone(write_zone()).attributes["zone"]
    measures = ("gdp", "gdp:growth", "gdp:target", "gdp:share:city", "gdp:rank:city", "jobs", "jobs:growth")
    assert set(measures) <= set(attributes)
    assert (attributes["gdp"].type, attributes["gdp:growth"].type, attributes["jobs"].type) == (
        "money",
        "number",
        "number",
    )
    assert attributes["gdp:growth"].unit == "%"


def test_a_plain_text_stands_for_both_languages(write_zone: WriteZone) -> None:
    title = load_zone(write_zone()).sources["annual"].title
    assert (title.of(["zh"]), title.of(["en"])) == ("年报", "年报")


def test_a_number_where_a_text_belongs_is_taken_as_typed(write_zone: WriteZone) -> None:
    folder = write_zone({"codes/grades.yaml": "title: 2024.10\ncodes: {1: 一级, 02: 二级, true: 三级}\n"})
    grades = load_zone(folder).codes["grades"]
    assert str(grades.title) == "2024.10"
    assert list(grades.codes) == ["1", "02", "true"]


def test_digits_in_groups_are_a_number_where_the_schema_asks_for_one(write_zone: WriteZone) -> None:
    folder = write_zone({"targets/2023.yaml": "- {indicator: jobs, period: 2023, value: 20_000, unit: 人}\n"})
    assert load_zone(folder).targets[0].value == 20000


def test_peaks_come_first_and_the_zone_adds_to_them(write_zone: WriteZone, tmp_path: Path) -> None:
    peak = tmp_path / "peaks" / "parks"
    (peak / "vocabulary").mkdir(parents=True)
    (peak / "peak.yaml").write_text("title: 园区\n", "utf-8")
    (peak / "vocabulary" / "organisation.yaml").write_text("park: {title: 所在园, type: text}\n", "utf-8")
    zone = load_zone(write_zone({"zone.yaml": "title: 样例\npeaks: [parks]\n"}))
    assert zone.peaks == ("parks",)
    assert {"park", "revenue"} <= set(zone.attributes["organisation"])


def test_a_broken_declaration_is_not_also_called_unknown(write_zone: WriteZone) -> None:
    folder = write_zone({"vocabulary/organisation.yaml": "name: {title: 名称, type: text}\nrevenue: {title: 收入}\n"})
    with pytest.raises(ProblemError) as caught:
        load_zone(folder)
    assert [problem.code for problem in caught.value.problems] == ["E009"]


def test_mistakes_of_every_file_are_reported_at_once_and_sorted(write_zone: WriteZone) -> None:
    folder = write_zone(
        {
            "sources/annual.yaml": "title: [\n",
            "documents/reports.yaml": "report-2023: {title: 总结, dat: 2023-12-31}\nplan: {}\n",
            "codes/stages.yaml": "\t",
        }
    )
    with pytest.raises(ProblemError) as caught:
        load_zone(folder)
    places = [(Path(p.span.file).name, p.span.line, p.code) for p in caught.value.problems if p.span]
    assert places == [
        ("stages.yaml", 1, "E003"),
        ("reports.yaml", 1, "E007"),
        ("reports.yaml", 2, "E009"),
        ("annual.yaml", 2, "E002"),
    ]


@pytest.mark.parametrize("zone", sorted(path.parent for path in ZONES.glob("*/zone.yaml")), ids=lambda zone: zone.name)
def test_every_zone_that_ships_is_right(zone: Path) -> None:
    assert load_zone(zone).id == zone.name


def test_a_new_kind_is_one_decorated_model(write_zone: WriteZone, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(item: Declared, zone: Zone, report: Report) -> None:
        if item.id not in zone.indicators:
            report(problems.UNKNOWN_INDICATOR, ("level",), word=item.id, **hint(None, zone.indicators))

    class Alarm(Declared):
        level: Number = Field(description="界限 / the level at which it rings")

    monkeypatch.setattr(registry, "KINDS", {**registry.all_kinds()})
    registry.kind("alarm", files="alarms/*.yaml", title=say("警报"))(Alarm)
    monkeypatch.setitem(CHECKS, "alarm", check)
    registry.all_kinds.cache_clear()
    try:
        zone = load_zone(write_zone({"alarms/gdp.yaml": "level: 7.5\n"}))
        assert zone.declared(Alarm)["gdp"].level == Decimal("7.5")
        with pytest.raises(ProblemError) as caught:
            load_zone(write_zone({"alarms/gpd.yaml": "level: 7.5\n"}))
    finally:
        registry.all_kinds.cache_clear()
    (problem,) = caught.value.problems
    with speaking("en"):
        said = report(problem).splitlines()[0]
    assert said.endswith("gpd.yaml:1:8   E032  there is no indicator 'gpd'. Known: gdp, jobs.")


def test_peaks_may_lie_elsewhere(write_zone: WriteZone, tmp_path: Path) -> None:
    peak = tmp_path / "shelf" / "parks"
    peak.mkdir(parents=True)
    (peak / "peak.yaml").write_text("title: 园区\n", "utf-8")
    folder = write_zone({"zone.yaml": "title: 样例\npeaks: [parks]\n"})
    assert load_zone(folder, peaks=tmp_path / "shelf").peaks == ("parks",)
    with pytest.raises(ProblemError):
        load_zone(folder)


def test_a_file_in_another_encoding_is_named_with_the_first_wrong_byte(
    write_zone: WriteZone, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "# 公开文件\nreport-2023: {title: 总结}\n"
    folder = write_zone({"documents/reports.yaml": content.encode("gb18030"), "targets/2023.yaml": None})
    monkeypatch.chdir(folder)
    for encoding, byte in (("gb18030", "byte 3 is 0xb9"), ("utf-16", "byte 1 is 0xff")):
        (folder / "documents" / "reports.yaml").write_bytes(content.encode(encoding))
        with pytest.raises(ProblemError) as caught:
            load_zone(".")
        (problem,) = caught.value.problems
        said = f"the file is not UTF-8 ({byte}). Save it as UTF-8."
        with speaking("en"):
            assert report(problem) == f"documents/reports.yaml:1   E004  {said}"


@pytest.mark.parametrize("typed", [".", "../sample", "../../zones/sample/"])
def test_the_zone_is_named_by_its_folder_however_it_is_typed(
    write_zone: WriteZone, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(write_zone())
    assert load_zone(typed).id == "sample"
