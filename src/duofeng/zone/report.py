"""What a check says of one item: problems at places inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import ParamSpec, TypeVar

from duofeng.kernel.problem import Problem, ProblemKind, Span
from duofeng.zone.model import Declared, Refused
from duofeng.zone.source_file import Steps


@dataclass(frozen=True)
class Report:
    """Adds problems of one item to a list.

    `path` leads to the value inside the item, `on_key` points at its key instead, `offset` counts characters into it.
    """

    item: Declared
    problems: list[Problem]

    def __call__(
        self, kind: ProblemKind, path: Steps = (), /, *, on_key: bool = False, offset: int = 0, **params: object
    ) -> None:
        self.problem(kind.at(None, **params), path, on_key=on_key, offset=offset)

    def problem(self, problem: Problem, path: Steps = (), *, on_key: bool = False, offset: int = 0) -> None:
        """The same for a problem that a room below found, such as a unit or a period."""
        if not any(path[:depth] in self.item.lost for depth in range(len(path) + 1)):
            self.problems.append(replace(problem, span=self._span(path, on_key, offset)))

    def once(self, problem: Problem) -> None:
        """Add a problem that has its place, unless it was told already."""
        if problem not in self.problems:
            self.problems.append(problem)

    def _span(self, path: Steps, on_key: bool, offset: int) -> Span:
        origin = self.item.origin
        return origin.file.span((*origin.path, *path), key=on_key or not path, offset=offset)


P = ParamSpec("P")
R = TypeVar("R")


def alone(check: Callable[P, R]) -> Callable[P, R | None]:
    """A check that stops where it asks for a value that was refused: what it said holds, and those after it go on."""

    @wraps(check)
    def up_to_what_was_refused(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return check(*args, **kwargs)
        except Refused:
            return None

    return up_to_what_was_refused
