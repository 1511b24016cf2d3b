"""The firm 多峰样例 asks why: each condition, its truth, the values, what is missing and how far."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from duofeng.brain.rules.condition import Condition, Rule, RuleBook
from duofeng.brain.rules.explain import Explanation, explain, missing_columns
from duofeng.engine.expression import parse
from duofeng.engine.program import Absent
from duofeng.engine.words import Column
from duofeng.tell.words import told, told_in
from duofeng.zone.model import Text

AS_OF = date(2024, 5, 10)
WORDS = {
    "patents": Column("integer", "件"),
    "rd": Column("money", "元", "year"),
    "revenue": Column("money", "元", "year"),
    "registered_on": Column("date"),
    "abnormal": Column("flag"),
}


def condition(name: str, text: str, absent: Absent = "unknown") -> Condition:
    return Condition(name, Text(zh=name, en=name), parse(text, WORDS, want="flag"), absent=absent)


RULE = Rule(
    "rd-award",
    (
        condition("patents", "patents >= 6"),
        condition("share", "rd[-1] / revenue[-1] >= 0.03"),
        condition("age", "registered_on <= as_of - 365"),
        condition("clean", "not abnormal", "no"),
    ),
)
FIRM = {
    "patents": 6.0,
    "rd[2023]": 30_000_00,
    "revenue[2023]": 1_000_000_00,
    "registered_on": date(2020, 1, 1),
    "abnormal": False,
}


def subject(**changed: object) -> pl.DataFrame:
    facts = FIRM | {name.replace("__", "[2023]"): value for name, value in changed.items()}
    types = {"patents": pl.Float64, "rd[2023]": pl.Int64, "revenue[2023]": pl.Int64, "registered_on": pl.Date}
    return pl.DataFrame([facts], schema={**types, "abnormal": pl.Boolean})


def explained(**changed: object) -> Explanation:
    return explain(RULE, subject(**changed), AS_OF)


def test_a_firm_that_meets_everything_is_told_with_the_values_used() -> None:
    found = explained()
    assert found.answer == "yes"
    share = found.conditions[1]
    assert [(used.column, used.value, used.unit) for used in share.used] == [
        ("rd[2023]", Decimal("30000"), "元"),
        ("revenue[2023]", Decimal("1000000"), "元"),
    ]


def test_a_near_miss_says_how_far_in_its_own_unit() -> None:
    found = explained(patents=4.0, rd__=27_000_00)
    assert found.answer == "no"
    gaps = [gap for one in found.failed for gap in one.gaps]
    assert [told(gap.said) for gap in gaps] == ["还差 2 件", "还差 0.3 个百分点（3,000元）"]
    assert told_in("en", gaps[1].said) == "0.3 percentage points short (3,000 yuan)"
    assert (gaps[0].value, gaps[0].needed) == (4.0, 6.0)


def test_days_are_counted_too() -> None:
    gap = explained(registered_on=date(2023, 6, 11)).failed[0].gaps[0]
    assert (told(gap.said), told_in("en", gap.said)) == ("超出 31 天", "31 days too much")


def test_an_unknown_answer_names_the_missing_columns() -> None:
    found = explained(rd__=None)
    assert (found.answer, found.missing) == ("unknown", ("rd[2023]",))
    assert found.conditions[1].answer == "unknown"


def test_what_is_missing_is_the_same_without_the_explanation() -> None:
    for unknown in ({}, {"rd__": None}, {"rd__": None, "registered_on": None, "abnormal": None}, {"revenue__": 0}):
        firm = subject(**unknown)
        assert missing_columns(RULE, firm, AS_OF) == explain(RULE, firm, AS_OF).missing


def test_a_failed_condition_makes_no_whatever_else_is_unknown() -> None:
    found = explained(rd__=None, patents=1.0)
    assert found.answer == "no"


def test_division_by_zero_in_the_data_is_unknown_with_its_reason() -> None:
    one = explained(revenue__=0).conditions[1]
    assert (one.answer, one.missing) == ("unknown", ())
    assert one.reasons == (("division by zero", "rd[-1] / revenue[-1]"),)


def test_a_declared_absence_is_an_answer_and_says_so() -> None:
    found = explained(abnormal=None)
    assert found.answer == "no"
    assert (found.failed[0].condition.id, found.failed[0].declared_absent) == ("clean", True)


def test_one_subject_is_explained_at_a_time() -> None:
    with pytest.raises(ValueError, match="one subject"):
        explain(RULE, pl.DataFrame([FIRM, FIRM]), AS_OF)


def test_rules_that_share_a_condition_answer_it_once_and_the_bytes_agree_with_the_explanation() -> None:
    other = Rule("patents-award", (condition("enough", "6 <= patents"), condition("clean", "not abnormal")))
    book = RuleBook.of({rule.id: rule for rule in (RULE, other)}, AS_OF)
    assert book.places == {"rd-award": (0, 1, 2, 3), "patents-award": (0, 4)}
    profile = pl.DataFrame([FIRM, FIRM | {"patents": 1.0}, FIRM | {"abnormal": None}])
    assert book.statuses(book.run(profile)).tolist() == [[0, 1, 4], [0, 1, 252]]
    assert set(book.columns) == set(FIRM)
