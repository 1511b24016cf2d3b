"""A small vocabulary, a table with everything odd in it, and a generator of expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import polars as pl
import pytest
from hypothesis import strategies as st

from duofeng.engine.expression import Expression, parse
from duofeng.engine.words import CodeSet, Column, Type, Word

VOCABULARY: Mapping[str, Word] = {
    "revenue": Column("money", "元", "year"),
    "rd": Column("money", "元", "year"),
    "electricity": Column("number", "千瓦时", "month"),
    "grant": Column("money", "元"),
    "patents": Column("integer", "件"),
    "staff": Column("integer", "人"),
    "ratio": Column("number", "%"),
    "industry": Column("code"),
    "district": Column("text"),
    "registered_on": Column("date"),
    "listed_on": Column("date"),
    "abnormal": Column("flag"),
    "exporter": Column("flag"),
    "gdp:growth": Column("number", "%", "year"),
}
EXTRA: Mapping[str, Word] = {
    "score:points": Column("number"),
    "outcome:rd-grant": Column("flag"),
    "amount:rd-grant": Column("money", "元"),
}
CODES = {"strategic": CodeSet(frozenset({"39", "40"}), prefix=True), "closed": {"06", "61"}}
AS_OF = date(2024, 5, 10)


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF


@pytest.fixture(scope="session")
def vocabulary() -> Mapping[str, Word]:
    return VOCABULARY


@pytest.fixture(scope="session")
def read() -> Callable[..., Expression]:
    """Parse with the vocabulary, lists and results of these tests."""

    def parsed(text: str, want: Type | None = None) -> Expression:
        return parse(text, VOCABULARY, codes=CODES, extra=EXTRA, want=want)

    return parsed


SCHEMA: dict[str, pl.DataType] = {
    "revenue[2023]": pl.Int64(), "revenue[2022]": pl.Int64(), "revenue[2021]": pl.Int64(), "revenue[2020]": pl.Int64(),
    "rd[2023]": pl.Int64(), "electricity[2024-04]": pl.Float64(), "electricity[2024-03]": pl.Float64(),
    "grant": pl.Int64(), "patents": pl.Float64(), "staff": pl.Float64(), "ratio": pl.Float64(), "industry": pl.String(),
    "district": pl.String(), "registered_on": pl.Date(), "listed_on": pl.Date(), "abnormal": pl.Boolean(),
    "exporter": pl.Boolean(), "score:points": pl.Float64(), "outcome:rd-grant": pl.Boolean(),
    "amount:rd-grant": pl.Int64(),
}  # fmt: skip
MONEY = st.one_of(
    st.sampled_from([0, 1, -1, 50, 100, 149_999, 150_000, 20_000_000_00, 2**53 + 1, 2**62]),
    st.integers(-(10**14), 10**14),
)
NUMBER = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 0.15, 0.29, 28.999999999999996, 29.0, 0.03, 2.5, -2.5, 1e9, 1e-9, 1e300]),
    st.integers(-50, 50).map(float),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3)),
)
CELLS: dict[pl.DataType, st.SearchStrategy[object]] = {
    pl.Int64(): MONEY,
    pl.Float64(): NUMBER,
    pl.String(): st.sampled_from(["39", "3911", "40", "06", "61", "软件园", "电子信息", "it's", "a\\b", "50%_", ""]),
    pl.Date(): st.dates(date(1998, 1, 1), date(2030, 12, 31)) | st.sampled_from([date(2020, 2, 29), AS_OF]),
    pl.Boolean(): st.booleans(),
}


@pytest.fixture(scope="session")
def schema() -> dict[str, pl.DataType]:
    return SCHEMA


@pytest.fixture(scope="session")
def rows() -> st.SearchStrategy[dict[str, object]]:
    """One subject; every third value is unknown."""
    return st.fixed_dictionaries(
        {name: st.one_of(st.none(), CELLS[kind], CELLS[kind]) for name, kind in SCHEMA.items()}
    )


# ---- expressions ----------------------------------------------------------------------------------------------------

NUMBERS = ["patents", "staff", "ratio", "electricity[-1]", "score('points')", "year(registered_on)", "1", "0.5", "29",
           "years_between(registered_on, as_of)", "months_between(listed_on, registered_on)", "sum(electricity[-2:-1])",
           "days_between(registered_on, listed_on)", "growth(revenue[-2:-1])", "cagr(revenue[-4:-1])",
           "avg(electricity[-2:-1])", "(registered_on - listed_on)", "max(electricity[-2:-1])", "0.03",
           "growth(electricity[-2:-1])"]  # fmt: skip
MONIES = ["revenue[-1]", "revenue[2022]", "rd[-1]", "grant", "amount('rd-grant')", "sum(revenue[-3:-1])",
          "avg(revenue[-3:-1])", "min(revenue[-2:-1])"]  # fmt: skip
DATES = ["registered_on", "listed_on", "as_of", "date '2020-02-29'"]
FLAGS = ["abnormal", "exporter", "outcome('rd-grant')", "industry in codes('strategic')", "industry in ('39', '06')",
         "district like '%信%'", "starts_with(industry, '3', '6')", "district = '软件园'", "district <> industry",
         "industry not in codes('closed')", "patents in (1, 2, 3)", "grant in (0.5, 1)", "district = 'it''s'",
         "true"]  # fmt: skip


Choose = Callable[[Sequence[str]], str]
SIGNS = ("<", "<=", ">", ">=", "=", "<>")


class Author:
    """Writes well-typed expressions. `choose` picks one of several: a draw of hypothesis, or a seeded generator."""

    def __init__(self, choose: Choose, depth: int = 3) -> None:
        self.choose = choose
        self.depth = depth

    def write(self, kind: str, depth: int | None = None) -> str:
        left = self.depth if depth is None else depth
        forms = {"flag": FLAG_FORMS, "number": NUMBER_FORMS, "money": MONEY_FORMS, "date": DATE_FORMS}[kind]
        leaves = {"flag": FLAGS, "number": NUMBERS, "money": MONIES, "date": DATES}[kind]
        if left == 0 or self.choose(("leaf", "form", "form")) == "leaf":
            return self.choose(leaves)
        form = self.choose(forms)
        for letter, inner in (("F", "flag"), ("N", "number"), ("M", "money"), ("D", "date")):
            while letter in form:
                form = form.replace(letter, self.write(inner, left - 1).translate(HIDE), 1)
        while "§" in form:
            form = form.replace("§", self.choose(SIGNS), 1)
        return form.translate(SHOW)


# Capital letters stand for a part of that kind, § for a comparison; parts already written hide theirs.
HIDE = str.maketrans("FNMDQH", "\x01\x02\x03\x04\x05\x06")
SHOW = str.maketrans("\x01\x02\x03\x04\x05\x06", "FNMDQH")
NUMBER_FORMS = [
    "(N + N)", "(N - N)", "(N * N)", "(N / N)", "abs(N)", "sqrt(N)", "ln(N)", "exp(N)", "power(N, 2)", "round(N)",
    "floor(N)", "ceil(N)", "round(N, 2)", "round(N, -1)", "least(N, N)", "greatest(N, N, N)", "(M / M)", "(-N)",
    "case when F then N else N end", "case when F then N end", "absent(ratio, 3) * N", "count_true(F, F, F)",
]  # fmt: skip
MONEY_FORMS = [
    "(M + M)", "(M - M)", "(M * 0.15)", "(M * 1.1)", "(0.005 * M)", "(M * N)", "(M * (1 / 3))", "(M / 3)", "(M / 0.7)",
    "(M / N)", "(M / -2)", "least(M, 1_000_000)", "greatest(M, M)", "round(M)", "floor(M)", "ceil(M)", "round(M, -4)",
    "round(M, 1)", "abs(M)", "case when F then M when F then 5000 else M end", "(-M)",
]  # fmt: skip
DATE_FORMS = ["(D + 365)", "(D - N)", "(D + N)", "case when F then D else D end", "greatest(D, D)"]
FLAG_FORMS = [
    "(N § N)", "(N § 0.29)", "(N § 29)", "(M § M)", "(M § 150_000)", "(D § D)", "(D § '2020-02-29')", "(F and F)",
    "(F or F)", "(not F)", "(F or F or F)", "at_least(2, F, F, F)", "(count_true(F, F, F) § 2)",
    "(count_true(F, F) > N)", "(M / M § 0.03)", "(N between N and N)", "(M between M and M)", "(N in (1, 29, 0.5))",
    "case when F then F end", "case when F then F when F then F else F end",
]  # fmt: skip


@pytest.fixture(scope="session")
def author() -> Callable[[Choose], Author]:
    return Author
