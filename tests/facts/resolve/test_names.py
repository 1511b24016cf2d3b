from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.facts.resolve.names import NameRules, parse_names

RULES = NameRules.of(["云岭市", "青河省", "北苑新区", "永"])
NORMAL = "云岭多峰样例"

VARIANTS = [
    "云岭多峰样例有限公司",
    "云岭多峰样例有限责任公司",
    "云岭多峰样例股份有限公司",
    "云岭市多峰样例有限公司",
    "云岭 多峰 样例　有限公司",
    "云岭多峰样例公司",
    "云岭多峰样例（有限公司）",
    "多峰样例（云岭）有限公司",
    "多峰样例(云岭市)有限公司",
    "多峰样例【云岭】有限公司",
    "多峰样例有限公司（云岭）",
    "云岭多峰样例（云岭）有限公司",
    "雲嶺多峰樣例有限公司",
    "云岭多峰样例有限公司（筹）",
    "云岭多峰样例有限公司(原云岭旧名有限公司)",
    "“云岭多峰样例”有限公司",
    "云岭·多峰样例有限公司",
    "*ST云岭多峰样例",
    NORMAL,
]


def one(name: str | None) -> dict[str, object]:
    return parse_names(pl.Series([name], dtype=pl.String), RULES).row(0, named=True)


@pytest.mark.parametrize("name", VARIANTS)
def test_spellings_of_one_registered_name_have_one_normal_form(name):
    assert one(name)["normal"] == NORMAL


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("云岭多峰样例有限公司", "云岭多峰样例集团有限公司"),
        ("云岭多峰样例有限公司", "云岭多峰样例有限公司北苑分公司"),
        ("云岭多峰样例有限公司", "青河多峰样例有限公司"),
        ("云岭多峰样例科技有限公司", "云岭多峰样例商贸有限公司"),
        ("云岭第一机械厂", "云岭第二机械厂"),
    ],
)
def test_names_the_register_keeps_apart_stay_apart(first, second):
    assert one(first)["normal"] != one(second)["normal"]


@pytest.mark.parametrize(
    ("name", "part", "value"),
    [
        ("青河省云岭市多峰样例有限公司", "place", "青河云岭"),
        ("青河省云岭市多峰样例有限公司", "core", "多峰样例"),
        ("云岭市场管理有限公司", "core", "市场管理"),
        ("云岭市市政工程有限公司", "core", "市政工程"),
        ("云岭区块链科技有限公司", "core", "区块链科技"),
        ("云岭集团有限公司", "core", "云岭"),
        ("云岭集团有限公司", "group", True),
        ("多峰样例有限公司云岭分公司", "branch", True),
        ("多峰样例有限公司云岭分公司", "core", "多峰样例云岭分公司"),
        ("多峰创业投资合伙企业（有限合伙）", "core", "多峰创业投资"),
        ("ＡＢｃ科技（远州）有限公司", "core", "远州ABC科技"),
        ("多峰样例有限公司（曾用名：云岭旧名有限公司）", "former", "云岭旧名有限公司"),
        ("有限公司", "core", "有限公司"),
        ("", "core", ""),
        (None, "core", ""),
        ("！？", "core", ""),
    ],
)
def test_the_parts_of_a_name(name, part, value):
    assert one(name)[part] == value


def test_a_short_or_empty_place_word_is_no_place():
    assert NameRules.of(["永", "", "云岭"]).places == ("云岭",)


def test_without_declared_places_the_normal_form_keeps_them():
    assert parse_names(pl.Series(["云岭多峰样例有限公司"]))["normal"].to_list() == ["云岭多峰样例"]


PIECES = st.sampled_from(
    [
        *"云岭市省区青河（）()【】公司有限责任股份集团分厂的甲乙ＡbＳＴ*　 原筹：",
        "有限公司",
        "分公司",
        "集团",
        "(云岭)",
        "（原",
        "合伙企业",
    ]
)
NAMES = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=12)


@settings(max_examples=60, deadline=None)  # of long columns: as many names as in many short ones
@given(st.lists(NAMES, min_size=10, max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(names):
    once = parse_names(pl.Series(names, dtype=pl.String), RULES)["normal"]
    assert parse_names(once, RULES)["normal"].to_list() == once.to_list()


@settings(max_examples=50, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_a_name_is_read_the_same_among_any_others(names, random):
    shuffled = list(names)
    random.shuffle(shuffled)
    alone = {name: parse_names(pl.Series([name]), RULES)["normal"].item() for name in names}
    assert parse_names(pl.Series(shuffled), RULES)["normal"].to_list() == [alone[name] for name in shuffled]
