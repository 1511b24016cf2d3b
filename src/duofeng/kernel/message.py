"""What is said to people, before it is said in any language.

A `Message` names a text of the catalogues by its Chinese wording; `Words` are a text that a file declares, in the
languages that file gives. Both travel as values, as parameters of each other, and become a `str` in room `tell`.
"""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

ANY = ""
"""Stands for the language of a text that is the same in every one."""


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the Chinese text, a `str.format` template over `params`; a parameter named `count` decides the plural.

    `context` tells apart what Chinese writes alike and other languages do not.
    """

    id: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    context: str = ""

    def __str__(self) -> str:
        """As it is written in the source: for logs and exceptions, not for readers."""
        return formatted(self.id, self.params, str)


def say(id: str, /, *, context: str = "", **params: object) -> Message:
    """Marks a text for the catalogues."""
    return Message(id, params, context)


@dataclass(frozen=True, slots=True)
class Words:
    """A declared text by language, in the order its file gives them."""

    texts: Mapping[str, str] = field(hash=False)

    def of(self, languages: Sequence[str]) -> str:
        """In the first of the languages that it has; else in the first it was written in."""
        wanted = (languages,) if isinstance(languages, str) else languages
        found = next((each for each in (*wanted, ANY) if each in self.texts), None)
        return self.texts[found] if found is not None else next(iter(self.texts.values()))

    def __str__(self) -> str:
        return self.of(())


Said = Message | Words


def writings(said: Said) -> tuple[str, ...]:
    """How people may write it in a file: a declared text in any of its languages, a message in that of the source."""
    return tuple(said.texts.values()) if isinstance(said, Words) else (str(said),)


def formatted(template: str, params: Mapping[str, object], told: Callable[[Any], str]) -> str:
    """The template with its parameters; those that are said themselves by `told`. Raises KeyError for a missing one."""
    return _Template(told).vformat(template, (), params) if params else template


class _Template(string.Formatter):
    def __init__(self, told: Callable[[Any], str]) -> None:
        self._told = told

    def format_field(self, value: Any, format_spec: str) -> str:
        return format(value, format_spec) if format_spec else self._told(value)


def stored(value: object) -> Any:
    """A parameter as JSON; `restored` reads it back. What is neither said nor a number becomes its text."""
    if isinstance(value, Message):
        return {"say": value.id, "in": value.context} | {name: stored(each) for name, each in value.params.items()}
    if isinstance(value, Words):
        return {"words": dict(value.texts)}
    if isinstance(value, (tuple, list)):
        return [stored(each) for each in value]
    return value if value is None or isinstance(value, (int, float)) else str(value)


def restored(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(restored(each) for each in value)
    if not isinstance(value, dict):
        return value
    if "say" not in value:
        return Words(value["words"])
    params = {name: restored(each) for name, each in value.items() if name not in ("say", "in")}
    return Message(value["say"], params, value.get("in", ""))


def dumped(said: Said) -> str:
    """As text for a table, in no language; `loaded` reads it back."""
    return json.dumps(stored(said), ensure_ascii=False)


def loaded(text: str) -> Said:
    return cast(Said, restored(json.loads(text)))


EVERY_LANGUAGE = "*"
"""Stands, among forms, for every language that has none of its own."""


def inflected(forms: Mapping[str, tuple[str, ...]], number: float, language: str) -> str:
    """The form for this number: the first for one, else the last. A language left out takes the first there is."""
    found = forms.get(language) or forms.get(EVERY_LANGUAGE) or next(iter(forms.values()))
    return found[0] if abs(number) == 1 else found[-1]
