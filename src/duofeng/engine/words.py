"""What the engine asks of a vocabulary, and the types an expression can have.

The engine stands below the zone: it sees attributes only through `Word` and code lists only through `CodeSet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

Type = Literal["number", "integer", "money", "text", "code", "date", "flag", "reference"]

NUMERIC: frozenset[str] = frozenset({"number", "integer"})
TEXTUAL: frozenset[str] = frozenset({"text", "code", "reference"})
MINOR_UNITS = 100
LARGEST_MONEY = 2**63 - 1


class Word(Protocol):
    """An attribute as the engine needs it: `per` is `state`, or the grain of the period its values belong to."""

    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def per(self) -> str: ...


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
    """The register whose subjects are asked, and the words of all registers. Without these nothing can be followed."""

    register: str = ""
    registers: Registers = MappingProxyType({})


def register_of(word: Word) -> str | None:
    """The register a reference points to; None when the word is no reference."""
    to: str | None = getattr(word, "to", None) if word.type == "reference" else None
    return to


def is_set(word: Word) -> bool:
    return bool(getattr(word, "many", False))


def family(kind: str) -> str:
    """Types that may stand on both sides of a comparison share a family."""
    if kind in NUMERIC:
        return "number"
    return "text" if kind in TEXTUAL else kind
