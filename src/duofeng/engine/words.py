"""What the engine asks of a vocabulary, and the types an expression can have.

The engine stands below the zone: it sees attributes only through `Word` and code lists only through `CodeSet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from duofeng.kernel.calendar import WorkCalendar

Type = Literal[
    "number", "integer", "money", "text", "code", "date", "flag", "instant", "reference", "point", "geometry"
]

NUMERIC: frozenset[str] = frozenset({"number", "integer"})
TEXTUAL: frozenset[str] = frozenset({"text", "code", "reference"})
MINOR_UNITS = 100
LARGEST_MONEY = 2**63 - 1


class Word(Protocol):
    """An attribute as the engine needs it: `per` is `state`, or the grain of the period its values belong to; `to` the
    register a reference points to; `many` says that it has several values at once."""

    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def per(self) -> str: ...
    @property
    def to(self) -> str | None: ...
    @property
    def many(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Column:
    """A word made by hand: a score, an outcome of an earlier policy, a column of a test."""

    type: Type
    unit: str | None = None
    per: str = "state"
    to: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A declared code list. With `prefix` a code belongs when it begins with a listed one (industry 39 holds 3911)."""

    codes: frozenset[str]
    prefix: bool = False


Vocabulary = Mapping[str, Word]
Registers = Mapping[str, Vocabulary]
CodeLists = Mapping[str, CodeSet | Iterable[str]]


class Standpoint(NamedTuple):
    """Where a rule is read from: the register whose subjects are asked and the words of all registers, without which
    nothing can be followed; the clock that says which day an instant is on, and the calendar of working hours."""

    register: str = ""
    registers: Registers = MappingProxyType({})
    time_zone: str = "UTC"
    results: Registers = MappingProxyType({})
    """What cards give of the subjects of each register, keyed `score:<card>`, `grade:<card>`, `rank:<card>`."""
    calendar: WorkCalendar | None = None


RESULT = re.compile(r"(outcome|amount|score|grade|rank):(.+)")


def is_result(name: str) -> bool:
    """Whether a column is what a card or a policy gave, and no attribute."""
    return RESULT.fullmatch(name) is not None


def rule_of(result: str) -> str:
    """The id of the card or policy that gave a result: of `score:<card>.<part>` the card."""
    return result.partition(":")[2].partition(".")[0]


def part_of(result: str) -> str:
    """The part of the card a score is of; empty for the whole."""
    return result.partition(".")[2]


def register_of(word: Word) -> str | None:
    """The register a reference points to; None when the word is no reference."""
    return word.to if word.type == "reference" else None


def set_of(kind: str) -> str:
    """The type of several values of one type at once."""
    return f"set:{kind}"


def member_of(kind: str) -> str | None:
    """The type of a set's members; None for what is no set."""
    return kind.removeprefix("set:") if kind.startswith("set:") else None


def family(kind: str) -> str:
    """Types that may stand on both sides of a comparison share a family."""
    if kind in NUMERIC:
        return "number"
    if kind.startswith("set:"):
        return "set"
    return "text" if kind in TEXTUAL else kind
