"""Whom an answer rests on where a condition asks other subjects, named as far as this person may know."""

from __future__ import annotations

import polars as pl

from duofeng.brain.rules.members import members
from duofeng.engine.expression import Expression
from duofeng.tell.words import told
from duofeng.web.references import end_of
from duofeng.web.run_view import RunView
from duofeng.web.sight import Sight


def rests_on(view: RunView, sight: Sight, expression: Expression, row: pl.DataFrame) -> tuple[str, ...]:
    """One text for each thing asked of others; nothing where this person does not read what was asked of them."""
    if not expression.elsewhere or not sight.sees_parts(expression):
        return ()

    def name(register: str, subject: str) -> str:
        return end_of(view, sight.rights, register, subject).name

    found = members(expression, row, view.run.as_of, view.others(sight.register))
    return tuple(told(each.said(name)) for each in found if each.total)
