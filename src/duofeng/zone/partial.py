"""What can still be read of an item some of which was refused, so that its other mistakes are told at once.

What was refused is taken out again after the rest was read: a check that asks for it stops there (`Refused`), so
nothing is said that may only follow from a mistake told already.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from duofeng.kernel.problem import KINDS
from duofeng.zone.model import PARTIAL, Declared, Origin, Part, Refused, Text, frozen
from duofeng.zone.report import Report
from duofeng.zone.source_file import Steps
from duofeng.zone.translate import alternatives, meant_by, path_in, within

_TRIES = ("aa", "2023", "aa", "2023")
"""A word that stands in where a text was refused must itself be one: an id, or a period."""


class _Lost:
    """Stands in a list or map for a block refused as a whole."""

    def has(self, _key: str) -> bool:
        return False

    def __getattr__(self, name: str) -> NoReturn:
        raise Refused(name)


_LOST = _Lost()


def read_partly(model: type[Declared], data: Any, error: ValidationError, origin: Origin) -> Declared | None:
    """The item without what was refused, placed; None where too much is missing to read any of it."""
    lost: set[Steps] = set()
    item: Declared | None = None
    for word in _TRIES:
        data = _healed(model, data, error, lost, word)
        if data is None:
            return None
        try:
            item = model.model_validate(data, context=PARTIAL)
            break
        except ValidationError as still:
            error = still
    if item is None:
        return None
    item.place_at(origin)
    item.lose(frozenset(lost))
    for path in sorted(lost, key=len, reverse=True):
        _take_out(item, path)
    return item


def check_wholes(value: object, report: Report) -> None:
    """What the blocks of an item read partly say against themselves, passed over when they were read."""
    if isinstance(value, Part):
        try:
            value.goes_together()
        except Refused:
            pass
        except PydanticCustomError as refused:
            report.once(KINDS[refused.type].at(value.origin.file.span(value.origin.path), **(refused.context or {})))
        inside: Iterable[object] = [getattr(value, name) for name in type(value).model_fields if value.has(name)]
    elif isinstance(value, Mapping):
        inside = value.values()
    else:
        inside = value if isinstance(value, tuple) else ()
    for each in inside:
        check_wholes(each, report)


def _healed(model: type[BaseModel], data: Any, error: ValidationError, lost: set[Steps], word: str) -> Any:
    """The data with stand-ins where something was refused or is missing; what may be left out is left out.

    None where all of it was refused.
    """
    first = not lost
    for detail in error.errors(include_url=False):
        path = path_in(detail["loc"], data)
        if detail["type"] == "missing":
            path = (*path, str(detail["loc"][-1]))
        elif detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",):
            meant = meant_by(detail, model, data)
            lost |= {meant} if meant is not None else set()
            data = _changed(data, path, _DROP)
            continue
        elif first and detail["type"] in KINDS and _is_block(model, path, detail["input"]):
            continue  # it was read, and is at odds with itself only: `goes_together`
        if not path:
            return None
        lost.add(path)
        needed = [_stand_in(each, word) for each in within(model, path)]
        data = _changed(data, path, _DROP if _may_be_left_out(model, path) else needed[0] if needed else word)
    return data


def _is_block(model: type[BaseModel], path: Steps, value: object) -> bool:
    blocks = (each for each in within(model, path) if isinstance(each, type) and issubclass(each, Part))
    return isinstance(value, dict) and any(blocks)


_DROP = object()


def _changed(data: Any, path: Steps, value: object) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, dict) and isinstance(step, str):
        if rest and step not in data:
            return data
        if not rest and value is _DROP:
            return {key: each for key, each in data.items() if key != step}
        return {**data, step: _changed(data.get(step), rest, value)}
    if isinstance(data, tuple) and isinstance(step, int) and step < len(data) and value is not _DROP:
        return (*data[:step], _changed(data[step], rest, value), *data[step + 1 :])
    return data


def _may_be_left_out(model: type[BaseModel], path: Steps) -> bool:
    for found in within(model, path[:-1]):
        if isinstance(found, type) and issubclass(found, BaseModel):
            for name, info in found.model_fields.items():
                if (info.alias or name) == path[-1]:
                    return not info.is_required()
    return False


_PLAIN: dict[Any, Any] = {int: 1, Decimal: Decimal(1), float: 1.0, bool: False, date: date(2000, 1, 1), Text: "…"}


def _stand_in(annotation: Any, word: str) -> Any:
    found = next(alternatives(annotation))
    origin, arguments = typing.get_origin(found), typing.get_args(found)
    if origin is typing.Literal:
        return arguments[0]
    if isinstance(found, type) and issubclass(found, BaseModel):
        fields = ((info.alias or name, info) for name, info in found.model_fields.items() if info.is_required())
        return {key: _stand_in(info.annotation, word) for key, info in fields}
    if origin is tuple:
        return (_stand_in(arguments[0], word),)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {word: _stand_in(arguments[1], word)}
    return _PLAIN.get(found, word)


def _take_out(value: Any, path: Steps) -> None:
    """Empty the place again, whatever stands in it now."""
    step, rest = path[0], path[1:]
    if not isinstance(value, Part):
        return
    named = (name for name, info in type(value).model_fields.items() if (info.alias or name) == step)
    name = next(named, None)
    if name is None or name not in value.__dict__:
        return
    held = value.__dict__[name]
    if isinstance(held, Part) and rest:
        _take_out(held, rest)
    elif rest and isinstance(held, (Mapping, tuple)):
        value.__dict__[name] = _without(held, rest)
    else:
        del value.__dict__[name]
    if value.__dict__.get(name) is _LOST:
        del value.__dict__[name]


def _without(held: Any, path: Steps) -> Any:
    """A list or map with the block at the path taken out; `_LOST` where it holds no blocks but numbers and the like."""
    step: Any = path[0]
    rest = path[1:]
    keys: Any = held.keys() if isinstance(held, Mapping) else range(len(held)) if isinstance(held, tuple) else ()
    if step not in keys or isinstance(held[step], str):
        return held
    inner = held[step]
    if isinstance(inner, Part):
        if rest:
            _take_out(inner, rest)
            return held
        changed: Any = _LOST
    else:
        changed = _without(inner, rest) if rest and isinstance(inner, (Mapping, tuple)) else _LOST
        if changed is _LOST:
            return _LOST
    return (*held[:step], changed, *held[step + 1 :]) if isinstance(held, tuple) else frozen({**held, step: changed})
