"""How the subjects of a register are told apart: which facts name and number them, and what a like name is worth.

Names of organisations are unique by law, so a like name is evidence. Names of other things are not: a subject known
only by a name (a reference's, say) is one with the one numbered subject of that very name; of persons, nobody is taken
for another without being asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

ALIASES = ("former_name", "short_name", "alias")
NUMBERS = {"credit_code": "uscc", "organisation_code": "organisation_code"}
"""Attributes that hold numbers of organisations by convention, and their schemes."""


class HasRegisters(Protocol):
    """The part of a zone that is read here."""

    @property
    def registers(self) -> Mapping[str, Any]: ...
    @property
    def attributes(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def identifier_schemes(self) -> Mapping[str, Any]: ...
    def key_of(self, register: str, scheme: str, number: str) -> str: ...


def _plain(scheme: str, number: str) -> str:
    del scheme
    return number


@dataclass(frozen=True)
class Manner:
    """`names`: attributes that hold names, the current one first; `numbers`: attribute → scheme of its numbers.

    `by_name`: what a name settles. "likeness": scored as names of firms are; "unique": an equal name that one subject
    has; "ask": nothing without a person. `prefix_of` is what stands before a number of a scheme in a key.
    """

    names: tuple[str, ...] = ("name", *ALIASES)
    numbers: Mapping[str, str] = field(default_factory=lambda: NUMBERS)
    by_name: Literal["likeness", "unique", "ask"] = "likeness"
    schemes: tuple[str, ...] = ()
    prefix_of: Callable[[str, str], str] = _plain

    @property
    def said(self) -> tuple[str, ...]:
        """The attributes read from the ledger; a vocabulary need not have them all."""
        return (*self.names, *self.numbers)


FIRMS = Manner()


def manner_of(zone: HasRegisters, register: str) -> Manner:
    declared = zone.registers[register]
    element = declared.element
    numbers = {
        name: each.scheme for name, each in zone.attributes.get(register, {}).items() if getattr(each, "scheme", None)
    }
    by_name: Literal["likeness", "unique", "ask"] = "unique"
    if element == "organisation":
        by_name, numbers = "likeness", NUMBERS | numbers
    elif element == "person":
        by_name = "ask"
    return Manner(
        tuple(dict.fromkeys((*declared.name, *ALIASES))),
        numbers,
        by_name,
        tuple(zone.identifier_schemes),
        lambda scheme, number: zone.key_of(register, scheme, number),
    )
