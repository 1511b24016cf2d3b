from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from duofeng.zone.load import load_zone

WriteZone = Callable[..., Path]

# Written down once. A change here means that every stored fingerprint loses its meaning: never adapt it to a library.
MEANING = "9ce2021b3d25d8d708638802794f05816d018307286018faec4f3c1ccba48e22"
WORDING = "3f177ca5a8fb3b8528ac62d0de28b8e5dd3f0042a4e3758e36e5b2d73bd05fda"


def test_the_fingerprint_of_a_zone_is_the_same_everywhere(write_zone: WriteZone) -> None:
    found = load_zone(write_zone()).fingerprint
    assert (found.meaning, found.wording) == (MEANING, WORDING)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("vocabulary/organisation.yaml", "营业收入", "主营收入"),
        ("vocabulary/organisation.yaml", "en: Revenue", "en: Turnover"),
        ("vocabulary/organisation.yaml", "note: 年度口径", "note: 年报口径"),
        ("zone.yaml", "en: Sample zone", "en: Example zone"),
        ("targets/2023.yaml", "place: 第2段", "place: 第3段"),
        ("codes/stages.yaml", "startup: 初创期", "startup: 起步期"),
        ("calendars/working.yaml", "title: 工作日历", "title: 日历"),
    ],
)
def test_a_changed_text_changes_only_the_wording(
    write_zone: WriteZone, sample_files: dict[str, str], file: str, before: str, after: str
) -> None:
    assert before in sample_files[file]
    original = load_zone(write_zone()).fingerprint
    changed = load_zone(write_zone({file: sample_files[file].replace(before, after)})).fingerprint
    assert changed.meaning == original.meaning
    assert changed.wording != original.wording


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("vocabulary/organisation.yaml", "unit: 元", "unit: 万元"),
        ("vocabulary/organisation.yaml", "sensitivity: public", "sensitivity: internal"),
        ("targets/2023.yaml", "value: 7.50", "value: 7.51"),
        ("codes/stages.yaml", "parent: startup", "parent: seed, x: y"),
        ("sources/annual.yaml", "priority: 80", "priority: 81"),
        ("sources/annual.yaml", "营收: 0.9", "营收: 0.95"),
        ("calendars/working.yaml", "17:00", "18:00"),
        ("indicators/economy.yaml", "aliases: [生产总值, GDP]", "aliases: [GDP, 生产总值]"),
        ("zone.yaml", "calendar: working\n", ""),
    ],
)
def test_whatever_could_change_an_answer_changes_the_meaning(
    write_zone: WriteZone, sample_files: dict[str, str], file: str, before: str, after: str
) -> None:
    assert before in sample_files[file]
    original = load_zone(write_zone()).fingerprint
    text = sample_files[file].replace(before, after).replace("parent: seed, x: y}}", "parent: seed}, seed: 种子}")
    assert load_zone(write_zone({file: text})).fingerprint.meaning != original.meaning


def test_comments_order_of_keys_and_ways_of_typing_change_nothing(write_zone: WriteZone) -> None:
    original = load_zone(write_zone()).fingerprint
    rewritten = {
        "codes/stages.yaml": "# 注释\ncodes:\n  growth:\n    parent: 'startup'\n    title: {en: growth, zh: 成长期}\n"
        "  startup: 初创期\ntitle: |-\n  阶段\n",
        "targets/2023.yaml": None,
        "targets/plan.yaml": '- source: {place: 第2段, document: report-2023}\n  measure: growth\n  unit: "%"\n'
        "  value: 7.5\n  period: 2023年\n  indicator: gdp\n  comparison: at_least\n",
    }
    folder = write_zone()
    (folder / "targets" / "2023.yaml").unlink()
    assert load_zone(write_zone(rewritten)).fingerprint == original


def test_a_default_written_out_changes_nothing(write_zone: WriteZone, sample_files: dict[str, str]) -> None:
    original = load_zone(write_zone()).fingerprint
    source = sample_files["sources/annual.yaml"] + "header_rows: 1\n"
    assert load_zone(write_zone({"sources/annual.yaml": source})).fingerprint == original


def test_moving_a_declaration_to_another_file_changes_nothing(
    write_zone: WriteZone, sample_files: dict[str, str]
) -> None:
    original = load_zone(write_zone()).fingerprint
    lines = sample_files["vocabulary/organisation.yaml"].splitlines(keepends=True)
    moved = {
        "vocabulary/organisation.yaml": "".join(lines[:2]),
        "vocabulary/organisation/more.yaml": "".join(lines[2:]),
    }
    assert load_zone(write_zone(moved)).fingerprint == original
