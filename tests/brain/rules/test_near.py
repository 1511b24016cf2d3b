"""Who lacks one or two conditions, which, and how far, for a whole profile at once."""

from __future__ import annotations

from datetime import date

import polars as pl

from duofeng.brain.rules.condition import Condition, Rule, RuleBook
from duofeng.brain.rules.explain import explain
from duofeng.brain.rules.near import near_misses
from duofeng.engine.expression import parse
from duofeng.engine.words import Column
from duofeng.zone.model import Text

AS_OF = date(2024, 5, 10)
WORDS = {"patents": Column("integer", "件"), "grant": Column("money", "元"), "abnormal": Column("flag")}
TEXTS = {"patents": "patents >= 6", "grant": "grant >= 100", "clean": "not abnormal"}
RULE = Rule(
    "award",
    tuple(Condition(name, Text(zh=name, en=name), parse(text, WORDS, want="flag")) for name, text in TEXTS.items()),
)
PROFILE = pl.DataFrame(
    {
        "patents": [6.0, 4.0, 4.0, 1.0, None, 6.0],
        "grant": [100_00, 100_00, 40_00, 1_00, 5_00, 100_00],
        "abnormal": [False, False, False, True, False, True],
    }
)


def test_near_misses_say_which_condition_and_how_far() -> None:
    book = RuleBook.of({"award": RULE}, AS_OF)
    found = near_misses(book, PROFILE, book.run(PROFILE))
    assert found.select("row", "missing", "condition", "gap").rows() == [
        (1, 1, "patents", 2.0),
        (2, 2, "grant", 60_00.0),
        (2, 2, "patents", 2.0),
        (5, 1, "clean", None),
    ]
    assert near_misses(book, PROFILE, book.run(PROFILE), most=1)["row"].to_list() == [1, 5]


def test_near_misses_are_those_of_the_explanation() -> None:
    book = RuleBook.of({"award": RULE}, AS_OF)
    rows = set(near_misses(book, PROFILE, book.run(PROFILE))["row"])
    assert rows == {row for row in range(PROFILE.height) if explain(RULE, PROFILE[row], AS_OF).is_near_miss}


def test_nobody_near_gives_an_empty_table() -> None:
    book = RuleBook.of({"award": RULE}, AS_OF)
    assert near_misses(book, PROFILE[:1], book.run(PROFILE[:1])).is_empty()
