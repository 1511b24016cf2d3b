"""What is wrong, where, and what would be right: one object for the terminal, the web, JSON and the docs.

Each code is declared once, next to the code that reports it, with its message and its explanation. `duofeng explain
CODE` and `docs/problems.md` are printed from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from rapidfuzz import fuzz, process

from duofeng.kernel.message import Message, Words, restored, say, stored

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
    """A declared code. `message` is a template over a problem's `params`; both texts name entries of the catalogues."""

    code: str
    message: str
    explain: str
    severity: Severity = "error"

    def at(self, span: Span | None = None, **params: object) -> Problem:
        """This problem at a place. Raises KeyError at once if a parameter of the message is missing."""
        problem = Problem(self.code, span, MappingProxyType({name: _kept(value) for name, value in params.items()}))
        str(problem.message)
        return problem


KINDS: dict[str, ProblemKind] = {}


def declare(code: str, message: str, *, explain: str, severity: Severity = "error") -> ProblemKind:
    """Declare a code. Raises ValueError when two places claim the same one."""
    if code in KINDS:
        raise ValueError(f"problem code {code} is declared twice")
    KINDS[code] = ProblemKind(code, message, explain, severity)
    return KINDS[code]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its code, its place, the values its message needs."""

    code: str
    span: Span | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> ProblemKind:
        return KINDS[self.code]

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    @property
    def message(self) -> Message:
        return Message(self.kind.message, self.params)

    def __str__(self) -> str:
        return f"{self.span}   {self.code}  {self.message}" if self.span else f"{self.code}  {self.message}"

    def stored(self) -> dict[str, Any]:
        """As JSON, in no language; `Problem.restored` reads it back."""
        span = self.span or Span("")
        place = {"file": span.file or None, "line": span.line, "column": span.column, "text": span.text}
        return {"code": self.code, **place, "params": {name: stored(each) for name, each in self.params.items()}}

    @staticmethod
    def restored(kept: Mapping[str, Any]) -> Problem:
        file = kept.get("file")
        span = Span(file, kept.get("line"), kept.get("column"), kept.get("text")) if file else None
        return Problem(kept["code"], span, {name: restored(each) for name, each in kept["params"].items()})

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        span = self.span or Span("")
        return (span.file, span.line or 0, span.column or 0, self.code)


def _kept(value: object) -> object:
    """What is said in the reader's language stays what it is; anything else is its text."""
    return value if isinstance(value, (Message, Words, tuple, int)) else str(value)


class ProblemError(Exception):
    """Raised for mistakes of a user or of the outside world. Carries every problem found, sorted by place.

    The command line and the web turn it into a report; it never reaches a user as a traceback.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(found, key=lambda problem: problem.sort_key))
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None when none is close."""
    found = process.extract(word, list(candidates), scorer=fuzz.ratio, score_cutoff=60, limit=5)
    return max(((score, each) for each, score, _ in found), default=(0, None))[1]


LISTED = 12
"""How many of the words there are a report names, where none of them is like the wrong one."""


def hint(word: str, candidates: Iterable[str], *, listed: bool = True) -> dict[str, Any]:
    """The last sentence of a report, its parameter `hint`: the candidate most like `word`, else those there are.

    Where there are too many to be read, `listed` is false.
    """
    known = list(candidates)
    near = nearest(word, known)
    if near is not None:
        return {"hint": say("是不是“{nearest}”？", nearest=near)}
    if not known or not listed:
        return {"hint": say("也没有相近的。") if known else say("这里一个也没有。")}
    more = ("…",) if len(known) > LISTED else ()
    return {"hint": say("可用的有：{words}。", words=(*known[:LISTED], *more))}
