"""What differs between two zones, item by item, and whether it changes answers or only words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from duofeng.zone.fingerprint import canonical
from duofeng.zone.model import Declared
from duofeng.zone.zone import Zone

Part = Literal["meaning", "wording"]


@dataclass(frozen=True)
class FieldChange:
    """`path` is dotted; None stands for a value that is not written."""

    path: str
    part: Part
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ItemChange:
    kind: str
    id: str
    change: Literal["added", "removed", "changed"]
    fields: tuple[FieldChange, ...] = ()

    @property
    def part(self) -> Part:
        """`meaning` if any answer could change."""
        only_words = self.change == "changed" and all(field.part == "wording" for field in self.fields)
        return "wording" if only_words else "meaning"


def difference(before: Zone, after: Zone) -> tuple[ItemChange, ...]:
    """Every item that was added, removed or changed, sorted by kind and id."""
    kinds = sorted({*before.declarations, *after.declarations})
    return tuple(change for kind in kinds for change in _of_kind(kind, before.items(kind), after.items(kind)))


def _of_kind(kind: str, before: Mapping[str, Declared], after: Mapping[str, Declared]) -> Iterator[ItemChange]:
    for id in sorted({*before, *after}):
        if id not in before:
            yield ItemChange(kind, id, "added")
        elif id not in after:
            yield ItemChange(kind, id, "removed")
        else:
            fields = tuple(_changed(before[id], after[id]))
            if fields:
                yield ItemChange(kind, id, "changed", fields)


def _changed(before: Declared, after: Declared) -> Iterator[FieldChange]:
    parts: tuple[Part, Part] = ("meaning", "wording")
    for part in parts:
        old = dict(_leaves(canonical(before, wording=part == "wording")))
        new = dict(_leaves(canonical(after, wording=part == "wording")))
        for path in sorted({*old, *new}):
            if old.get(path) != new.get(path):
                yield FieldChange(path, part, old.get(path), new.get(path))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(each, f"{path}.{index + 1}")
    elif value is not None:
        yield path, ("true" if value else "false") if isinstance(value, bool) else str(value)
