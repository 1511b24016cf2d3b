"""What tells two names apart, in small registers and large ones, and the words it is told in."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.facts.resolve.differences import differences, told_apart
from duofeng.facts.resolve.names import NameRules, parse_names
from duofeng.facts.resolve.review import reasons
from duofeng.facts.resolve.score import LISTED, match_names
from duofeng.tell.language import speaking
from duofeng.tell.words import told

RULES = NameRules.of(["云岭市", "青河省"], legal_forms=["Α.Ε.Ε."], telling=["ΥΠΟΚΑΤΆΣΤΗΜΑ"])

ALWAYS = [
    ("云岭市第三中学", "云岭市第四中学", "number"),
    ("云岭市第三中学", "云岭市第十三中学", "number"),
    ("云岭建筑工程有限公司", "云岭第三建筑工程有限公司", "number"),
    ("云岭一号线建设有限公司", "云岭2号线建设有限公司", "number"),
    ("云岭市总工会", "云岭市工会", "relation"),
    ("云岭晨星科技有限公司", "云岭晨星科技有限公司工会委员会", "relation"),
    ("青河大学", "青河大学附属医院", "relation"),
    ("国网青河省电力公司", "国网青河省电力公司云岭供电公司", "relation"),
    ("云岭城建公司", "云岭城建总公司", "relation"),
    ("工商银行云岭分行", "工商银行云岭北苑支行", "relation"),
    ("万客隆超市有限公司科学大道店", "万客隆超市有限公司", "relation"),
    ("云岭市人民医院", "云岭县人民医院", "relation"),
    ("华瑞（上海）信息技术有限公司", "华瑞（北京）信息技术有限公司", "bracket"),
    ("云岭晨星科技有限公司", "青河晨星科技有限公司", "place"),
    ("洛阳晨星科技有限公司", "云岭晨星科技有限公司", "place"),
    ("云岭东区市政工程有限公司", "云岭西区市政工程有限公司", "side"),
    ("云岭阳光口腔门诊部", "云岭阳光眼科门诊部", "word"),
    ("Riverside School No. 3", "Riverside School No. 4", "number"),
    ("Bluewater Shipping Company", "Bluewater Shipping Company, Leeds Branch", "relation"),
    ("Northbridge Optical Inc.", "Southbridge Optical Inc.", "word"),
    ("Γαλάζιο Κύμα Α.Ε.Ε.", "Γαλάζιο Κύμα Υποκατάστημα", "relation"),
]  # fmt: skip
IN_SMALL_REGISTERS = [
    ("云岭晨星科技有限公司", "云岭晨星科技集团有限公司", "group"),
    ("贝果（洛阳）科技有限公司", "贝果科技有限公司", "bracket"),
    ("云岭东站管理处", "云岭站管理处", "side"),
    ("云岭鸿图电子有限公司", "云岭鸿运电子有限公司", "rest"),
    ("云岭汇通达物流有限公司", "云岭汇达通物流有限公司", "order"),
    ("云岭第二实验幼儿园", "云岭第二幼儿园", "word"),
]
NEVER = [
    ("云岭多峰样例智能装备有限公司", "多峰样例智能装备有限公司"),
    ("云岭多峰样例科技有限公司", "云岭多峰样例有限公司"),
    ("Northbridge Optical Inc.", "Northbrige Optical Incorporated"),
    ("Harlow & Finch Engineering Ltd", "Harlow and Finch Eng. Limited"),
]


def two(first: str, second: str, rules: NameRules = RULES) -> list[dict[str, object]]:
    return parse_names(pl.Series([first, second]), rules).to_dicts()


def answer(asked: str, *register: str, rules: NameRules = RULES) -> str:
    found = match_names(pl.Series([asked]), pl.Series(register), rules)
    return str(found["answer"][0]) if found.height else "no"


@pytest.mark.parametrize(("first", "second", "why"), ALWAYS)
def test_a_number_a_relation_or_another_word_makes_another_subject(first, second, why):
    assert differences(*two(first, second), RULES)[0].why == why
    assert told_apart(*two(first, second), RULES, small=False)
    assert answer(first, second) != "yes"
    assert answer(second, first) != "yes"


@pytest.mark.parametrize(("first", "second", "why"), IN_SMALL_REGISTERS)
def test_what_one_name_lacks_tells_apart_where_the_register_is_too_small_to_hold_both(first, second, why):
    assert why in {each.why for each in differences(*two(first, second), RULES)}
    assert told_apart(*two(first, second), RULES, small=True)
    assert not told_apart(*two(first, second), RULES, small=False)
    assert answer(first, second) != "yes"


@pytest.mark.parametrize(("first", "second"), NEVER)
def test_a_left_out_place_or_general_word_and_a_misspelt_word_do_not(first, second):
    assert not told_apart(*two(first, second), RULES, small=True)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("云岭市第7人民医院", "云岭市第七人民医院"),
        ("云岭103厂", "云岭一零三厂"),
        ("NORTHBRIDGE OPTICAL, INCORPORATED", "Northbridge Optical Inc."),
        ("Orion Robotics G.m.b.H.", "ORION ROBOTICS GmbH"),
        ("Tanaka Precision (Shanghai) Co.,Ltd", "TANAKA PRECISION (SHANGHAI) CO., LTD."),
        ("Harlow and Finch Limited", "Harlow & Finch Ltd"),
        ("Γαλάζιο Κύμα Α.Ε.Ε.", "ΓΑΛΆΖΙΟ ΚΎΜΑ"),
    ],
)
def test_numbers_and_legal_forms_are_one_however_they_are_written(asked, known):
    assert answer(asked, known) == "yes"


def test_a_name_in_another_language_is_one_where_it_is_declared():
    register = pl.Series(["云岭中原电气股份有限公司", "Yunling Plain Electric Co., Ltd."])
    found = match_names(
        pl.Series(["YUNLING PLAIN ELECTRIC CO LTD"]), register, same_subject=pl.Series([4, 4]).to_numpy()
    )
    assert found.select("register", "answer", "how").rows() == [(1, "yes", "name")]


def test_the_reasons_say_what_is_common_and_what_differs():
    pair = pl.DataFrame({"name": ["云岭市第三中学"], "candidate_name": ["云岭市第四中学"], "how": ["likeness"]})
    with speaking("zh"):
        assert list(map(told, reasons(pair, RULES)[0])) == ["相同：中学", "数字或序号不同：第三 / 第四"]
    with speaking("en"):
        assert list(map(told, reasons(pair, RULES)[0]))[1] == "another number: 第三 / 第四"


def test_at_most_three_candidates_are_asked_about_and_none_without_a_chance():
    register = pl.Series([f"云岭市第{number}中学" for number in "一二三四五六七八九"])
    found = match_names(pl.Series(["云岭市中学", "云岭市第十中学"]), register, RULES)
    assert found.group_by("asked").len()["len"].max() == LISTED
    assert (found.filter(answer="ask")["score"] >= 0.005).all()
    assert not (found["answer"] == "yes").any()


NAMES = st.lists(
    st.sampled_from(
        [*"云岭青河一二三四第东西南北多峰晨星", "中学", "医院", "附属", "分公司", "工会", "集团", "科技", "公司",
         "（洛阳）", "East ", "School ", "No. 3 ", "Ltd"]
    ),
    min_size=1, max_size=8,
).map("".join)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(NAMES, NAMES)
def test_it_does_not_matter_which_name_comes_first(first, second):
    there, back = differences(*two(first, second), RULES), differences(*two(second, first), RULES)
    if "order" not in {each.why for each in there}:
        assert sorted((each.why, each.telling) for each in there) == sorted((each.why, each.telling) for each in back)
    assert told_apart(*two(first, second), RULES, small=True) == told_apart(*two(second, first), RULES, small=True)


@settings(max_examples=20, deadline=None)
@given(NAMES)
def test_a_name_does_not_differ_from_itself(name):
    assert differences(*two(name, name), RULES) == []


@settings(max_examples=5, deadline=None)
@given(NAMES, st.lists(NAMES, min_size=1, max_size=6), st.lists(NAMES, max_size=20))
def test_names_added_to_a_register_join_nothing_new_to_those_that_were_there(asked, register, more):
    def joined(names: list[str]) -> str | None:
        found = match_names(pl.Series([asked]), pl.Series(names), RULES).filter(pl.col("answer") == "yes")
        return names[found["register"][0]] if found.height else None

    before, after = joined(register), joined(register + more)
    assert after in {before, None} or after in more
