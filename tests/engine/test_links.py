"""What other subjects say: followed along references, looked back along them, as a plain reading in Python has it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from duofeng.engine import spark, spark_links
from duofeng.engine.canonical import text_of
from duofeng.engine.distance import distance
from duofeng.engine.expression import Expression, bind, columns_needed, parse
from duofeng.engine.links import linked, links_needed
from duofeng.engine.program import compile_program, evaluate
from duofeng.engine.words import LARGEST_MONEY, Column, Registers, Standpoint
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in

AS_OF = date(2024, 5, 10)
REGISTERS: Registers = {
    "organisation": {
        "name": Column("text"),
        "revenue": Column("money", "元", "year"),
        "staff": Column("integer", "人"),
        "park": Column("reference", to="place"),
    },
    "project": {
        "carrier": Column("reference", to="organisation"),
        "partners": Column("reference", to="organisation", many=True),
        "stage": Column("code"),
        "amount": Column("money", "元"),
        "hours": Column("number", "小时"),
        "signed_on": Column("date"),
        "open": Column("flag"),
    },
    "place": {"title": Column("text"), "operator": Column("reference", to="organisation")},
    "person": {"parent": Column("reference", to="person"), "born_on": Column("date")},
}
NO_SHRINKING = (Phase.explicit, Phase.generate)
FIRMS = [f"F{number}" for number in range(6)]
PARKS = ["P1", "P2"]


SCORES: Registers = {"place": {"score:good": Column("number")}}


def read(text: str, register: str = "organisation", want: Any = None) -> Expression:
    return parse(text, REGISTERS[register], at=Standpoint(register, REGISTERS, results=SCORES), want=want)


def known(value: object, chance: random.Random) -> object:
    return None if chance.random() < 0.2 else value


def firms(chance: random.Random) -> pl.DataFrame:
    schema = {"subject": pl.String, "name": pl.String, "revenue[2023]": pl.Int64, "revenue[2022]": pl.Int64,
              "staff": pl.Float64, "park": pl.String}  # fmt: skip
    rows = [
        (key, known(f"firm {key}", chance), known(chance.randint(0, 900), chance), known(chance.randint(0, 9), chance),
         known(float(chance.randint(0, 50)), chance), known(chance.choice([*PARKS, "P9"]), chance))
        for key in FIRMS
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def projects(chance: random.Random, count: int) -> pl.DataFrame:
    schema = {"subject": pl.String, "carrier": pl.String, "partners": pl.List(pl.String), "stage": pl.String,
              "amount": pl.Int64, "hours": pl.Float64, "signed_on": pl.Date, "open": pl.Boolean}  # fmt: skip
    amounts = [0, 1, -5, 50_000, 2**62, -(2**62), 2**63 - 1, chance.randint(-(10**12), 10**12)]
    rows = [
        (f"J{number}", known(chance.choice([*FIRMS, "F99"]), chance),
         known(chance.sample(FIRMS, chance.randint(0, 3)), chance), known(chance.choice(["started", "ended"]), chance),
         known(chance.choice(amounts), chance), known(chance.choice([0.5, 1.25, 8.0, -2.0]), chance),
         known(date(2024, 1, 1) + timedelta(days=chance.randint(-400, 400)), chance),
         known(chance.random() < 0.5, chance))
        for number in range(count)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def parks(chance: random.Random) -> pl.DataFrame:
    rows = [(key, known(f"park {key}", chance), known(chance.choice(FIRMS), chance)) for key in PARKS]
    return pl.DataFrame(rows, schema=["subject", "title", "operator"], orient="row", schema_overrides={
        "title": pl.String, "operator": pl.String})  # fmt: skip


def answers(text: str, frames: Mapping[str, pl.DataFrame], register: str = "organisation") -> list[object]:
    expression = read(text, register)
    frame = linked(frames[register], links_needed(expression, AS_OF), frames)
    return evaluate(expression, frame, AS_OF).to_list()


# ---- a plain reading --------------------------------------------------------------------------------------------


def plainly(
    function: str, via: str, value: str | None, where: str | None, frames: Mapping[str, pl.DataFrame]
) -> list[object]:
    lines = frames["project"]
    counts = [WHERES[where](row) for row in lines.iter_rows(named=True)]
    values = evaluate(read(value, "project"), lines, AS_OF).to_list() if value else [None] * lines.height
    found = []
    for key in frames["organisation"]["subject"]:
        mine = [
            (count, each)
            for owner, count, each in zip(lines[via].to_list(), counts, values, strict=True)
            if owner is not None and (key in owner if isinstance(owner, list) else key == owner)
        ]
        found.append(one(function, mine))
    return found


def one(function: str, lines: list[tuple[bool | None, Any]]) -> object:
    sure = [value for counts, value in lines if counts]
    doubtful = any(counts is None for counts, _ in lines)
    if function == "any":
        return True if sure else (None if doubtful else False)
    if function == "count":
        return None if doubtful else float(len(sure))
    if doubtful or any(value is None for value in sure) or (not sure and function != "sum"):
        return None
    whole = bool(sure) and isinstance(sure[0], int)
    return {"sum": fitting, "min": min, "max": max, "share": mean, "avg": money_mean if whole else mean,
            "median": (lambda values: half_up(middle(values))) if whole else median}[function](sure)  # fmt: skip


def fitting(values: list[Any]) -> Any:
    return None if isinstance(sum(values), int) and abs(sum(values)) > LARGEST_MONEY else sum(values)


def middle(values: list[int]) -> list[int]:
    ordered = sorted(values)
    return [ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]]


def half_up(values: list[int]) -> int:
    return int((Decimal(sum(values)) / Decimal(len(values))).quantize(Decimal(1), ROUND_HALF_UP))


def money_mean(values: list[int]) -> int | None:
    return None if fitting(values) is None else half_up(values)


def mean(values: list[Any]) -> float:
    return sum(values) / len(values)


def kleene_and(*parts: bool | None) -> bool | None:
    return False if False in parts else (None if None in parts else True)


def opposite(part: bool | None) -> bool | None:
    return None if part is None else not part


def above(value: Any, bound: Any) -> bool | None:
    return None if value is None else value > bound


Row = Mapping[str, Any]
WHERES: Mapping[str | None, Callable[[Row], bool | None]] = {
    None: lambda _: True,
    "stage = 'started'": lambda row: None if row["stage"] is None else row["stage"] == "started",
    "signed_on > '2024-01-01' and open": lambda row: kleene_and(above(row["signed_on"], date(2024, 1, 1)), row["open"]),
    "known(amount) and known(hours)": lambda row: row["amount"] is not None and row["hours"] is not None,
    "not (open and amount <= 100)": lambda row: opposite(
        kleene_and(row["open"], opposite(above(row["amount"], 10_000)))
    ),
    "open and known(stage)": lambda row: kleene_and(row["open"], row["stage"] is not None),
}
LOOKS = [("count", None), ("any", None), ("share", "open"), ("share", "amount > 5"), ("sum", "amount"),
         ("sum", "hours"), ("sum", "hours * 2"), ("avg", "amount"), ("avg", "hours"), ("median", "amount"),
         ("median", "hours"), ("min", "amount"), ("max", "hours"), ("min", "signed_on"), ("max", "signed_on"),
         ("sum", "0.5 * amount")]  # fmt: skip


@pytest.mark.parametrize("via", ["carrier", "partners"])
@given(seed=st.integers(0, 10**6), count=st.sampled_from([0, 1, 5, 40]))
@settings(deadline=None, max_examples=8, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
def test_every_look_back_is_what_a_plain_reading_gives(via: str, seed: int, count: int) -> None:
    chance = random.Random(seed)
    frames = {"organisation": firms(chance), "project": projects(chance, count)}
    texts = {}
    for function, value in LOOKS:
        for where in WHERES:
            inside = ("" if value is None else f", {value}") + ("" if where is None else f" where {where}")
            texts[f"{function}(project.{via}{inside})"] = (function, value, where)
    links = links_needed([read(text) for text in texts], AS_OF)
    frame = linked(frames["organisation"], links, frames)
    for text, (function, value, where) in texts.items():
        wanted = plainly(function, via, value, where, frames)
        assert evaluate(read(text), frame, AS_OF).to_list() == wanted, text


# ---- following --------------------------------------------------------------------------------------------------


@pytest.fixture
def frames() -> dict[str, pl.DataFrame]:
    return {
        "organisation": pl.DataFrame({
            "subject": ["F1", "F2", "F3"], "name": ["One", "Two", None], "park": ["P1", None, "P9"],
            "revenue[2023]": [100, 200, None], "revenue[2022]": [50, 100, 100], "staff": [5.0, 6.0, None],
        }),
        "place": pl.DataFrame({
            "subject": ["P1", "P2"], "title": ["Hill", None], "operator": ["F2", "F9"], "score:good": [60.0, None],
        }),
        "project": pl.DataFrame({
            "subject": ["J1", "J2", "J3", "J4"], "carrier": ["F1", "F1", "F3", None],
            "stage": ["started", None, "ended", "started"], "amount": [10, None, 30, 40],
        }),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "register", "expected"),
    [
        ("park.title", "organisation", ["Hill", None, None]),
        ("park.score('good')", "organisation", [60, None, None]),
        ("avg(place.operator, score('good'))", "organisation", [None, 60, None]),
        ("park.title = 'Hill'", "organisation", [True, None, None]),
        ("park.operator.name", "organisation", ["Two", None, None]),
        ("carrier.park.operator.name", "project", ["Two", "Two", None, None]),
        ("carrier.revenue[-1]", "project", [100, 100, None, None]),
        ("sum(carrier.revenue[-2:-1])", "project", [150, 150, None, None]),
        ("growth(carrier.revenue[-2:-1]) >= 1", "project", [True, True, None, None]),
        ("carrier.revenue[-1] / carrier.staff", "project", [20, 20, None, None]),
        ("carrier.count(project.carrier)", "project", [2.0, 2.0, 1.0, None]),
        ("carrier = 'F1' or carrier in ('F3')", "project", [True, True, True, None]),
        ("absent(park.title, 'nowhere')", "organisation", ["Hill", "nowhere", "nowhere"]),
        ("count(project.carrier where carrier.staff = 5)", "organisation", [2.0, 0.0, None]),
        ("carrier.count(project.carrier where stage = 'started') >= 1", "project", [True, True, False, None]),
        ("carrier.count(project.carrier where stage = 'started') < 3", "project", [True, True, True, None]),
        ("any(organisation.park where count_true(name = 'One', staff > 9) = 1)", "place", [True, False]),
    ],
)
def test_references_are_followed(
    text: str, register: str, expected: list[object], frames: dict[str, pl.DataFrame]
) -> None:
    assert answers(text, frames, register) == expected


def test_a_register_may_point_to_itself() -> None:
    people = pl.DataFrame({"subject": ["A", "B", "C"], "parent": ["B", "C", "A"], "born_on": [date(2000, 1, 1)] * 3})
    assert answers("parent.parent.parent.born_on = born_on", {"person": people}, "person") == [True] * 3
    assert answers("count(person.parent)", {"person": people}, "person") == [1.0] * 3


def test_circles_of_references_are_followed_step_by_step_and_looked_back_over() -> None:
    """A points to B and B to A, C to itself: each is a step like any other, and three steps are the most."""
    born = [date(1990, 1, 1), date(1960, 1, 1), date(1930, 1, 1)]
    people = pl.DataFrame({"subject": ["A", "B", "C"], "parent": ["B", "A", "C"], "born_on": born})
    before = {"parent.born_on < '1980-01-01'": [True, False, True], "parent.parent.born_on = born_on": [True] * 3}
    before["max(person.parent, born_on) = parent.born_on"] = [True] * 3
    for text, expected in before.items():
        assert answers(text, {"person": people}, "person") == expected
    for text, code in (("parent.parent.parent.parent.born_on = born_on", "E523"),
                       ("count(person.parent where count(person.parent) > 0)", "E502")):  # fmt: skip
        with pytest.raises(ProblemError) as refused:
            read(text, "person")
        assert [problem.code for problem in refused.value.problems] == [code]


# ---- unknown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("count(project.carrier where stage = 'started') >= 1", [True, False, False]),
        ("count(project.carrier where stage = 'started') >= 2", [None, False, False]),
        ("count(project.carrier where stage = 'started') >= 3", [False, False, False]),
        ("count(project.carrier where stage = 'started') < 1", [False, True, True]),
        ("count(project.carrier where stage = 'started') <= 2", [True, True, True]),
        ("count(project.carrier where stage = 'started') = 3", [False, False, False]),
        ("count(project.carrier where stage = 'started') = 2", [None, False, False]),
        ("count(project.carrier where stage = 'started') <> 0", [True, False, False]),
        ("not count(project.carrier where stage = 'started') >= 1", [False, True, True]),
        ("any(project.carrier where stage = 'started')", [True, False, False]),
        ("any(project.carrier where stage = 'ended')", [None, False, True]),
        ("sum(project.carrier, amount) >= 0", [None, True, True]),
        ("sum(project.carrier, amount where known(amount)) >= 0", [True, True, True]),
        ("share(project.carrier, stage = 'ended') >= 0", [None, None, True]),
        ("max(project.carrier, amount) >= 0.1", [True, None, True]),
        ("max(project.carrier, amount) > 0.1", [None, None, True]),
        ("min(project.carrier, amount) <= 0.1", [True, None, False]),
        ("max(project.carrier, amount where stage = 'started') < 0.1", [False, None, None]),
        ("min(project.carrier, amount where stage = 'started') > 0.1", [False, None, None]),
        ("max(project.carrier, amount where stage = 'started') = 0.2", [None, None, None]),
        ("max(project.carrier, amount where stage = 'started') = 0.05", [False, None, None]),
        ("max(project.carrier, amount where known(amount) and stage = 'started') < 0.2", [True, None, None]),
    ],
)
def test_a_look_back_is_answered_as_soon_as_enough_is_known(
    text: str, answer: list[bool | None], frames: dict[str, pl.DataFrame]
) -> None:
    assert answers(text, frames) == answer
    expression = read(text)
    frame = linked(frames["organisation"], links_needed(expression, AS_OF), frames)
    truths = compile_program([expression], AS_OF).run(frame)
    assert truths.series(0).to_list() == answer


@given(seed=st.integers(0, 10**6), data=st.data())
@settings(deadline=None, max_examples=60, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
def test_removing_a_fact_of_a_line_may_only_make_an_answer_unknown(seed: int, data: st.DataObject) -> None:
    chance = random.Random(seed)
    frames = {"organisation": firms(chance), "project": projects(chance, 8)}
    function, value = data.draw(st.sampled_from(LOOKS))
    where = data.draw(st.sampled_from([where for where in WHERES if where is None or "known" not in where]))
    inside = ("" if value is None else f", {value}") + ("" if where is None else f" where {where}")
    bound = {"count": " >= 2", "any": "", "share": " > 0.4"}.get(function, "")
    if function in {"min", "max"} and value != "signed_on":
        bound = data.draw(st.sampled_from([" >= 1", " < 2", " = 0.5"]))
    text = f"{function}(project.carrier{inside}){bound}"
    before = answers(text, frames)
    row, column = data.draw(st.integers(0, 7)), data.draw(st.sampled_from(["stage", "amount", "hours", "open"]))
    cells = frames["project"][column].to_list()
    cells[row] = None
    lines = frames["project"].with_columns(pl.Series(column, cells, frames["project"].schema[column]))
    after = answers(text, {**frames, "project": lines})
    assert all(new is None or new == old for old, new in zip(before, after, strict=True)), text


# ---- what is needed, what is read -------------------------------------------------------------------------------


def test_only_the_columns_a_rule_reads_are_asked_of_each_register() -> None:
    looks_back = "sum(project.carrier, amount where carrier.staff > 3)"
    rule = read(f"park.operator.revenue[-1] > 5 and {looks_back} > 9 and staff > 1")
    links = links_needed(rule, AS_OF)
    assert columns_needed(rule, AS_OF) == ("park", "staff")
    assert links.columns == {
        "place": ("operator",),
        "organisation": ("revenue[2023]", "staff"),
        "project": ("carrier", "amount"),
    }
    assert links.names == ("park.operator.revenue[2023]", looks_back)
    assert rule.attributes == {"park", "staff"}
    assert rule.elsewhere == {
        ("place", "operator"), ("organisation", "revenue"), ("organisation", "staff"), ("project", "carrier"),
        ("project", "amount"),
    }  # fmt: skip


def test_the_same_question_in_other_words_is_one_column() -> None:
    first = read("count(project.carrier where amount >= 5 and stage = 'x') > 1")
    second = read("2 < count(project.carrier where (5.00 <= amount and stage = 'x'))")
    assert links_needed([first, second], AS_OF).names == links_needed(first, AS_OF).names


@pytest.mark.parametrize(
    "text",
    [
        "count(project.carrier where (stage = 'it''s' or open) and not amount > 100) >= 2",
        "sum(project.carrier, amount where carrier.staff > 3 and stage like 'a%') > 0.5",
        "sum(park.operator.revenue[-2:-1]) / park.operator.revenue[2022] > 1.5",
        "share(project.carrier, open where known(stage)) < 0.25 or max(project.carrier, signed_on) < as_of",
        "case when any(project.partners where amount in (1, -2.5)) then -(staff - 2) * 3 else least(staff, 4) end > -1",
        "park.score('good') > 1 and avg(place.operator, score('good')) < 3",
        "at_least(2, starts_with(name, 'a', 'b'), staff between 1 and 5, park.count(organisation.park) > 3)",
    ],
)
def test_the_text_of_a_bound_rule_means_the_same(text: str) -> None:
    bound = bind(read(text), AS_OF)
    assert bind(read(text_of(bound)), AS_OF) == bound


def test_a_reference_to_a_register_nobody_declared_is_told_where_it_is_and_not_again_by_every_rule() -> None:
    project = {**REGISTERS["project"], "carrier": Column("reference", to="organization")}
    here = Standpoint("organisation", {**REGISTERS, "project": project})
    with pytest.raises(ProblemError) as raised:
        parse("count(project.carrier) > 1 and nosuch = 1", REGISTERS["organisation"], at=here)
    assert [problem.code for problem in raised.value.problems] == ["E503"]


def test_how_far_a_count_is_from_what_is_asked(frames: dict[str, pl.DataFrame]) -> None:
    rule = read("count(project.carrier where known(stage) and stage = 'started') >= 3")
    frame = linked(frames["organisation"], links_needed(rule, AS_OF), frames)
    assert distance(rule, frame, AS_OF)["gap"].to_list() == [2.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("count(projct.carrier) > 1", "E517", "Did you mean 'project'"),
        ("count(project.carier) > 1", "E503", "Did you mean 'project.carrier'"),
        ("count(project.stage) > 1", "E518", "Known: project.carrier"),
        ("count(place.operator) > 1 and sum(organisation.park, staff) > 1", "E519", "points to 'place'"),
        ("staff.name = 'x'", "E518", "'staff' is a whole number, no reference"),
        ("park.titel = 'x'", "E503", "Did you mean 'title'"),
        ("park.operator.park.operator.name = 'x'", "E523", "4 references"),
        ("count(project.carrier where count(project.carrier) > 1) > 1", "E502", "no aggregate inside"),
        ("count(project.carrier where carrier.any(project.carrier)) > 1", "E502", "no aggregate inside"),
        ("count(project.carrier where amount) > 1", "E507", "a condition is needed"),
        ("sum(project.carrier, stage) > 1", "E505", "sum(contract.fund, amount where"),
        ("sum(project.carrier) > 1", "E505", "sum(contract.fund, amount where"),
        ("count(project) > 1", "E505", "count(project.carrier where"),
        ("count(project.carrier, open) > 1", "E505", "count(project.carrier where"),
        ("known(park)", "E502", "only in the where"),
        ("staff > 1 where staff > 2", "E502", "only inside an aggregate"),
        ("park.outcome('x')", "E502", "in their own register"),
        ("park.score('x') > 1", "E513", "Known: good"),
        ("carrier.park.score('good') > 1", "E503", "carrier"),
        ("park.abs(staff) > 1", "E502", "write abs("),
        ("park.revenue[-1] > 1", "E503", "unknown attribute 'revenue'"),
        ("least(nosuch, 1) > 1", "E503", "unknown attribute 'nosuch'"),
        ("greatest(1, nosuch) > 1", "E503", "unknown attribute 'nosuch'"),
        ("case when staff > 1 then nosuch else 1 end > 1", "E503", "unknown attribute 'nosuch'"),
    ],
)
def test_what_cannot_be_asked_is_said_at_once(text: str, code: str, said: str) -> None:
    with pytest.raises(ProblemError) as raised:
        read(text)
    assert [problem.code for problem in raised.value.problems] == [code]
    assert said in told_in("en", raised.value.problems[0].message)


def test_a_mistake_is_placed_where_it_stands() -> None:
    with pytest.raises(ProblemError) as raised:
        read("staff > 1 and park.titel = 'x'\n  or count(project.carrier where stagee = 'y') > 1")
    spans = [problem.span for problem in raised.value.problems]
    assert [(span.line, span.column) for span in spans if span] == [(1, 20), (2, 34)]


def test_a_set_of_references_leads_to_no_single_subject() -> None:
    with pytest.raises(ProblemError, match="有多个"):
        read("partners.staff > 1", "project")


@pytest.mark.spark
@pytest.mark.parametrize("via", ["carrier", "partners"])
def test_spark_gives_the_same_look_backs_and_follows(via: str, spark_session: Any) -> None:
    chance = random.Random(via)
    frames = {"organisation": firms(chance), "project": projects(chance, 40), "place": parks(chance)}
    texts = [
        f"{function}(project.{via}{'' if value is None else f', {value}'}{'' if where is None else f' where {where}'})"
        for function, value in LOOKS
        for where in chance.sample(list(WHERES), 2)
    ]
    texts += [f"count(project.{via} where open) {sign} 2" for sign in ("=", "<>", "<", ">=")]
    texts += ["park.title", "park.operator.revenue[-1]", "park.count(organisation.park where staff > 9)",
              f"any(project.{via} where carrier.staff > 5)", "sum(park.operator.revenue[-2:-1])"]  # fmt: skip
    expressions = {f"e{number}": read(text) for number, text in enumerate(texts)}
    links = links_needed(expressions.values(), AS_OF)
    ours = linked(frames["organisation"], links, frames)
    theirs = {register: in_spark(spark_session, frame) for register, frame in frames.items()}
    there = spark_links.linked(theirs["organisation"], links, theirs).orderBy("subject")
    rows = spark.evaluate(there, expressions, AS_OF).collect()
    for (name, expression), text in zip(expressions.items(), texts, strict=True):
        wanted = evaluate(expression, ours, AS_OF).to_list()
        assert [row[name] for row in rows] == wanted, text


SPARK_TYPES: Mapping[Any, str] = {pl.Int64(): "bigint", pl.Float64(): "double", pl.String(): "string",
                                  pl.Date(): "date", pl.Boolean(): "boolean",
                                  pl.List(pl.String): "array<string>"}  # fmt: skip


def in_spark(session: Any, frame: pl.DataFrame) -> Any:
    types = ", ".join(f"{spark.quoted(name)} {SPARK_TYPES[kind]}" for name, kind in frame.schema.items())
    return session.createDataFrame(frame.rows(), types).coalesce(1)
