"""What is wrong, where, and what would be right: one object for the terminal, the web, JSON and the docs.

Each code is declared once, next to the code that reports it, with its message and its explanation in Chinese and in
English. `duofeng explain CODE` and `docs/problems.md` are printed from the same declarations.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Language = Literal["zh", "en"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file. `line` and `column` count from 1; `text` is the offending line as written."""

    file: str
    line: int | None = None
    column: int | None = None
    text: str | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A declared code. Messages are `str.format` templates over a problem's `params`."""

    code: str
    zh: str
    en: str
    explain_zh: str
    explain_en: str
    severity: Severity = "error"

    def at(self, span: Span | None = None, **params: object) -> Problem:
        """This problem at a place. Raises KeyError at once if a parameter of the message is missing."""
        problem = Problem(self.code, span, MappingProxyType({name: str(value) for name, value in params.items()}))
        problem.message("zh"), problem.message("en")
        return problem


KINDS: dict[str, ProblemKind] = {}


def declare(
    code: str, *, zh: str, en: str, explain_zh: str, explain_en: str, severity: Severity = "error"
) -> ProblemKind:
    """Declare a code. Raises ValueError when two places claim the same one."""
    if code in KINDS:
        raise ValueError(f"problem code {code} is declared twice")
    KINDS[code] = ProblemKind(code, zh, en, explain_zh, explain_en, severity)
    return KINDS[code]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its code, its place, the values its message needs."""

    code: str
    span: Span | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> ProblemKind:
        return KINDS[self.code]

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    def message(self, language: Language = "zh") -> str:
        template = self.kind.zh if language == "zh" else self.kind.en
        return template.format_map(self.params)

    def render(self, language: Language = "zh") -> str:
        """`file:line:column   CODE  message`, and below it the offending line as written."""
        head = f"{self.code}  {self.message(language)}"
        if self.span is None:
            return head
        lines = [f"{self.span}   {head}"]
        if self.span.text is not None:
            lines.append(f"    {self.span.text.strip()}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The same problem for programs: both languages, place as numbers."""
        span = self.span
        return {
            "code": self.code,
            "severity": self.severity,
            "file": span.file if span else None,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "zh": self.message("zh"),
            "en": self.message("en"),
            "params": dict(self.params),
        }

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        span = self.span or Span("")
        return (span.file, span.line or 0, span.column or 0, self.code)


class ProblemError(Exception):
    """Raised for mistakes of a user or of the outside world. Carries every problem found, sorted by place.

    The command line and the web turn it into a report; it never reaches a user as a traceback.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(found, key=lambda problem: problem.sort_key))
        super().__init__("\n".join(problem.render("en") for problem in self.problems))


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None when none is close."""
    matches = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return matches[0] if matches else None
