"""What is read without a mistake and yet is hardly ever meant."""

from __future__ import annotations

from collections.abc import Iterator

from duofeng.engine import tree
from duofeng.engine.expression import Expression
from duofeng.engine.problems import ROUNDED_YEARS
from duofeng.engine.syntax import Text
from duofeng.kernel.problem import Problem

WHOLE = frozenset({"years_between", "months_between"})


def traps(expression: Expression) -> Iterator[Problem]:
    """Warnings, each at its line and column of the text."""
    for node in tree.walk(expression.node):
        match node:
            case tree.Compare(operator="<=", left=tree.Call(function=function), right=tree.Constant(value=most)):
                if function in WHOLE:
                    place = Text(expression.text).span(node.left.start)
                    yield ROUNDED_YEARS.at(place, function=function, most=most)
