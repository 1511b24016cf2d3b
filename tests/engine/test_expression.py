"""Every mistake of a rule is found before anything runs, at its place, with the nearest right word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.engine import (
    problems,  # noqa: F401  # declares the codes
    tree,
)
from duofeng.engine.expression import Expression, bind, columns_needed, parse
from duofeng.engine.words import Column, Word
from duofeng.kernel.problem import Problem, ProblemError, Span
from duofeng.tell.words import told_in

Read = Callable[..., Expression]


def mistakes(read: Read, text: str, **options: object) -> tuple[Problem, ...]:
    with pytest.raises(ProblemError) as caught:
        read(text, **options)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "E500", 1),
        ("patents >", "E500", 9),
        ("patents > 3 and and abnormal", "E500", 17),
        ("patents > 3; abnormal", "E500", 1),
        ("district = 'x", "E500", 1),
        ("revenue[-1", "E500", 8),
        ("patents > 3万", "E502", 1),
        ("(select 1) > 2", "E502", 2),
        ("patents ＞ 3", "E502", 9),
        ("patents > 3 -- enough", "E502", 11),
        ("patents::int > 3", "E500", 14),
        ("case patents when 1 then true end", "E502", 6),
        ("patents in ()", "E502", 1),
        ("patents in (staff)", "E502", 1),
        ("patentz > 3", "E503", 1),
        ("abnormal or revenu[-1] > 3", "E503", 13),
        ("greates(patents, 3) > 1", "E504", 1),
        ("least(patents) > 1", "E505", 1),
        ("at_least(4, abnormal, exporter)", "E505", 1),
        ("growth(revenue[-1]) > 0", "E505", 1),
        ("absent(patents + 1, 0) > 1", "E505", 1),
        ("revenue[-1] > patents", "E506", 1),
        ("revenue[-1] + patents > 1", "E506", 1),
        ("registered_on > 5", "E506", 17),
        ("least(nosuch, 1) > 1", "E503", 7),
        ("greatest(1, nosuch[-1]) > 1", "E503", 13),
        ("case when abnormal then nosuch else 1 end > 1", "E503", 25),
        ("1 between 'x' and 3", "E506", 1),
        ("industry > '39'", "E506", 1),
        ("case when abnormal then patents else district end = 3", "E506", 38),
        ("patents and abnormal", "E507", 1),
        ("abs(abnormal) > 1", "E507", 5),
        ("patents in codes('strategic')", "E507", 1),
        ("revenue > 3", "E508", 1),
        ("patents[-1] > 3", "E509", 1),
        ("revenue[2022-01] > 3", "E510", 1),
        ("revenue[0] > 3", "E510", 1),
        ("sum(revenue[-1:-3]) > 3", "E510", 5),
        ("revenue[-3:-1] > 3", "E511", 1),
        ("industry in codes('strategc')", "E512", 13),
        ("score('point') > 3", "E513", 1),
        ("registered_on > '2020-13-01'", "E514", 17),
        ("revenue[-1] > 0.001", "E514", 15),
        ("patents > 1e999", "E514", 11),
        ("patents / 0 > 1", "E515", 1),
        ("patents / (3 - 3) > 1", "E515", 1),
        ("patents is null", "E516", 1),
        ("coalesce(patents, 0) > 1", "E516", 1),
        ("abnormal = null", "E516", 1),
    ],
)
def test_a_mistake_has_its_code_and_place(text: str, code: str, column: int, read: Read) -> None:
    found = mistakes(read, text, want="flag")
    assert [(one.code, one.span.column if one.span else None) for one in found] == [(code, column)]
    assert str(found[0].message) != told_in("en", found[0].message)


def test_all_mistakes_are_reported_at_once(read: Read) -> None:
    found = mistakes(read, "revenu[-1] > 3 and foo(patents) > 1 and industry in codes('x')")
    assert [one.code for one in found] == ["E503", "E504", "E512"]


def test_a_wrong_word_comes_with_the_nearest_right_one(read: Read) -> None:
    assert "是不是“revenue”？" in str(mistakes(read, "revenu[-1] > 3")[0])
    assert "是不是“strategic”？" in str(mistakes(read, "industry in codes('strategc')")[0])


@pytest.mark.parametrize("written", ["zzzz > 3", "qqq(revenue[-1]) > 3", "industry in codes('zz')", "score('zz') > 3"])
def test_with_nothing_near_it_says_what_there_is(read: Read, written: str) -> None:
    said = str(mistakes(read, written)[0])
    assert "—" not in said
    assert "可用的有" in said or "一个也没有" in said


def test_places_count_lines_and_start_where_the_text_starts(vocabulary: Mapping[str, Word]) -> None:
    text = "abnormal\n  or revenu[-1] > 3"
    with pytest.raises(ProblemError) as caught:
        parse(text, vocabulary, begins=Span("rd.yaml", 19, 12))
    assert str(caught.value.problems[0].span) == "rd.yaml:20:6"
    with pytest.raises(ProblemError) as caught:
        parse("revenu[-1] > 3", vocabulary, begins=Span("rd.yaml", 19, 12))
    assert str(caught.value.problems[0].span) == "rd.yaml:19:12"


@pytest.mark.parametrize(
    "text",
    [
        "abnormal and " * 400 + "abnormal",
        "(" * 40 + "abnormal" + ")" * 40,
        "not " * 20 + "abnormal",
        "+".join(["patents"] * 300) + " > 1",
        "sum(electricity[-500:-1]) > 1",
    ],
)
def test_an_expression_is_bounded(text: str, read: Read) -> None:
    assert [one.code for one in mistakes(read, text)] == ["E501"]


def test_a_long_chain_of_conditions_is_flat(read: Read, as_of: date) -> None:
    assert columns_needed(read(" and ".join(["abnormal"] * 250)), as_of) == ("abnormal",)


@given(text=st.text(alphabet="ab([])<>=+-*/'\".,:;!|&{}%@#$?\\ 01九，。\n\t", max_size=40) | st.text(max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_text_raises_anything_but_problems(text: str, read: Read) -> None:
    try:
        read(text)
    except ProblemError as error:
        assert all(one.span is not None for one in error.problems)


@pytest.mark.parametrize(
    "word", ["grant", "show", "order", "date", "rank", "values", "set", "update", "interval", "desc"]
)
def test_a_word_of_sql_may_be_an_attribute(word: str) -> None:
    assert parse(f"{word} >= 3 and not {word} < 4", {word: Column("number")}).attributes == {word}


def test_a_number_takes_the_type_of_the_other_side(read: Read) -> None:
    assert read("revenue[-1] >= 20_000_000") == read("20000000.00 <= revenue[-1]")
    assert read("case when abnormal then 500_000 else 200_000 end", "money").type == "money"
    assert read("least(1_000_000, 0.1 * rd[-1])", "money").type == "money"
    assert read("rd[-1] / revenue[-1]").type == "number"
    assert read("registered_on - listed_on").unit == "day"


def test_columns_follow_the_date_asked_for(read: Read) -> None:
    expression = read("sum(electricity[-3:-1]) > 1 and revenue[-1] > 1 and revenue[2020] > 1 and score('points') > 1")
    assert columns_needed(expression, date(2024, 2, 1)) == (
        "electricity[2023-11]", "electricity[2023-12]", "electricity[2024-01]", "revenue[2023]", "revenue[2020]",
        "score:points",
    )  # fmt: skip
    assert "revenue[2024]" in columns_needed(expression, date(2024, 12, 31))
    assert "revenue[2022]" in columns_needed(expression, date(2023, 12, 30))


def test_measures_of_an_indicator_are_words_too(read: Read, as_of: date) -> None:
    assert columns_needed(read("gdp:growth[-1] >= 6"), as_of) == ("gdp:growth[2023]",)


def test_equal_meaning_is_equal_whatever_the_text(read: Read) -> None:
    assert read("patents >= 3") == read("( PATENTS >= 3.0 )".replace("PATENTS", "patents"))
    assert read("count_true(abnormal, exporter) >= 2") == read("at_least(2, abnormal, exporter)")
    assert read("abnormal = false") == read("not abnormal")
    assert hash(read("patents >= 3")) == hash(read("3 <= patents"))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("sum(revenue[-3:-1]) >= money(10_000)", {"sum(revenue[-3:-1])"}),
        ("(patents + staff) / 2 >= 3", {"(patents + staff) / 2", "patents + staff"}),
        ("not (abnormal or exporter)", {"not (abnormal or exporter)", "abnormal or exporter"}),
        ("case when abnormal then 1 else 2 end > 1", {"case when abnormal then 1 else 2 end"}),
        ("industry in codes('strategic') and exporter", {"industry in codes('strategic')"}),
        ("absent(abnormal, false)", {"absent(abnormal, false)"}),
    ],
)
def test_a_part_is_quoted_whole_with_its_brackets_and_words(read: Read, text: str, pieces: set[str]) -> None:
    expression = read(text, "flag")
    quoted = {expression.source_of(node) for node in tree.walk(expression.node)}
    assert {text, *pieces} <= quoted


def test_a_part_is_told_in_the_words_of_its_own_text(read: Read, as_of: date) -> None:
    texts = ["rd[-1] / revenue[-1] >= 0.03", "patents >= 3 and rd[-1] / revenue[-1] >= 0.03"]
    for text in texts:
        expression = read(text, "flag")
        ratio = next(node for node in tree.walk(bind(expression, as_of)) if isinstance(node, tree.Arithmetic))
        assert expression.source_of(ratio) == "rd[-1] / revenue[-1]"
