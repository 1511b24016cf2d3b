from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.facts.resolve.candidates import Encoded
from duofeng.facts.resolve.evidence import MEASURES, Names, Rarity, Register, common_weight, measure
from duofeng.facts.resolve.names import NameRules, parse_names
from duofeng.facts.resolve.score import WEIGHTS, Thresholds, match_names

RULES = NameRules.of(["云岭", "青河", "永州"])
TRADES = ["科技", "商贸", "智能装备", "生物科技", "餐饮管理", "建筑工程", "机械设备", "信息技术"]


@cache
def register() -> pl.Series:
    """2,000 fictional names with random brands, and a few with names near each other."""
    random = np.random.default_rng(5)
    brands = ["".join(chr(0x4E00 + int(code)) for code in random.integers(0, 4000, 2)) for _ in range(2000)]
    names = [f"云岭{brand}{TRADES[number % len(TRADES)]}有限公司" for number, brand in enumerate(brands)]
    near = ["云岭第一纺织机械有限公司", "云岭第二纺织机械有限公司", "云岭晨星科技有限公司", "青河晨星科技有限公司"]
    return pl.Series([*names, "云岭多峰样例智能装备有限公司", *near])


def answer(name: str) -> tuple[str, str | None]:
    found = match_names(pl.Series([name]), register(), RULES)
    if found.is_empty():
        return "no", None
    best = found.row(0, named=True)
    return best["answer"], register()[best["register"]]


@pytest.mark.parametrize(
    "name",
    [
        "多峰样例智能装备有限公司",
        "多峰样例智能装备",
        "云岭多峰样例智能装备股份有限公司",
        "云岭多峰样例智能装配有限公司",
        "云岭多样峰例智能装备有限公司",
        "云岭多峰样例装备",
    ],
)
def test_a_damaged_name_finds_its_firm(name):
    assert answer(name) == ("yes", "云岭多峰样例智能装备有限公司")


def test_a_wrong_character_in_the_brand_is_asked_about_where_other_firms_are_near():
    assert answer("云岭多峰样列智能装备有限公司") == ("ask", "云岭多峰样例智能装备有限公司")


@pytest.mark.parametrize(
    "name",
    [
        "青河多峰样例智能装备有限公司",
        "云岭第三纺织机械有限公司",
        "云岭多峰样例智能装备有限公司永州分公司",
        "青河远山餐饮管理有限公司",
        "智能装备有限公司",
        "云岭",
        "",
    ],
)
def test_what_the_register_does_not_hold_is_not_claimed(name):
    assert answer(name)[0] != "yes"


def test_a_name_that_two_firms_bear_is_asked_about():
    assert answer("晨星科技有限公司")[0] == "ask"


def test_scores_of_one_name_are_shares_of_one_whole():
    found = match_names(pl.Series(["晨星科技", "多峰样例", "第一纺织"]), register(), RULES)
    total = found.group_by("asked").agg(pl.col("score").sum())
    assert (total["score"] <= 1 + 1e-9).all()
    assert found["score"].is_between(0, 1).all()


def test_the_thresholds_decide_between_claiming_and_asking():
    name = pl.Series(["云岭多峰样列智能装备有限公司"])
    score = match_names(name, register(), RULES)["score"][0]
    strict = match_names(name, register(), RULES, thresholds=Thresholds(yes=score + 1e-6))
    assert strict["answer"][0] == "ask"
    assert match_names(name, register(), RULES, thresholds=Thresholds(yes=1.1, no=1.05))["answer"][0] == "no"


def test_an_empty_register_or_nothing_asked_gives_no_candidates():
    nothing = pl.Series([], dtype=pl.String)
    assert match_names(pl.Series(["多峰样例"]), nothing).is_empty()
    assert match_names(nothing, register()).is_empty()


def test_the_answer_to_a_name_does_not_depend_on_the_others_asked():
    names = ["多峰样例智能", "晨星科技", "云岭第一纺机", "没有的企业", ""]
    together = match_names(pl.Series(names), register(), RULES)
    backwards = match_names(pl.Series(names[::-1]), register(), RULES)
    assert together.with_columns(asked=4 - pl.col("asked")).sort("asked", "rank").equals(backwards)


def test_two_names_of_one_owner_do_not_compete():
    known = pl.Series(["云岭晨星科技有限公司", "晨星科技集团有限公司"])
    owner = np.array([7, 7])
    found = match_names(pl.Series(["晨星科技有限公司"]), known, RULES, same_subject=owner)
    assert found.height == 1


def test_every_measure_has_a_weight():
    assert set(WEIGHTS) == set(MEASURES)


SHORT = st.text(alphabet="多峰样例云岭科技一二集团", min_size=1, max_size=10)


@settings(max_examples=150, deadline=None)
@given(SHORT, SHORT)
def test_measures_are_symmetric(first, second):
    parsed = parse_names(pl.Series([first, second, "云岭多峰", "科技一集团"]), RULES)
    known = Register.of(parsed)
    names = Names.of(parsed)
    both = np.array([0, 1]), np.array([1, 0])
    there, back = measure(names, known, both)
    assert np.allclose(there, back)


@settings(max_examples=100, deadline=None)
@given(SHORT, SHORT)
def test_the_common_weight_is_that_of_the_heaviest_common_subsequence(first, second):
    names = Encoded.of(pl.Series([first, second]))
    weights = Rarity.of(names).weights
    found = common_weight(names.take(np.array([0])), names.take(np.array([1])), weights)

    @cache
    def heaviest(a: int, b: int) -> float:
        if a == 0 or b == 0:
            return 0.0
        best = max(heaviest(a - 1, b), heaviest(a, b - 1))
        if first[a - 1] == second[b - 1]:
            best = max(best, heaviest(a - 1, b - 1) + float(weights[ord(first[a - 1])]))
        return best

    assert found[0] == pytest.approx(heaviest(len(first), len(second)), rel=1e-5)
