"""What a check says of one item: problems at places inside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from duofeng.kernel.problem import Problem, ProblemKind, Span
from duofeng.zone.model import Declared
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
        self.problems.append(kind.at(self._span(path, on_key, offset), **params))

    def problem(self, problem: Problem, path: Steps = (), *, on_key: bool = False, offset: int = 0) -> None:
        """The same for a problem that a room below found, such as a unit or a period."""
        self.problems.append(replace(problem, span=self._span(path, on_key, offset)))

    def _span(self, path: Steps, on_key: bool, offset: int) -> Span:
        origin = self.item.origin
        return origin.file.span((*origin.path, *path), key=on_key or not path, offset=offset)
