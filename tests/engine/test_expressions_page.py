"""docs/expressions.md cannot lie: what it shows is read, what it claims is answered."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.engine.expression import columns_needed, parse
from duofeng.engine.functions import SIGNATURES
from duofeng.engine.program import evaluate
from duofeng.engine.words import CodeSet, Column, Standpoint, Type, Word
from duofeng.kernel.calendar import WorkCalendar
from duofeng.tell.words import told_in

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "expressions.md").read_text("utf-8")
AS_OF = date(2024, 5, 10)
SHOWN = (("Conditions", "flag"), ("Other subjects", "flag"), ("Several values", "flag"), ("Amounts", "money"))
CODES = {"strategic": CodeSet(frozenset({"39"}), prefix=True)}
EXTRA = {
    "score:innovation-points": Column("number"),
    "score:innovation-points.ip": Column("number"),
    "outcome:rd-award": Column("flag"),
}


def rows(header: str) -> list[list[str]]:
    """Cells of the table that begins with `header`."""
    table = PAGE.split(header)[1].split("\n\n", maxsplit=1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def vocabulary() -> dict[str, Word]:
    words: dict[str, Word] = {}
    for names, kind, units, per in rows("| word | type | unit | per |"):
        for number, name in enumerate(re.findall(r"`([^`]+)`", names)):
            unit = ([*units.split(", "), *[units] * 5])[number] or None
            words[name] = Column(kind, unit, per)  # type: ignore[arg-type]  # the page names types of `Type`
    return words


def registers() -> dict[str, dict[str, Word]]:
    """The words of the section on other subjects, as it tells them."""
    instant, products = Column("instant"), Column("code", many=True)
    firm = vocabulary() | {"park": Column("reference", to="place"), "products": products}
    firm |= {"checked_at": instant, "closed_at": instant, "location": Column("point")}
    carrier, partners = Column("reference", to="organisation"), Column("reference", to="organisation", many=True)
    money = Column("money", "元")
    project: dict[str, Word] = {"carrier": carrier, "partners": partners, "stage": Column("code"), "amount": money}
    place: dict[str, Word] = {"title": Column("text"), "operator": carrier}
    place |= {"location": Column("point"), "ground": Column("geometry")}
    return {"organisation": firm, "project": project | {"signed_on": Column("date")}, "place": place}


def section(title: str) -> str:
    return PAGE.split(f"## {title}")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (line, want)
        for title, want in SHOWN
        for line in section(title).split("```sql\n")[1].split("\n```")[0].splitlines()
    ],
)
def test_every_expression_shown_is_read(text: str, want: Type) -> None:
    words = registers()
    scores = {"place": {"score:incubators": Column("number")}, "organisation": EXTRA}
    at = Standpoint("organisation", words, results=scores, calendar=WorkCalendar())
    assert parse(text, words["organisation"], codes=CODES, extra=EXTRA, want=want, at=at).type == want


@pytest.mark.parametrize(("text", "facts", "answer"), rows("| expression | facts | answer |"))
def test_every_answer_claimed_is_given(text: str, facts: str, answer: str) -> None:
    expression = parse(text.strip("`"), vocabulary(), codes=CODES, extra=EXTRA)
    known = dict(pair.split("=") for pair in facts.split(", ")) if facts else {}
    words = vocabulary()
    columns = {}
    for name in columns_needed(expression, AS_OF):
        kind = words[name.split("[")[0]].type
        kept = {"money": pl.Int64, "code": pl.String, "flag": pl.Boolean}.get(kind, pl.Float64)
        value = known.get(name)
        columns[name] = pl.Series([None if value is None else float(value)]).cast(kept)
    found = evaluate(expression, pl.DataFrame(columns), AS_OF)[0]
    assert {True: "yes", False: "no", None: "unknown"}[found] == answer


def test_every_function_is_listed_as_it_is_declared() -> None:
    declared = [[f"`{one.shape}`", str(one.about), told_in("en", one.about)] for one in SIGNATURES.values()]
    assert rows("| written | 中文 | gives |") == declared


def test_periods_mean_what_the_page_says() -> None:
    words = vocabulary()
    assert columns_needed(parse("revenue[-1]", words), AS_OF) == ("revenue[2023]",)
    assert columns_needed(parse("revenue[-1]", words), date(2024, 12, 31)) == ("revenue[2024]",)
    assert columns_needed(parse("electricity[-1]", words), AS_OF) == ("electricity[2024-04]",)
    places = "electricity[M01] + electricity[M12-1] + sum(electricity[M01:M03])"
    months = ["2024-01", "2023-12", "2024-02", "2024-03"]
    assert columns_needed(parse(places, words), AS_OF) == tuple(f"electricity[{month}]" for month in months)
    assert columns_needed(parse("revenue[Y] + revenue[Y-1]", words), AS_OF) == ("revenue[2024]", "revenue[2023]")
    year = columns_needed(parse("sum(electricity[-12:-1])", words), AS_OF)
    assert (year[0], year[-1], len(year)) == ("electricity[2023-05]", "electricity[2024-04]", 12)
