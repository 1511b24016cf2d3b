"""Periods as they are typed in declared files."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from duofeng.kernel.period import Period
from duofeng.kernel.problem import KINDS, ProblemError
from duofeng.zone.model import refusal, typed


def _period_text(value: Any) -> Any:
    text = typed(value)
    if not isinstance(text, str):
        return value
    try:
        return str(Period.parse(text))
    except ProblemError as error:
        problem = error.problems[0]
        raise refusal(KINDS[problem.code], **problem.params) from None


def canonical(text: str) -> str:
    """The canonical text of a period, or the text itself when it is none."""
    try:
        return str(Period.parse(text))
    except ProblemError:
        return text


PeriodText = Annotated[
    str, BeforeValidator(_period_text), WithJsonSchema({"type": ["string", "integer"], "examples": ["2023H1", 2023]})
]
"""The canonical text of a period, whichever way it was typed."""
