"""The units that a table states: used where the source declares none, and a contradiction stops the load."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.facts.loading import Outcome
from duofeng.facts.stated_units import stated_in

Deliver = Callable[..., Outcome]
Facts = Callable[[], dict[tuple[str, str], object]]
TABLE = "代码,名称,月,金额,职务\n"


def codes_of(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("单位：万元", ["万元"]),
        ("2023年企业情况表（单位：万元、人）", ["万元", "人"]),
        ("金额单位: 亿元", ["亿元"]),
        ("Unit: million EUR", ["million EUR"]),
        ("(in thousands)", ["千"]),
        ("All figures in millions of EUR", ["百万EUR"]),
        ("企业情况", []),
    ],
)
def test_a_line_states_units(line: str, units: list[str]) -> None:
    assert stated_in(line) == units


@pytest.mark.parametrize(
    "text",
    [
        "单位：万元,,,,\n" + TABLE + "{code},甲公司,2023,5,\n",
        TABLE + ",,,万元,\n{code},甲公司,2023,5,\n",
        TABLE.replace("金额", "金额（万元）") + "{code},甲公司,2023,5,\n",
        "(amounts in thousands),,,,\n" + TABLE + "{code},甲公司,2023,50,\n",
    ],
)
def test_the_unit_of_the_table_is_used(deliver: Deliver, facts: Facts, codes: list[str], text: str) -> None:
    outcome = deliver("付款.csv", text.format(code=codes[0]), source="paid_refuse")
    assert outcome.verdict == "accepted", codes_of(outcome)
    assert facts()[codes[0], "revenue"] == 5_000_000


@pytest.mark.parametrize(
    "text",
    [
        "单位：元,,\n统一社会信用代码,企业名称,营业收入\n{code},甲公司,5\n",
        "统一社会信用代码,企业名称,营业收入\n,,亿元\n{code},甲公司,5\n",
    ],
)
def test_a_contradiction_stops_the_load(deliver: Deliver, facts: Facts, codes: list[str], text: str) -> None:
    outcome = deliver("名录.csv", text.format(code=codes[0]), source="tens")
    assert (outcome.verdict, codes_of(outcome)) == ("quarantined", ["E377"])
    assert not facts()


def test_a_unit_below_the_table_contradicts_what_was_read(deliver: Deliver, codes: list[str]) -> None:
    text = TABLE + f"{codes[0]},甲公司,2023,5,\n单位：万元,,,,\n"
    outcome = deliver("付款.csv", text, source="paid_refuse")
    assert (outcome.verdict, codes_of(outcome)) == ("quarantined", ["E377"])
    agreed = f"统一社会信用代码,企业名称,营业收入\n{codes[0]},甲公司,5\n单位：万元,,\n"
    assert deliver("名录.csv", agreed, source="tens").verdict == "warnings"


def test_a_unit_of_another_kind_says_nothing_of_a_column(deliver: Deliver, facts: Facts, codes: list[str]) -> None:
    deliver("付款.csv", "单位：人\n" + TABLE + f"{codes[0]},甲公司,2023,5,\n", source="paid_refuse")
    assert facts()[codes[0], "revenue"] == 500
