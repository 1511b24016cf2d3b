"""The kinds of declared files. A kind is one module in `zone.kinds`; nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal, TypeVar

from duofeng.kernel.message import Message
from duofeng.zone import kinds
from duofeng.zone.model import Declared

Role = Literal["zone", "peak"]
Holds = Literal["one", "many", "list"]
D = TypeVar("D", bound=Declared)


Fill = Callable[[PurePosixPath, str], Mapping[str, str]]


@dataclass(frozen=True)
class Kind:
    """One kind of declared file.

    `files` is a glob below a zone or peak folder. A file holds `one` item named like the file, `many` items by id, or a
    `list` of items that name themselves. `fill` gives values that follow from the file's place.
    """

    name: str
    model: type[Declared]
    files: str
    holds: Holds
    title: Message
    in_zone: bool
    in_peak: bool
    fill: Fill | None


KINDS: dict[str, Kind] = {}
_FIRST = ("peak", "zone")


def kind(
    name: str,
    *,
    files: str,
    title: Message,
    holds: Holds = "one",
    where: Literal["zone", "peak", "both"] = "both",
    fill: Fill | None = None,
) -> Callable[[type[D]], type[D]]:
    """Declare a kind; decorates its model. `title` is its name."""

    def register(model: type[D]) -> type[D]:
        if name in KINDS:
            raise ValueError(f"kind {name} is declared twice")
        model.kind_name = name
        KINDS[name] = Kind(name, model, files, holds, title, where != "peak", where != "zone", fill)
        return model

    return register


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Every kind, after importing the modules of `zone.kinds`: peak and zone, then by name."""
    for module in sorted(found.name for found in pkgutil.iter_modules(kinds.__path__)):
        importlib.import_module(f"{kinds.__name__}.{module}")
    return MappingProxyType(dict(sorted(KINDS.items(), key=lambda each: (each[0] not in _FIRST, each[0]))))


def kinds_in(place: Role) -> Iterator[Kind]:
    return (each for each in all_kinds().values() if (each.in_zone if place == "zone" else each.in_peak))
