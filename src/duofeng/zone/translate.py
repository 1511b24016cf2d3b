"""From pydantic's findings to Problems: one each, at the exact key or value, in our words."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import KINDS, Problem, hint, nearest
from duofeng.zone import problems
from duofeng.zone.model import Origin, Part
from duofeng.zone.source_file import Steps

KEY = "key"
"""The context, in the catalogues, of what a key of a declared file says of itself."""
_SHAPES = {
    "string_type": say("文字", context="type"),
    "string_sub_type": say("文字", context="type"),
    "int_type": say("整数", context="type"),
    "int_from_float": say("整数", context="type"),
    "decimal_type": say("数字", context="type"),
    "is_instance_of": say("数字", context="type"),
    "float_type": say("数字", context="type"),
    "bool_type": say("true 或 false"),
    "date_type": say("日期 YYYY-MM-DD"),
    "tuple_type": say("列表", context="type"),
    "list_type": say("列表", context="type"),
    "dict_type": say("带键的内容（键: 值）"),
    "mapping_type": say("带键的内容（键: 值）"),
    "model_type": say("带键的内容（键: 值）"),
    "model_attributes_type": say("带键的内容（键: 值）"),
}


def translated(error: ValidationError, model: type[BaseModel], origin: Origin, data: Any) -> Iterator[Problem]:
    """Problems for what pydantic found in `data`, read from `origin`.

    What has no value was reported by the reader already and is passed over.
    """
    details = error.errors(include_url=False)
    meant = {place for each in details if (place := meant_by(each, model, data)) is not None}
    for detail in details:
        path = path_in(detail["loc"], data)
        if detail["type"] == "missing" and (*path, str(detail["loc"][-1])) in meant:
            continue  # It is there under a name it does not have, and reported as such.
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            continue  # It is long enough; items of it are wrong, and reported as such.
        if detail["type"] != "missing" and _value(data, path) is None:
            continue
        yield _problem(detail, path, model, origin)


def meant_by(detail: ErrorDetails, model: type[BaseModel], data: Any) -> Steps | None:
    """The place of the key that an unknown one was perhaps meant to be."""
    if detail["type"] != "extra_forbidden":
        return None
    path = path_in(detail["loc"], data)
    near = nearest(str(path[-1]), known_keys(model, path[:-1]))
    return (*path[:-1], near) if near is not None else None


def _problem(detail: ErrorDetails, path: Steps, model: type[BaseModel], origin: Origin) -> Problem:
    kind, context = detail["type"], dict(detail.get("ctx", {}))
    here = (*origin.path, *path)
    of_key = detail["loc"][-1:] == ("[key]",)
    at_value = origin.file.span(here, key=of_key)
    shown = _shown(detail["input"])
    if kind in KINDS:
        if context.get("key") == "?":
            context["key"] = _last_word(here[:-1] if of_key else here)
        return KINDS[kind].at(at_value, **context)
    if kind == "extra_forbidden":
        known = list(known_keys(model, path[:-1]))
        key = str(path[-1])
        suggestion = _former(model, path) or hint(key, known)
        return problems.UNKNOWN_KEY.at(origin.file.span(here, key=True), key=key, **suggestion)
    if kind == "missing":
        key = str(detail["loc"][-1])
        about = _description(model, path, key)
        return problems.MISSING_KEY.at(
            origin.file.span(here, key=True),
            key=key,
            about=say("{about}。", about=Message(about, context=KEY)) if about else "",
        )
    if kind in ("literal_error", "enum"):
        choices = known_choices(model, path) or known_choices(model, detail["loc"])
        word = hint(shown, choices)
        return problems.CHOICE.at(at_value, text=shown, **word)
    if kind in _SHAPES:
        return problems.SHAPE.at(at_value, expected=_SHAPES[kind], found=described(detail["input"]))
    bound = _bound(kind, context)
    if bound is not None:
        key = _last_word((*here, *detail["loc"][-1:]))
        return problems.RANGE.at(at_value, key=key, text=_size(detail, context), bound=bound)
    return problems.REFUSED.at(at_value, text=shown)


def path_in(loc: tuple[int | str, ...], data: Any) -> Steps:
    """The steps of pydantic's location that exist in the data; it also names union branches and the like."""
    path: list[str | int] = []
    value = data
    for position, step in enumerate(loc):
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            if position == len(loc) - 1:
                break
            continue
        path.append(step)
    return tuple(path)


def _value(data: Any, path: Steps) -> Any:
    for step in path:
        data = data[step]
    return data


def _last_word(path: Steps) -> str:
    words = [step for step in path if isinstance(step, str)]
    return words[-1] if words else "?"


def _shown(value: Any) -> str:
    text = str(getattr(value, "typed", value))
    return text if len(text) <= 60 else text[:59] + "…"


def described(value: Any) -> Message | str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return say("带键的内容", context="type")
    if isinstance(value, (tuple, list)):
        return say("列表", context="type")
    if isinstance(value, str):
        return say("文字“{value}”", value=_shown(value))
    return say("数字 {value}", value=_shown(value))


def _bound(kind: str, context: Mapping[str, object]) -> Message | None:
    forms = {
        "greater_than": say("大于 {gt}"),
        "greater_than_equal": say("不小于 {ge}"),
        "less_than": say("小于 {lt}"),
        "less_than_equal": say("不大于 {le}"),
        "too_short": say("至少 {min_length} 项"),
        "too_long": say("至多 {max_length} 项"),
        "string_too_short": say("至少 {min_length} 个字"),
        "string_too_long": say("至多 {max_length} 个字"),
    }
    form = forms.get(kind)
    return Message(form.id, context) if form else None


def _size(detail: ErrorDetails, context: Mapping[str, object]) -> Message | str:
    """How much of it there is: of a list its items, of a number the number."""
    if context.get("actual_length") == 0:
        return say("空的")
    return say("{n} 项", n=str(context["actual_length"])) if "actual_length" in context else _shown(detail["input"])


def alternatives(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, without Annotated, Optional and unions."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from alternatives(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for alternative in typing.get_args(annotation):
            yield from alternatives(alternative)
    else:
        yield annotation


def within(model: Any, path: Steps) -> Iterator[Any]:
    """The annotations that describe the value at `path` of `model`."""
    if not path:
        yield model
        return
    step, rest = path[0], path[1:]
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, info in model.model_fields.items():
            if (info.alias or name) == step:
                for inner in alternatives(info.annotation):
                    yield from within(inner, rest)
        return
    arguments = [argument for argument in typing.get_args(model) if argument is not Ellipsis]
    if arguments:
        for inner in alternatives(arguments[-1]):
            yield from within(inner, rest)


def known_keys(model: type[BaseModel], path: Steps) -> Iterator[str]:
    for found in within(model, path):
        if isinstance(found, type) and issubclass(found, BaseModel):
            yield from (info.alias or name for name, info in found.model_fields.items())


def _former(model: type[BaseModel], path: Steps) -> dict[str, Message] | None:
    """What is written today instead of a key that there once was."""
    found = (each.former for each in within(model, path[:-1]) if isinstance(each, type) and issubclass(each, Part))
    return next(({"hint": those[str(path[-1])]} for those in found if path[-1] in those), None)


def known_choices(model: type[BaseModel], path: Steps) -> list[str]:
    return [
        str(choice)
        for found in within(model, path)
        if typing.get_origin(found) is typing.Literal
        for choice in typing.get_args(found)
    ]


def _description(model: type[BaseModel], path: Steps, key: str) -> str:
    for found in within(model, path):
        if isinstance(found, type) and issubclass(found, BaseModel):
            for name, info in found.model_fields.items():
                if (info.alias or name) == key:
                    return info.description or ""
    return ""
