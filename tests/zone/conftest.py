"""A small right zone that tests write, break and load again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

FILES = {
    "zone.yaml": """\
title: {zh: 多峰样例园区, en: Sample zone}
calendar: working
peaks: []
comparisons: {city: {zh: 样例市, en: Sample City}}
""",
    "calendars/working.yaml": """\
title: 工作日历
hours: ["09:00-12:00", "13:00-17:00"]
""",
    "codes/stages.yaml": """\
title: 阶段
codes: {startup: 初创期, growth: {title: {zh: 成长期, en: growth}, parent: startup}}
""",
    "documents/reports.yaml": """\
report-2023: {title: 工作总结, date: 2023-12-31, period: 2023}
""",
    "indicators/economy.yaml": """\
gdp: {title: {zh: 地区生产总值, en: GDP}, unit: 亿元, behaviour: flow, direction: up, aliases: [生产总值, GDP]}
jobs: {title: 新增就业, unit: 人, behaviour: flow}
""",
    "targets/2023.yaml": """\
- {indicator: gdp, period: 2023, value: 7.50, unit: "%", measure: growth, source: {document: report-2023, place: 第2段}}
""",
    "vocabulary/organisation.yaml": """\
name: {title: 企业名称, type: text, sensitivity: public}
industry: {title: 行业, type: code, codes: stages}
revenue: {title: {zh: 营业收入, en: Revenue}, type: money, unit: 元, per: year, note: 年度口径}
electricity: {title: 用电量, type: number, unit: 千瓦时, per: month}
""",
    "sources/annual.yaml": """\
title: 年报
kind: organisation
reader: csv
files: "annual*.csv"
identifier: {代码: uscc}
name: 名称
columns:
  名称: name
  营收: {attribute: revenue, unit: 万元, period: 2023}
priority: 80
asserts: {rows: {min: 1, max: 1000}, filled: {营收: 0.9}, freshness_days: 400}
""",
}

WriteZone = Callable[..., Path]


@pytest.fixture
def write_zone(tmp_path: Path) -> WriteZone:
    """Writes the sample zone with some files changed (text), added, or left out (None); returns its folder."""

    def write(changed: Mapping[str, str | bytes | None] | None = None, name: str = "sample") -> Path:
        folder = tmp_path / "zones" / name
        for path, content in {**FILES, **(changed or {})}.items():
            if content is None:
                continue
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def sample_files() -> Mapping[str, str]:
    return FILES
