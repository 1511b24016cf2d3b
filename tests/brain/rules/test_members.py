"""Whom an answer about other subjects rests on, by name."""

from __future__ import annotations

from datetime import date

import polars as pl

from duofeng.brain.rules.condition import Condition, Rule
from duofeng.brain.rules.explain import explain
from duofeng.brain.rules.members import Members, members
from duofeng.engine.expression import Expression, parse
from duofeng.engine.links import linked, links_needed
from duofeng.engine.words import Column, Registers, Standpoint
from duofeng.tell.words import told, told_in
from duofeng.zone.model import Text

AS_OF = date(2024, 5, 10)
REGISTERS: Registers = {
    "organisation": {"park": Column("reference", to="place"), "products": Column("text", many=True)},
    "project": {"carrier": Column("reference", to="organisation"), "stage": Column("text"),
                "amount": Column("money", "元")},
    "place": {"operator": Column("reference", to="organisation"), "title": Column("text")},
}  # fmt: skip
FRAMES = {
    "organisation": pl.DataFrame({"subject": ["F1", "F2"], "park": ["P1", None], "products": [["a", "b"], None]}),
    "project": pl.DataFrame({
        "subject": ["J1", "J2", "J3", "J4"], "carrier": ["F1", "F1", "F1", "F2"],
        "stage": ["ended", "started", None, "started"], "amount": [100, 200, 300, 400],
    }),
    "place": pl.DataFrame({"subject": ["P1"], "operator": ["F2"], "title": ["Hill"]}),
}  # fmt: skip


def read(text: str) -> Expression:
    return parse(text, REGISTERS["organisation"], at=Standpoint("organisation", REGISTERS))


def found(text: str, row: int = 0) -> tuple[Members, ...]:
    return members(read(text), FRAMES["organisation"].slice(row, 1), AS_OF, FRAMES)


def test_a_look_back_names_the_lines_that_count() -> None:
    (one,) = found("count(project.carrier where stage = 'started') >= 2")
    assert (one.register, one.total, one.counted, one.doubtful) == ("project", 3, 1, 1)
    assert [(each.subject, each.counts) for each in one.first] == [("J2", "yes"), ("J3", "unknown"), ("J1", "no")]
    assert told_in("en", one.said(lambda _, key: key.lower())) == "1 of 3: j2; 1 unknown"
    assert told(one.said(lambda _, key: key)) == "3 个中 1 个：J2；1 个未知"


def test_what_each_line_says_is_kept() -> None:
    (one,) = found("sum(project.carrier, amount where stage <> 'ended') > 2")
    assert [str(each.value) for each in one.first] == ["2", "3", "1"]


def test_of_many_lines_ten_are_named() -> None:
    many = pl.DataFrame({"subject": [f"J{n}" for n in range(50)], "carrier": ["F1"] * 50, "stage": ["started"] * 50})
    frames = {**FRAMES, "project": many}
    (one,) = members(read("count(project.carrier) > 1"), FRAMES["organisation"].head(1), AS_OF, frames)
    assert (one.total, one.counted, len(one.first)) == (50, 50, 10)
    assert told_in("en", one.said(lambda _, key: key)).endswith("J9, …")


def test_a_follow_names_every_subject_on_its_way() -> None:
    way = found("park.operator.park.title = 'Hill'")
    assert [(each.register, each.first[0].subject) for each in way] == [("place", "P1"), ("organisation", "F2")]
    assert found("park.title = 'x'", row=1) == ()


def test_an_explanation_shows_what_other_subjects_say() -> None:
    text = "count(project.carrier where stage = 'started') >= 3 and park.title = 'Hall' and size(products) > 2"
    rule = Rule("r", (Condition("c", Text(zh="t", en="t"), read(text)),))
    row = linked(FRAMES["organisation"], links_needed(read(text), AS_OF), FRAMES).head(1)
    answer = explain(rule, row, AS_OF).conditions[0]
    assert [(used.column, used.value) for used in answer.used] == [
        ("count(project.carrier where stage = 'started')", None), ("park.title", "Hill"), ("products", "a、b"),
    ]  # fmt: skip
    assert answer.answer == "no"
    assert ("size(products)", 1.0) in [(gap.what, gap.by) for gap in answer.gaps]
