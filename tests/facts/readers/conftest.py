"""A small zone of its own, and files as departments send them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, Outcome
from duofeng.kernel.identifiers import credit_code_check, organisation_code_check
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ZONE = {
    "zone.yaml": "title: 样例园区\npeaks: []\n",
    "vocabulary/organisation.yaml": """
name: { title: 名称, type: text }
revenue: { title: 营业收入, type: money, unit: 元, per: year }
profit: { title: 利润, type: money, unit: 元, per: year }
staff: { title: 从业人数, type: integer, unit: 人 }
growth: { title: 增速, type: number, unit: "%", per: year }
area: { title: 面积, type: number, unit: 平方米 }
listed: { title: 上市, type: flag }
registered_on: { title: 成立日期, type: date }
industry: { title: 行业, type: code, codes: industry }
electricity: { title: 用电量, type: number, unit: 千瓦时, per: month }
""",
    "codes/industry.yaml": "title: 行业\ncodes: { C39: 电子设备制造, I65: 软件 }\n",
    "sources/register.yaml": """
title: 企业名录
of: organisation
reader: csv
files: 名录*
identifier: { 统一社会信用代码: uscc }
name: 企业名称
period: "2023"
columns:
  营业收入(万元): { attribute: revenue, unit: 万元 }
  从业人数: staff
  面积: area
  上市: listed
  成立日期: registered_on
  行业: industry
asserts: { rows: { min: 1, max: 50 }, filled: { 企业名称: 0.5 } }
""",
    "sources/strict.yaml": """
title: 固定格式
of: organisation
reader: csv
files: 固定*.csv
delimiter: ","
identifier: { 代码: uscc }
columns: { 人数: staff }
asserts: { rows: { min: 3 }, filled: { 人数: 0.9 }, unknown_columns: quarantine, freshness_days: 30 }
""",
    "sources/annual.yaml": """
title: 企业年报
of: organisation
reader: xlsx
files: 年报*
header_rows: 2
identifier: { 统一社会信用代码: uscc }
name: 企业名称
columns:
  2023年/营业收入: { attribute: revenue, unit: 万元, period: "2023" }
  2023年/利润: { attribute: profit, unit: 万元, period: "2023" }
  成立日期: registered_on
  从业人数: staff
asserts: { rows: { min: 1 } }
""",
    "sources/electricity.yaml": """
title: 用电
of: organisation
reader: csv
files: 用电*
identifier: { 代码: own }
attribute: 指标
value: 数值
unit: 单位
period: { column: 时间 }
asserts: { rows: { min: 1 } }
""",
    "sources/published.yaml": """
title: 公开发布的数字
of: organisation
reader: csv
files: 发布*
identifier: { 代码: own }
attribute: 指标
value: 数值
period: { column: 时间 }
printed: { document: 文件, start: 起, end: 止, written: 原文, hedge: 限定 }
asserts: { rows: { min: 1 } }
""",
    **{
        f"sources/{name}.yaml": f"""
title: {name}
of: organisation
reader: csv
files: {name}*.csv
{declared}
name: Name
columns: {{ Staff: staff }}
asserts: {{ rows: {{ min: 1 }} }}
"""
        for name, declared in (
            ("western", ""),
            ("cyrillic", "encoding: cp1251"),
            ("simplified", "encoding: gb18030"),
        )
    },
    **{
        f"sources/paid_{meaning}.yaml": f"""
title: 付款
of: organisation
reader: csv
files: 付款{meaning}*.csv
identifier: {{ 代码: uscc }}
name: 名称
period: {{ column: 月 }}
columns: {{ 金额: revenue }}
{"" if meaning == "refuse" else f"repeated: {meaning}"}
asserts: {{ rows: {{ min: 1 }}, unknown_columns: ignore }}
"""
        for meaning in ("refuse", "sum", "last", "first")
    },
    **{
        f"sources/{name}.yaml": f"""
title: 看到的
of: organisation
reader: xlsx
files: {pattern}*.xlsx
identifier: {{ 代码: own }}
name: 名称
columns:
  增速: {{ attribute: growth, period: "2023" }}
  人数: staff
  营收: {{ attribute: revenue, period: "2023" }}
  成立: registered_on
  上市: listed
{declared}
asserts: {{ rows: {{ min: 1 }} }}
"""
        for name, pattern, declared in (("seen", "看到的", ""), ("sheets", "全部", "sheets: all"))
    },
    **{
        f"sources/{name}.yaml": f"""
title: {name}
of: organisation
reader: csv
delimiter: ";"
files: {name}*.csv
identifier: {{ Code: uscc }}
columns: {{ Area: area, Day: registered_on }}
habits: {{ decimal: {name}{", dates: day_first" if name == "comma" else ""} }}
asserts: {{ rows: {{ min: 1 }} }}
"""
        for name in ("comma", "point")
    },
    "sources/abnormal.yaml": """
title: 异常名录
of: organisation
reader: csv
files: 异常-*.csv
identifier: { 代码: uscc }
name: 名称
columns: { 异常: listed }
period: { file_name: "异常-(.+)\\\\.csv" }
whole: true
asserts: { rows: { min: 1 }, ends: 0.6 }
""",
    "sources/tens.yaml": """
title: 万元
of: organisation
reader: csv
files: 万元*.csv
identifier: { 统一社会信用代码: uscc }
name: 企业名称
columns: { 营业收入: { attribute: revenue, unit: 万元, period: "2023" } }
asserts: { rows: { min: 1 } }
""",
    "sources/named.yaml": """
title: 文件名里的时期
of: organisation
reader: jsonl
files: 月报*
identifier: { 代码: own }
columns: { 用电: electricity }
period: { file_name: "月报_(.+)\\\\.jsonl" }
asserts: { rows: { min: 1 } }
""",
}


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    folder = tmp_path / "sample"
    for name, text in ZONE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_zone(folder)


@pytest.fixture
def loader(tmp_path: Path, zone: Zone) -> Loader:
    return Loader(zone, Ledger.open(tmp_path / "data" / "ledger"), tmp_path / "data", "Alice", date(2024, 6, 1))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A minute later at every call."""
    instant = datetime(2024, 6, 1, 8, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal instant
        instant += timedelta(minutes=1)
        return instant

    return tick


@pytest.fixture
def codes() -> list[str]:
    """Thirty valid credit codes of fictional organisations."""
    return [_credit_code(number) for number in range(30)]


def _credit_code(number: int) -> str:
    body = f"{number:08d}"
    first = "91350100" + body + organisation_code_check(body)
    return first + credit_code_check(first)


@pytest.fixture
def deliver(tmp_path: Path, loader: Loader, clock: Callable[[], datetime]) -> Callable[..., Outcome]:
    """Write a file (text in an encoding, or bytes) and load it."""

    def load(name: str, content: str | bytes, encoding: str = "utf-8", **told: str) -> Outcome:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return loader.load(path, clock(), **told)

    return load


@pytest.fixture
def facts(loader: Loader) -> Callable[[], dict[tuple[str, str], object]]:
    """What the ledger holds now: (subject, attribute) → value."""

    def held() -> dict[tuple[str, str], object]:
        known = loader.ledger.facts(known_at=datetime(2030, 1, 1, tzinfo=UTC)).collect()
        values = ("number", "money", "text", "date", "flag")
        return {
            (row["subject"], row["attribute"]): next(row[name] for name in values if row[name] is not None)
            for row in known.sort("recorded_at", "sequence").iter_rows(named=True)
        }

    return held


@pytest.fixture
def workbook(codes: list[str]) -> bytes:
    """A small sound workbook."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("企业")
    sheet.write_row("A1", ["统一社会信用代码", "企业名称", "2023年", "", "成立日期", "从业人数"])
    sheet.write_row("A2", ["", "", "营业收入", "利润", "", ""])
    for row in range(3):
        sheet.write_row(row + 2, 0, [codes[row], f"第{row}公司", "1.2亿", 3.5, 43894 + row, row])
    book.close()
    return content.getvalue()
