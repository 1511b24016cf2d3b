"""Nasty files of each kind, in small: what a person who opens them sees is what the ledger holds, or it says why not.

Each case is a declaration, a file and what must come of it: the values held, the rows rejected, what is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, Outcome
from duofeng.zone.load import load_zone

VOCABULARY = """
name: { title: 名称, type: text }
revenue: { title: 营收, type: money, unit: 元, per: year }
staff: { title: 人数, type: integer, unit: 人 }
growth: { title: 增速, type: number, unit: "%", per: year }
area: { title: 面积, type: number, unit: 平方米 }
listed: { title: 上市, type: flag }
founded: { title: 成立, type: date }
power: { title: 用电, type: number, unit: 千瓦时, per: month }
"""
WIDE = """
identifier: { 代码: own }
name: 名称
columns: { 营收: revenue, 人数: staff, 增速: growth, 面积: area, 上市: listed, 成立: founded }
period: "2023"
"""
MONTHLY = """
identifier: { 代码: own }
columns: { 用电: power }
period: { column: 月份 }
"""
POINT = "habits: { decimal: point }\n"


@dataclass(frozen=True)
class Case:
    """`held`: subject.attribute[period] → value; `rejects`: row → how many; `told`: codes among the problems."""

    id: str
    file: str | bytes | Callable[..., None]
    held: dict[str, Any]
    rejects: dict[int, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    declared: str = WIDE
    name: str = "f.csv"
    encoding: str = "utf-8"
    exact: bool = True
    """Whether nothing else but names may be held."""


def yuan(amount: float) -> int:
    return round(amount * 100)


def day(text: str) -> date:
    return date.fromisoformat(text)


# ---- workbooks ------------------------------------------------------------------------------------------------------


def rows(*lines: list[Any], book: dict[str, Any] | None = None) -> Callable[..., None]:
    """A plain sheet."""

    def write(workbook: Any, sheet: Any) -> None:
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)

    write.options = book or {}  # type: ignore[attr-defined]  # how the workbook is opened
    return write


def percents(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "增速"])
    sheet.write_row("A2", ["A1"])
    sheet.write_number("B2", 0.1255, book.add_format({"num_format": "0.0%"}))
    sheet.write_row("A3", ["A2", "12.5‰"])
    sheet.write_row("A4", ["A3", 3.5])


def days_of_1904(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "成立"])
    sheet.write("A2", "A1")
    sheet.write_datetime("B2", datetime(2012, 6, 14), book.add_format({"num_format": "yyyy/m/d"}))  # noqa: DTZ001


days_of_1904.options = {"date_1904": True}  # type: ignore[attr-defined]


def errors(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "人数", "上市", "面积"])
    sheet.write_row("A2", ["A1", 5, True])
    sheet.write_formula("D2", "=NA()", None, "#N/A")
    sheet.write_row("A3", ["A2", True, False])
    sheet.write_formula("D3", "=1/0", None, "#DIV/0!")


def unseen(book: Any, sheet: Any) -> None:
    struck = book.add_format({"font_strikeout": True})
    sheet.write_row("A1", ["代码", "人数"])
    sheet.write_row("A2", ["A1", 5])
    sheet.write_row("A3", ["A2", 6])
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_row("A4", ["A3", 7], struck)
    sheet.write("A5", "A4")
    sheet.write("B5", 8, struck)


def merged_firm(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "月份", "用电"])
    sheet.merge_range("A2:A3", "A1")
    sheet.write_row("B2", ["2023-01", 5])
    sheet.write_row("B3", ["2023-02", 6])


def merged_number(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "人数", "面积"])
    sheet.write_row("A2", ["A1", 5])
    sheet.write_row("A3", ["A2", 6])
    sheet.merge_range("C2:C3", 900)
    sheet.write_row("A4", ["A3", 7, 10])


def padded(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "人数"])
    sheet.write_number("A2", 7, book.add_format({"num_format": "0000"}))
    sheet.write("B2", 5)


def scaled(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "营收", "面积"])
    sheet.write("A2", "A1")
    sheet.write_number("B2", 12345678, book.add_format({"num_format": '#,##0,"千元"'}))
    sheet.write_number("C2", -1234, book.add_format({"num_format": "#,##0;(#,##0)"}))


def uncalculated(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "人数"])
    sheet.write_row("A2", ["A1", 5])
    sheet.write("A3", "A2")
    sheet.write_formula("B3", "=B2+1", None, "")


def year_only(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "成立", "人数"])
    sheet.write("A2", "A1")
    sheet.write_datetime("B2", datetime(2012, 1, 1), book.add_format({"num_format": 'yyyy"年"'}))  # noqa: DTZ001
    sheet.write("C2", 5)


def two_sheets(book: Any, sheet: Any) -> None:
    for each, code in ((sheet, "A1"), (book.add_worksheet("续"), "B1")):
        each.write_row("A1", ["代码", "人数"])
        each.write_row("A2", [code, 5])


def hidden_first(book: Any, sheet: Any) -> None:
    other = book.add_worksheet("现行")
    for each, code in ((sheet, "OLD"), (other, "A1")):
        each.write_row("A1", ["代码", "人数"])
        each.write_row("A2", [code, 5])
    other.activate()
    other.set_first_sheet()
    sheet.hide()


def two_rows_with_units(book: Any, sheet: Any) -> None:
    sheet.merge_range("A1:A2", "代码")
    sheet.merge_range("B1:C1", "2023年")
    sheet.write_row("B2", ["营收", "人数"])
    sheet.write_row("A3", ["", "万元", "人"])
    sheet.write_row("A4", ["A1", 1.5, 7])


def units_in_second_row(book: Any, sheet: Any) -> None:
    sheet.write_row("A1", ["代码", "营收", "人数"])
    sheet.write_row("A2", ["", "(亿元)", "(人)"])
    sheet.write_row("A3", ["A1", 2, 7])


GROUPED = """
header_rows: 2
identifier: { 代码: own }
columns: { 2023年/营收: { attribute: revenue, period: "2023" }, 2023年/人数: staff }
"""
BOOKS = (
    Case("percent formats", percents, {"A1.growth[2023]": 12.55, "A2.growth[2023]": 1.25, "A3.growth[2023]": 3.5}),
    Case("days counted from 1904", days_of_1904, {"A1.founded": day("2012-06-14")}),
    Case("errors and booleans", errors, {"A1.staff": 5, "A1.listed": True, "A2.listed": False}, {2: 1, 3: 2}),
    Case("hidden and struck out", unseen, {"A1.staff": 5}, {3: 1, 4: 1, 5: 1}),
    Case(
        "a firm merged over its months", merged_firm, {"A1.power[2023-01]": 5, "A1.power[2023-02]": 6}, declared=MONTHLY
    ),
    Case(
        "a number merged over two firms",
        merged_number,
        {"A1.staff": 5, "A2.staff": 6, "A3.staff": 7, "A3.area": 10},
        {2: 1, 3: 1},
    ),
    Case("codes shown with zeros", padded, {"0007.staff": 5}),
    Case("scaled and bracketed formats", scaled, {"A1.revenue[2023]": yuan(12345678), "A1.area": -1234}),
    Case("a formula never calculated", uncalculated, {"A1.staff": 5}, {3: 1}),
    Case("a day shown as its year", year_only, {"A1.staff": 5}, {2: 1}),
    Case("a second sheet alike", two_sheets, {"A1.staff": 5}, told=("E371",)),
    Case("a hidden first sheet", hidden_first, {"A1.staff": 5}),
    Case(
        "merged header with a row of units",
        two_rows_with_units,
        {"A1.revenue[2023]": yuan(15000), "A1.staff": 7},
        declared=GROUPED,
    ),
    Case("units in the second row", units_in_second_row, {"A1.revenue[2023]": yuan(2e8), "A1.staff": 7}),
    Case(
        "months as numbers",
        rows(["代码", "月份", "用电"], ["A1", 202201, 1], ["A1", "2022-2", 2], ["A1", 2022.3, 3], ["A1", 2022.1, 4]),
        {"A1.power[2022-01]": 1, "A1.power[2022-02]": 2, "A1.power[2022-03]": 3},
        {5: 1},
        declared=MONTHLY,
    ),
)

# ---- texts ----------------------------------------------------------------------------------------------------------

H = "代码,名称,营收,人数\n"
TOTALS = (
    "总 计",
    "全区总计",
    "合　计",
    "小计(2家)",
    "Grand total:",
    "Gesamtsumme",
    "Totale",
    "Всего по району",
    "合計",
    "以上合计",
    "Sub-total",
    "平均",
)
MARKS = ("暂无", "不详", "无", "N/A", "null", "—", "-", "/", "……", "未知")
MELTED = """
subject: zone-of-all
attribute: 指标
value: 数值
unit: 单位
period: { column: 年份 }
melt: { columns: '\\d{4}年', into: 年份, value: 数值 }
"""
MONTHS_ACROSS = """
identifier: { 代码: own }
columns: { 用电: power }
period: { column: 月份 }
melt: { columns: '2022-\\d+', into: 月份, value: 用电 }
"""
BY_TWO = """
key: [名称, 科室]
name: 名称
columns: { 人数: staff }
"""
TEXTS = (
    Case(
        "a unit in brackets above",
        "（单位：亿元）,,,\n" + H + "A1,甲厂,1.5,3\n",
        {"A1.revenue[2023]": yuan(1.5e8), "A1.staff": 3},
    ),
    Case(
        "a unit of ten thousand",
        '"Unit: 10,000 yuan",,,\n' + H + "A1,甲厂,3,3\n",
        {"A1.revenue[2023]": yuan(30000), "A1.staff": 3},
    ),
    Case(
        "in thousands",
        "Amounts in thousands of yuan,,,\n" + H + "A1,甲厂,3,3\n",
        {"A1.revenue[2023]": yuan(3000), "A1.staff": 3},
    ),
    Case("a row of units", H + ",,万元,人\nA1,甲厂,3,3\n", {"A1.revenue[2023]": yuan(30000), "A1.staff": 3}),
    Case(
        "units that contradict",
        "单位：元,,,\n" + H + "A1,甲厂,3,3\n",
        {},
        told=("E377",),
        declared=WIDE.replace("营收: revenue", "营收: { attribute: revenue, unit: 万元 }"),
    ),
    Case(
        "totals in many words",
        H + "A1,甲厂,1,3\n" + "".join(f",{word},1,3\n" for word in TOTALS),
        {"A1.revenue[2023]": yuan(1), "A1.staff": 3},
        told=("E364",),
    ),
    Case(
        "totals in the first column",
        H + "A1,甲厂,1,3\n" + "".join(f"{word},,1,3\n" for word in TOTALS),
        {"A1.revenue[2023]": yuan(1), "A1.staff": 3},
        told=("E364",),
    ),
    Case(
        "a total that differs",
        H + "A1,甲厂,1,3\nA2,乙厂,1,3\n总计,,2,7\n",
        {"A1.revenue[2023]": yuan(1), "A1.staff": 3, "A2.revenue[2023]": yuan(1), "A2.staff": 3},
        told=("E365",),
    ),
    Case(
        "firms that sound like totals",
        H + "A1,合计信息技术有限公司,,3\nA2,Total Energies SE,,4\nA3,总计量科技股份有限公司,,5\n",
        {"A1.staff": 3, "A2.staff": 4, "A3.staff": 5},
    ),
    Case(
        "the header once more", H + "A1,甲厂,,3\n" + H + "A2,乙厂,,4\n", {"A1.staff": 3, "A2.staff": 4}, told=("E366",)
    ),
    Case(
        "notes and names like notes",
        H
        + "A1,说明书印刷厂,,3\nA2,注射器械（上海）有限公司,,4\nA3,数据来源科技有限公司,,5\n备注：以上为初步核算数,,,\n",
        {"A1.staff": 3, "A2.staff": 4, "A3.staff": 5},
        told=("E240",),
    ),
    Case(
        "Big5",
        "代碼,名稱,人數\nA1,臺灣積體電路製造公司,3\nA2,國際貿易開發有限公司,4\n",
        {"A1.staff": 3, "A2.staff": 4},
        encoding="big5",
        declared="identifier: { 代碼: own }\nname: 名稱\ncolumns: { 人數: staff }\n",
        exact=False,
        told=("E360",),
    ),
    Case(
        "cp1252",
        "代码x,Name,Staff\nA1,Société Générale,3\nA2,Müller & Söhne GmbH,4\n".replace("代码x", "Code"),
        {"A1.staff": 3, "A2.staff": 4, "A1.name": "Société Générale"},
        encoding="cp1252",
        exact=False,
        declared="identifier: { Code: own }\nname: Name\ncolumns: { Staff: staff }\n",
    ),
    Case(
        "Mac with its line ends",
        "Code,Name,Staff\rA1,Café Noël,3\r",
        {"A1.staff": 3, "A1.name": "Café Noël"},
        encoding="mac_roman",
        exact=False,
        declared="encoding: mac_roman\nidentifier: { Code: own }\nname: Name\ncolumns: { Staff: staff }\n",
    ),
    Case(
        "UTF-16 without its mark", H + "A1,甲厂,,3\nA2,乙厂,,4\n", {"A1.staff": 3, "A2.staff": 4}, encoding="utf-16-le"
    ),
    Case(
        "one bad byte",
        (H + "A1,甲厂,,3\nA2,乙厂,,4\nA3,丙厂,,5\n").encode("gb18030").replace("乙".encode("gb18030"), b"\xd2\xff"),
        {"A1.staff": 3, "A3.staff": 5},
        {3: 1},
    ),
    Case("signs nobody sees", "代\u200b码,人\ufeff数\nA\u200b1,\u200e3\n", {"A1.staff": 3}, told=("E363",)),
    Case("full-width commas", "代码，名称，人数\nA1，甲厂，3\n", {"A1.staff": 3}),
    Case(
        "full-width digits and spaces",
        H + "A1,甲厂,１２３４．５,\u00a03\u3000\n",
        {"A1.revenue[2023]": yuan(1234.5), "A1.staff": 3},
    ),
    Case(
        "decimal commas",
        "代码;营收;增速\nA1;1.234.567,89;-12,5\n",
        {"A1.revenue[2023]": yuan(1234567.89), "A1.growth[2023]": -12.5},
        declared=WIDE + "habits: { decimal: comma }\n",
    ),
    Case(
        "what may be two numbers",
        "代码;面积\nA1;1,250\nA2;12.500\nA3;1,250,000\nA4;12.5\n",
        {"A3.area": 1250000, "A4.area": 12.5},
        {2: 1, 3: 1},
    ),
    Case(
        "what may be two days",
        "代码,成立\nA1,03/04/2024\nA2,25/04/2024\nA3,4 May 2021\nA4,20210504\nA5,2021.5.4\n"
        "A6,2021年5月\nA7,44927\nA8,2021-02-30\n",
        {
            "A2.founded": day("2024-04-25"),
            "A3.founded": day("2021-05-04"),
            "A4.founded": day("2021-05-04"),
            "A5.founded": day("2021-05-04"),
        },
        {2: 1, 7: 1, 8: 1, 9: 1},
    ),
    Case(
        "below zero",
        "代码;面积\nA1;(1,234.5)\nA2;12.5-\nA3;−5\nA4;（7）\n",
        {"A1.area": -1234.5, "A2.area": -12.5, "A3.area": -5, "A4.area": -7},
        declared=WIDE + POINT,
    ),
    Case(
        "money with signs",
        "代码;营收\nA1;¥1,234.50\nA2;$5\nA3;1'234'567\nA4;3.5万\nA5;RMB 20\n",
        {
            "A1.revenue[2023]": yuan(1234.5),
            "A3.revenue[2023]": yuan(1234567),
            "A4.revenue[2023]": yuan(35000),
            "A5.revenue[2023]": yuan(20),
        },
        {3: 1},
        declared=WIDE + POINT,
    ),
    Case("rows said twice", H + "A1,甲厂,,3\nA1,甲厂,,3\nA2,乙厂,,4\nA2,乙厂,,5\n", {"A1.staff": 3}, {4: 1, 5: 1}),
    Case(
        "lines of payments",
        H + "A1,甲厂,10,\nA1,甲厂,10.5,\nA1,甲厂,-2,\n",
        {"A1.revenue[2023]": yuan(18.5)},
        declared=WIDE + "repeated: sum\n",
    ),
    Case(
        "marks of absence",
        H + "A0,甲厂,,1\n" + "".join(f"A{n},甲{n}厂,,{mark}\n" for n, mark in enumerate(MARKS, 1)),
        {"A0.staff": 1},
    ),
    Case(
        "indicators down, years across",
        "指标,单位,2021年,2022年\n营收,亿元,1.5,2\n人数,人,,7\n注：2022年为初步数,,,\n",
        {"zone-of-all.revenue[2021]": yuan(1.5e8), "zone-of-all.revenue[2022]": yuan(2e8), "zone-of-all.staff": 7},
        declared=MELTED,
        told=("E240",),
    ),
    Case(
        "years down, indicators across",
        "年份,营收,增速\n2021年,3,1.5\n2022年,4,2\n",
        {
            "zone-of-all.revenue[2021]": yuan(3),
            "zone-of-all.revenue[2022]": yuan(4),
            "zone-of-all.growth[2021]": 1.5,
            "zone-of-all.growth[2022]": 2,
        },
        declared="subject: zone-of-all\ncolumns: { 营收: revenue, 增速: growth }\nperiod: { column: 年份 }\n",
    ),
    Case(
        "months across",
        "代码,2022-1,2022-10\nA1,3,4\n合计,3,4\nA2,x,5\n",
        {"A1.power[2022-01]": 3, "A1.power[2022-10]": 4, "A2.power[2022-10]": 5},
        {4: 1},
        declared=MONTHS_ACROSS,
        told=("E364",),
    ),
    Case(
        "a name and a department together",
        "名称,科室,人数\n甲院,内科,3\n甲院,外科,4\n甲院,,5\n",
        {"甲院/内科.staff": 3, "甲院/外科.staff": 4},
        {4: 1},
        declared=BY_TWO,
    ),
    Case(
        "one file per year",
        "代码,人数,营收\nA1,3,5\n",
        {"A1.staff": 3, "A1.revenue[2019]": yuan(5)},
        name="f年报2019终稿.csv",
        declared=WIDE.replace('period: "2023"', "period: { file_name: '年报(\\d{4})' }"),
    ),
    Case("a quote never closed", H + 'A1,甲厂,,3\nA2,"乙厂,,4\nA3,丙厂,,5\n', {"A1.staff": 3, "A3.staff": 5}, {3: 1}),
    Case("a row too short", H + "A1,甲厂,,3\nA2,乙厂\nA3,丙厂,,5\n", {"A1.staff": 3, "A3.staff": 5}, {3: 1}),
    Case(
        "fractions of people and of cents",
        H + "A1,甲厂,1.005,2.5\nA2,乙厂,2,3\n",
        {"A2.revenue[2023]": yuan(2), "A2.staff": 3},
        {2: 2},
    ),
    Case("scientific notation", "代码,面积\nA1,1.2E+3\nA2,5e-1\n", {"A1.area": 1200, "A2.area": 0.5}),
    Case(
        "other units in the cell",
        "代码,面积\nA1,1.5公顷\nA2,3万㎡\nA3,5吨\nA4,2平方公里\n",
        {"A1.area": 15000, "A2.area": 30000, "A4.area": 2e6},
        {4: 1},
    ),
    Case(
        "yes and no in words",
        "代码,上市\nA1,是\nA2,No\nA3,√\nA4,0\nA5,也许\n",
        {"A1.listed": True, "A2.listed": False, "A3.listed": True, "A4.listed": False},
        {6: 1},
    ),
    Case("tabs and a title above", "2023年企业名录\n\n代码\t名称\t人数\nA1\t甲厂\t3\n", {"A1.staff": 3}),
)


def came_of(case: Case, tmp_path: Path) -> tuple[Outcome, dict[str, Any], dict[int, int]]:
    is_book = callable(case.file)
    folder = tmp_path / "zone"
    asserts = "asserts: { rows: { min: 1 }, unknown_columns: ignore }"
    source = (
        f"title: 文件\nof: organisation\nreader: {'xlsx' if is_book else 'csv'}\nfiles: f*\n{case.declared}{asserts}\n"
    )
    for name, text in {
        "zone.yaml": "title: 园\npeaks: []\n",
        "vocabulary/organisation.yaml": VOCABULARY,
        "sources/f.yaml": source,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    path = tmp_path / ("f.xlsx" if is_book else case.name)
    if callable(case.file):
        content = BytesIO()
        book = xlsxwriter.Workbook(content, getattr(case.file, "options", {}))
        case.file(book, book.add_worksheet("表"))
        book.close()
        path.write_bytes(content.getvalue())
    else:
        path.write_bytes(case.file if isinstance(case.file, bytes) else case.file.encode(case.encoding))
    ledger = Ledger.open(tmp_path / "data" / "ledger")
    outcome = Loader(load_zone(folder), ledger, tmp_path / "data", "Alice", date(2024, 6, 1)).load(
        path, datetime(2024, 6, 1, tzinfo=UTC)
    )
    held: dict[str, Any] = {}
    for fact in ledger.facts(known_at=datetime(2030, 1, 1, tzinfo=UTC)).collect().iter_rows(named=True):
        value = next(fact[name] for name in ("number", "money", "text", "date", "flag") if fact[name] is not None)
        period = f"[{fact['period']}]" if fact["period"] else ""
        held[f"{fact['subject'].removeprefix('f:')}.{fact['attribute']}{period}"] = value
    counted: dict[int, int] = {}
    for row in ledger.rejects()["row"]:
        counted[row] = counted.get(row, 0) + 1
    return outcome, held, counted


@pytest.mark.parametrize("case", [*BOOKS, *TEXTS], ids=lambda case: case.id)
def test_what_a_person_sees_is_what_is_held(case: Case, tmp_path: Path) -> None:
    outcome, held, rejects = came_of(case, tmp_path)
    values = {key: value for key, value in held.items() if not case.exact or not key.endswith(".name")}
    if case.exact:
        assert values == pytest.approx(case.held)
    else:
        assert values | case.held == values
    assert rejects == case.rejects
    assert set(case.told) <= {problem.code for problem in outcome.problems}
