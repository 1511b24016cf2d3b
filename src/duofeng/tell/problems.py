"""Problems as a report, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable

from duofeng.kernel.problem import Problem
from duofeng.tell.words import told


def report(problem: Problem) -> str:
    """`file:line:column   CODE  message`, and below it the offending line as written."""
    head = f"{problem.code}  {told(problem.message)}"
    if problem.span is None:
        return head
    lines = [f"{problem.span}   {head}"]
    if problem.span.text is not None:
        lines.append(f"    {problem.span.text.strip()}")
    return "\n".join(lines)


def as_json(problem: Problem) -> dict[str, object]:
    """The same problem for programs: the message in the reader's language, the place as numbers."""
    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "message": told(problem.message),
        "params": {name: _plain(value) for name, value in problem.params.items()},
    }


def _plain(value: object) -> object:
    return value if isinstance(value, (int, str)) else told("{value}", value=value)


def reports(problems: Iterable[Problem]) -> str:
    return "\n".join(map(report, problems))
