from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from duofeng.zone.difference import difference
from duofeng.zone.load import load_zone

WriteZone = Callable[..., Path]


def test_a_zone_does_not_differ_from_itself(write_zone: WriteZone) -> None:
    assert difference(load_zone(write_zone()), load_zone(write_zone())) == ()


def test_added_removed_and_changed_items_are_named_field_by_field(
    write_zone: WriteZone, sample_files: dict[str, str]
) -> None:
    before = load_zone(write_zone(name="sample"))
    vocabulary = sample_files["vocabulary/organisation.yaml"].replace(
        "unit: 元, per: year, note: 年度口径", "unit: 万元, per: year"
    )
    indicators = "".join(sample_files["indicators/economy.yaml"].splitlines(keepends=True)[:1]).replace(
        "地区生产总值", "生产总值"
    )
    after = load_zone(
        write_zone(
            {
                "vocabulary/organisation.yaml": vocabulary + "staff: {title: 人数, type: integer}\n",
                "indicators/economy.yaml": indicators,
            },
            name="later/sample",
        )
    )
    changes = {(change.kind, change.id): change for change in difference(before, after)}
    assert {key: (change.change, change.part) for key, change in changes.items()} == {
        ("indicator", "gdp"): ("changed", "wording"),
        ("indicator", "jobs"): ("removed", "meaning"),
        ("vocabulary", "organisation.revenue"): ("changed", "meaning"),
        ("vocabulary", "organisation.staff"): ("added", "meaning"),
    }
    fields = [
        (field.path, field.part, field.before, field.after)
        for field in changes["vocabulary", "organisation.revenue"].fields
    ]
    assert fields == [
        ("unit", "meaning", "元", "万元"),
        ("note", "wording", "年度口径", None),
    ]


def test_a_difference_and_a_fingerprint_agree(write_zone: WriteZone, sample_files: dict[str, str]) -> None:
    before = load_zone(write_zone())
    for file, text in sample_files.items():
        for old, new in (("title: ", "title: 新"), ("unit: 元", "unit: 亿元"), ("priority: 80", "priority: 5")):
            changed = text.replace("title: {zh: ", "title: {zh: 新") if old == "title: " else text.replace(old, new)
            after = load_zone(write_zone({file: changed}))
            parts = {field.part for change in difference(before, after) for field in change.fields}
            assert ("meaning" in parts) == (before.fingerprint.meaning != after.fingerprint.meaning)
            assert ("wording" in parts) == (before.fingerprint.wording != after.fingerprint.wording)
            write_zone()
