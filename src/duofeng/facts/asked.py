"""The columns of a profile as they are asked for: `industry`, `revenue[2023]`, `electricity[2024-05]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from duofeng.facts.fact import VALUE_OF_TYPE, VALUES
from duofeng.facts.problems import ATTRIBUTE_UNKNOWN, PERIOD_NEEDED, PERIOD_REFUSED
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem, ProblemError, hint

FORM = re.compile(r"(?P<attribute>[^\[\]]+)(?:\[(?P<period>[^\]]+)\])?")
EXAMPLE = {"year": "2023", "half": "2023H1", "quarter": "2023Q3", "month": "2023-06", "day": "2023-06-15"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of a profile: its name, the attribute, the period of a flow, and where its values are kept.

    `many`: it is a set, a list column; `to`: the register its references lead to.
    """

    column: str
    attribute: str
    period: Period | None
    value: str
    many: bool = False
    to: str | None = None

    @property
    def dtype(self) -> pl.DataType:
        return pl.List(VALUES[self.value]) if self.many else VALUES[self.value]


def asked_columns(attributes: Mapping[str, Mapping[str, Any]], kind: str, columns: Sequence[str]) -> list[Asked]:
    """The columns, understood. Raises ProblemError with every one that is not in the vocabulary of the kind."""
    known = attributes.get(kind, {})
    asked: list[Asked] = []
    problems: list[Problem] = []
    for column in dict.fromkeys(columns):
        try:
            asked.append(_asked(column, kind, known))
        except ProblemError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemError(problems)
    return asked


def _asked(column: str, kind: str, known: Mapping[str, Any]) -> Asked:
    form = FORM.fullmatch(column)
    name = form["attribute"] if form else column
    if form is None or name not in known:
        raise ProblemError(ATTRIBUTE_UNKNOWN.at(kind=kind, attribute=name, **hint(name, known)))
    attribute = known[name]
    if attribute.per == "state":
        if form["period"] is not None:
            raise ProblemError(PERIOD_REFUSED.at(attribute=name))
        many, to = getattr(attribute, "many", False), getattr(attribute, "to", None)
        return Asked(column, name, None, VALUE_OF_TYPE[attribute.type], many, to)
    if form["period"] is None:
        raise ProblemError(PERIOD_NEEDED.at(attribute=name, example=EXAMPLE[attribute.per]))
    return Asked(column, name, Period.parse(form["period"]), VALUE_OF_TYPE[attribute.type])
