"""Rows that speak of nobody, and marks that say that a value is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, Outcome
from duofeng.zone.load import load_zone

Deliver = Callable[..., Outcome]
Facts = Callable[[], dict[tuple[str, str], object]]


def told(outcome: Outcome, code: str) -> list[str]:
    return [str(problem.message) for problem in outcome.problems if problem.code == code]


def named(facts: Facts) -> set[str]:
    return {subject for subject, attribute in facts() if attribute == "name"}


TOTALS = (
    "合计",
    "合 计",
    "东区合计",
    "全区总计",
    "共计",
    "小计",
    "本页小计",
    "合计（2家）",
    "合计：",
    "总计 2 家",
    "共2家",
    "平均",
    "平均值",
    "其中：外资企业",
    "累计",
    "總計",
    "Total",
    "TOTAL",
    "Grand Total",
    "Sub-total",
    "Subtotal",
    "East total",
    "Total (2 firms)",
    "Sum",
    "Average",
    "Total général",
    "Sous-total",
    "Moyenne",
    "Gesamtsumme",
    "Insgesamt",
    "Итого",
)
FIRMS = (
    "合计科技有限公司",
    "平均律科技有限公司",
    "Total Energies SE",
    "Sum Yip Trading Ltd",
    "其中有限公司",
    "来源文化有限公司",
    "单位服务中心",
    "说明：启明（河南）科技有限公司",
    "Oak, Elm and Partners, Inc.",
    "启明科技有限公司（原名：晨光科技有限公司）",
    "注册会计师事务所",
)


@pytest.mark.parametrize("word", TOTALS)
def test_a_row_of_totals_is_told_and_is_nobody(deliver: Deliver, facts: Facts, word: str) -> None:
    outcome = deliver("名录.csv", f"企业名称,从业人数\n第一有限公司,10\n第二有限公司,20\n{word},30\n")
    assert named(facts) == {"register:第一有限公司", "register:第二有限公司"}
    assert f"4: {word}" in told(outcome, "E364")[0]
    assert not told(outcome, "E365")


@pytest.mark.parametrize("name", FIRMS)
def test_a_name_with_such_words_in_it_is_a_firm(deliver: Deliver, facts: Facts, name: str) -> None:
    deliver("名录.csv", f'企业名称,从业人数,面积\n第一有限公司,10,\n"{name}",20,\n')
    assert len(named(facts)) == 2


def test_a_number_that_is_valid_makes_any_name_somebodys(deliver: Deliver, facts: Facts, codes: list[str]) -> None:
    deliver("名录.csv", f"统一社会信用代码,企业名称,从业人数\n{codes[0]},合计,10\n")
    assert facts()[codes[0], "name"] == "合计"


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("一,10\n二,20\n合计,30\n", 0),
        ("一,10\n二,20\n合计,31\n", 1),
        ("合计,30\n一,10\n二,20\n", 0),
        ("一,10\n小计,10\n二,20\n三,5\n小计,25\n总计,35\n", 0),
        ("一,10\n小计,10\n二,20\n三,5\n小计,26\n总计,35\n", 1),
        ("一,10\n二,20\n平均,15\n", 0),
        ("一,10\n二,20\n合计,—\n", 0),
    ],
)
def test_totals_are_held_against_the_rows_they_total(deliver: Deliver, rows: str, wrong: int) -> None:
    outcome = deliver("名录.csv", "企业名称,从业人数\n" + re.sub("([一二三]),", r"第\1有限公司,", rows))
    assert len(told(outcome, "E365")) == wrong


def test_rounded_totals_are_no_mistake(deliver: Deliver) -> None:
    outcome = deliver("名录.csv", "企业名称,营业收入(万元)\n一厂,1.26\n二厂,2.26\n三厂,3.26\n合计,6.8\n")
    assert told(outcome, "E364")
    assert not told(outcome, "E365")


def test_the_header_once_more_is_skipped(deliver: Deliver, facts: Facts) -> None:
    outcome = deliver("名录.csv", "企业名称,从业人数\n第一有限公司,10\n企业名称,从业人数\n第二有限公司,20\n")
    assert len(named(facts)) == 2
    assert "3: 企业名称 | 从业人数" in told(outcome, "E366")[0]


def test_what_was_left_out_is_told_with_its_words(deliver: Deliver, facts: Facts) -> None:
    text = "企业名称,从业人数,面积\n第一有限公司,10,\n注：含筹建企业,,\n"
    text += "以上数据截至年底，未经审计。,,\n制表人：甲,审核人：乙,\n"
    outcome = deliver("名录.csv", text)
    assert named(facts) == {"register:第一有限公司"}
    (notes,) = told(outcome, "E240")
    assert "3: 注：含筹建企业" in notes
    assert "4: 以上数据截至年底，未经审计。" in notes
    assert "5: 制表人：甲 | 审核人：乙" in notes


def test_what_may_be_a_note_or_a_firm_is_kept_for_a_person(deliver: Deliver, loader: Loader) -> None:
    deliver("名录.csv", "企业名称,从业人数,面积\n第一有限公司,10,\n说明：不含样例有限公司,,\n")
    assert loader.ledger.rejects().select("row", "code", "raw").rows() == [(3, "E367", "说明：不含样例有限公司")]


ABSENT = (
    "",
    "—",
    "-",
    "/",
    "N/A",
    "null",
    "NULL",
    "暂无",
    "不详",
    "未知",
    "未填",
    "无数据",
    "保密",
    "不适用",
    "Unknown",
    "k.A.",
    "NaN",
    "？",
)


@pytest.mark.parametrize("mark", [*ABSENT, "无", "None"])
def test_a_mark_of_absence_is_neither_a_value_nor_a_mistake(
    deliver: Deliver, facts: Facts, codes: list[str], mark: str
) -> None:
    row = f"{codes[0]},第一公司,{mark},{mark},{mark},{mark}"
    outcome = deliver("名录.csv", f"统一社会信用代码,企业名称,营业收入(万元),从业人数,成立日期,行业\n{row}\n")
    assert outcome.rejects == 0
    assert {attribute for _, attribute in facts()} == {"name"}


@pytest.mark.parametrize("mark", ABSENT)
def test_unknown_is_not_no(deliver: Deliver, facts: Facts, codes: list[str], mark: str) -> None:
    outcome = deliver("名录.csv", f"统一社会信用代码,企业名称,上市\n{codes[0]},第一公司,{mark}\n")
    assert (outcome.rejects, (codes[0], "listed") in facts()) == (0, False)


def test_nothing_is_said_of_nobody(deliver: Deliver, loader: Loader, facts: Facts) -> None:
    deliver("名录.csv", "企业名称,从业人数\n第一有限公司,10\n不详,20\n无,20\n")
    assert named(facts) == {"register:第一有限公司"}
    assert loader.ledger.rejects()["row"].to_list() == [3, 4]


def test_a_zone_adds_marks_of_its_own(tmp_path: Path, loader: Loader, deliver: Deliver, codes: list[str]) -> None:
    zone_file = tmp_path / "sample" / "zone.yaml"
    zone_file.write_text(zone_file.read_text("utf-8") + "habits: { absent: [待企业回复] }\n", encoding="utf-8")
    other = Loader(load_zone(tmp_path / "sample"), Ledger.open(tmp_path / "other"), tmp_path, "Bob", loader.today)
    text = f"统一社会信用代码,企业名称,从业人数,行业\n{codes[0]},第一公司,待企业回复,待企业回复\n"
    outcome = deliver("名录.csv", text)
    assert outcome.rejects == 2
    path = tmp_path / "名录.csv"
    assert other.load(path, datetime(2024, 6, 2, tzinfo=UTC)).rejects == 0
