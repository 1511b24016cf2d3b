"""Who reads: the languages wanted now, best first. Set at the edge for a command or a request; every text, number and
period of room `tell` is written for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SOURCE = "zh"
"""The language that texts are written in; it needs no catalogue."""
_wanted: ContextVar[tuple[str, ...]] = ContextVar("languages wanted", default=(SOURCE,))


def languages() -> tuple[str, ...]:
    return _wanted.get()


def language() -> str:
    """The one language a page or a report is in."""
    return languages()[0]


def speak(*wanted: str) -> None:
    """From now on, in this thread or task. A tag such as `zh-hans` stands for its language."""
    _wanted.set(tuple(dict.fromkeys(each.split("-")[0].lower() for each in wanted)) or (SOURCE,))


@contextmanager
def speaking(*wanted: str) -> Iterator[None]:
    before = _wanted.get()
    speak(*wanted)
    try:
        yield
    finally:
        _wanted.set(before)
