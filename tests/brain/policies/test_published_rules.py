"""Rules as zones and cities publish them, at their boundaries: the answer was worked out from the text by hand first.

The texts are in the usual wording; the names and numbers of one zone are nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.given import as_columns, column_types, given_row
from duofeng.brain.policies.outcomes import answer
from duofeng.brain.policies.plan import plan
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

VOCABULARY = """
name: {title: Name, type: text}
founded_on: {title: Founded, type: date}
moved_in_on: {title: Moved in, type: date}
applied_on: {title: Applied, type: date}
publicised_on: {title: Publicised, type: date}
listed_on: {title: Listed, type: date}
penalised: {title: Penalised, type: flag, per: year}
certified_until: {title: Certificate valid until, type: date}
rd: {title: R&D, type: money, unit: 元, per: year}
income: {title: Taxable income, type: money, unit: 元, per: year}
revenue: {title: Revenue, type: money, unit: 元, per: year}
output: {title: Output, type: money, unit: 元, per: half}
freight: {title: Freight, type: money, unit: 元, per: quarter}
rent: {title: Rent of a month, type: money, unit: 元, per: month}
area: {title: Area, type: number, unit: 平方米}
staff: {title: Staff, type: integer, unit: 人, per: year}
left: {title: Dismissed, type: integer, unit: 人, per: year}
premium: {title: Unemployment insurance paid, type: money, unit: 元, per: year}
large: {title: Large, type: flag}
inventions: {title: Inventions, type: integer, unit: 件, per: year}
born_on: {title: Born, type: date}
hired_on: {title: Hired, type: date}
doctor: {title: Doctor, type: flag}
fund: {title: Loan interest, type: money, unit: 元, per: year}
"""
RECOGNISES = "gives: recognition"


def pays(expression: str, more: str = "lifetime_cap: 99_000_000") -> str:
    return f'amount: {{expression: "{expression}", {more}}}'


RULES: Mapping[str, tuple[str, str]] = {
    # 上年度研发费用 1000 万元以内部分补 5%，1000 万至 5000 万元部分补 3%，超过部分补 1%，最高 200 万元
    "rd": (
        "rd[-1] > 0",
        pays("marginal(rd[-1], 0.05, 10_000_000, 0.03, 50_000_000, 0.01)", "cap: 2_000_000"),
    ),
    # 综合所得：不超过 36000 元 3%，至 144000 元 10%，至 300000 元 20%，超过 25%
    "tax": ("income[-1] > 0", pays("marginal(income[-1], 0.03, 36_000, 0.10, 144_000, 0.20, 300_000, 0.25)")),
    # 入驻三年内，每月每平方米补 30 元，最多 500 平方米，不超过当月实际租金
    "rent": ("at_most_years(moved_in_on, as_of, 3)", pays("least(least(area, 500) * money(30), rent[-1])")),
    # 上年裁员率不高于 5.5%（30 人以下不高于 20%）的，大型企业返还 30%，中小微企业 60%
    "stable": (
        "left[-1] / staff[-2] <= case when staff[-2] <= 30 then 0.20 else 0.055 end",
        pays("round(premium[-1] * case when large then 0.30 else 0.60 end, 2)"),
    ),
    # 引进时不满 41 周岁的博士，引进三年内申请，补 10 万元
    "doctor": (
        "doctor and years_between(born_on, hired_on) < 41 and at_most_years(hired_on, applied_on, 3)",
        pays("money(100_000)"),
    ),
    # 成立不超过 10 年，近三年未受处罚（没有记录视为没有）
    "young": ("at_most_years(founded_on, as_of, 10) and not ever(absent(penalised[-3:-1], false))", RECOGNISES),
    # 一年内首次上市
    "listed": ("at_most_years(listed_on, as_of, 1)", pays("money(3_000_000)", "lifetime_cap: 3_000_000")),
    # 上半年产值增长 10% 以上且二季度运费不低于 30 万元
    "half": ("output[H1] / output[H1-1] - 1 >= 0.10 and freight[Q2] >= 300_000", RECOGNISES),
    # 近两年每年营业收入均不低于 500 万元且逐年增长
    "steady": ("always(revenue[-2:-1] >= 5_000_000) and always(revenue[-2:-1] > revenue[-3:-2])", RECOGNISES),
    # 首次突破 1 亿元，以前年度没有记录视为没有突破
    "first": ("revenue[-1] > 100_000_000 and not ever(absent(revenue[-8:-2], 0) > 100_000_000)", RECOGNISES),
    # 发明专利 3 件以内每件 2000 元，第 4 件起每件 1000 元
    "inventions": ("inventions[-1] >= 1", pays("marginal(inventions[-1], money(2_000), 3, money(1_000))")),
    # 贷款贴息与研发补助合计不超过 200 万元
    "interest": ("fund[-1] > 0", pays("least(fund[-1] * 0.5, greatest(2_000_000 - absent(amount('rd'), 0), 0))")),
    # 公示 5 个工作日后
    "shown": ("add_workdays(publicised_on, 5) <= as_of", RECOGNISES),
}
DAY = "2024-06-30"
DOCTOR = {"doctor": True, "hired_on": "2024-05-01", "applied_on": DAY}
CASES = [
    ("rd", DAY, {"rd[2023]": 10_000_000}, "yes", 500_000),
    ("rd", DAY, {"rd[2023]": 10_000_000.20}, "yes", 500_000.01),
    ("rd", DAY, {"rd[2023]": 50_000_000}, "yes", 1_700_000),
    ("rd", DAY, {"rd[2023]": 80_000_000}, "yes", 2_000_000),
    ("rd", DAY, {"rd[2023]": 90_000_000}, "yes", 2_000_000),
    ("rd", DAY, {}, "unknown", None),
    ("tax", DAY, {"income[2023]": 36_000}, "yes", 1_080),
    ("tax", DAY, {"income[2023]": 144_000}, "yes", 11_880),
    ("tax", DAY, {"income[2023]": 300_000}, "yes", 43_080),
    ("tax", DAY, {"income[2023]": 420_000}, "yes", 73_080),
    ("rent", DAY, {"moved_in_on": "2021-06-30", "area": 600, "rent[2024-06]": 40_000}, "yes", 15_000),
    ("rent", DAY, {"moved_in_on": "2021-06-30", "area": 100.5, "rent[2024-06]": 3_000}, "yes", 3_000),
    ("rent", DAY, {"moved_in_on": "2021-06-29", "area": 600, "rent[2024-06]": 40_000}, "no", None),
    ("stable", DAY, {"left[2023]": 11, "staff[2022]": 200, "premium[2023]": 33_333.33, "large": False}, "yes", 20_000),
    ("stable", DAY, {"left[2023]": 12, "staff[2022]": 200, "premium[2023]": 1, "large": False}, "no", None),
    ("stable", DAY, {"left[2023]": 6, "staff[2022]": 30, "premium[2023]": 10_000, "large": True}, "yes", 3_000),
    ("stable", DAY, {"left[2023]": 6, "staff[2022]": 31, "premium[2023]": 10_000, "large": False}, "no", None),
    ("doctor", DAY, {**DOCTOR, "born_on": "1983-05-02"}, "yes", 100_000),
    ("doctor", DAY, {**DOCTOR, "born_on": "1983-05-01"}, "no", None),
    ("doctor", DAY, {**DOCTOR, "born_on": "1990-01-01", "hired_on": "2021-06-29"}, "no", None),
    ("young", DAY, {"founded_on": "2014-06-30"}, "yes", None),
    ("young", DAY, {"founded_on": "2014-06-29"}, "no", None),
    ("young", DAY, {"founded_on": "2020-01-01", "penalised[2021]": True}, "no", None),
    ("young", "2025-06-30", {"founded_on": "2020-01-01", "penalised[2022]": False}, "yes", None),
    ("listed", DAY, {"listed_on": "2023-06-30"}, "yes", 3_000_000),
    ("listed", DAY, {"listed_on": "2023-06-29"}, "no", None),
    ("half", "2024-12-31", {"output[2024H1]": 110, "output[2023H1]": 100, "freight[2024Q2]": 300_000}, "yes", None),
    ("half", "2025-03-01", {"output[2024H1]": 110, "output[2023H1]": 100, "freight[2024Q2]": 300_000}, "unknown", None),
    ("half", DAY, {"output[2024H1]": 109.99, "output[2023H1]": 100, "freight[2024Q2]": 300_000}, "no", None),
    ("steady", DAY, {"revenue[2021]": 4, "revenue[2022]": 5_000_000, "revenue[2023]": 5_000_000.01}, "yes", None),
    ("steady", DAY, {"revenue[2022]": 5_000_000, "revenue[2023]": 5_000_000}, "no", None),
    ("steady", DAY, {"revenue[2022]": 5_000_000, "revenue[2023]": 6_000_000}, "unknown", None),
    ("first", DAY, {"revenue[2023]": 100_000_000.01}, "yes", None),
    ("first", DAY, {"revenue[2023]": 100_000_000}, "no", None),
    ("first", DAY, {"revenue[2017]": 100_000_000.01, "revenue[2023]": 200_000_000}, "no", None),
    ("inventions", DAY, {"inventions[2023]": 3}, "yes", 6_000),
    ("inventions", DAY, {"inventions[2023]": 4}, "yes", 7_000),
    ("interest", DAY, {"rd[2023]": 50_000_000, "fund[2023]": 1_000_000}, "yes", 300_000),
    ("interest", DAY, {"rd[2023]": 90_000_000, "fund[2023]": 1_000_000}, "yes", 0),
    ("shown", "2026-05-11", {"publicised_on": "2026-04-30"}, "yes", None),
    ("shown", "2026-05-10", {"publicised_on": "2026-04-30"}, "no", None),
    ("shown", "2026-12-31", {"publicised_on": "2026-12-28"}, "unknown", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Zone:
    folder = tmp_path_factory.mktemp("published")
    written: dict[str, str] = {"zone.yaml": "title: Published\n", "vocabulary/organisation.yaml": VOCABULARY}
    for id, (when, gives) in RULES.items():
        written[f"policies/{id}.yaml"] = (
            f"title: {id}\nsource: {{document: d, trust: illustrative}}\nfrom: 2020-01-01\n"
            f"conditions:\n  it:\n    title: it\n    when: >-\n      {when}\n    reach: never\n{gives}\n"
            "examples: [{title: t, as_of: 2024-06-30, given: {}, expect: unknown}]\n"
        )
    for path, text in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return load_zone(Path(folder))


@pytest.fixture(scope="module")
def answered(zone: Zone) -> Callable[[str, str, Mapping[str, object]], tuple[str, float | None]]:
    plans = {day: plan(zone, date.fromisoformat(day), "organisation") for day in {each[1] for each in CASES}}

    def found(policy: str, day: str, given: Mapping[str, object]) -> tuple[str, float | None]:
        planned = plans[day]
        types = column_types(zone, "organisation", planned.columns)
        known = {name: value for name, value in given.items() if name in types}  # the rest is of another year
        row = given_row(types, as_columns(zone, "organisation", planned.as_of, types, known))
        outcomes = answer(planned, row)
        paid = outcomes.entitled().filter(pl.col("policy") == policy)["amount"]
        return str(outcomes.names(policy)[0]), paid[0] / 100 if len(paid) else None

    return found


@pytest.mark.parametrize(("policy", "day", "given", "outcome", "amount"), CASES)
def test_a_published_rule_at_its_boundary(
    answered: Callable[..., tuple[str, float | None]],
    policy: str,
    day: str,
    given: Mapping[str, object],
    outcome: str,
    amount: float | None,
) -> None:
    assert answered(policy, day, given) == (outcome, amount)
