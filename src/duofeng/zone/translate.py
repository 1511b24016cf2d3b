"""From pydantic's findings to Problems: one each, at the exact key or value, in our words."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from duofeng.kernel.problem import KINDS, Problem, nearest
from duofeng.zone import problems
from duofeng.zone.model import Origin
from duofeng.zone.source_file import Steps

_SHAPES = {
    "string_type": ("文字", "a text"),
    "string_sub_type": ("文字", "a text"),
    "int_type": ("整数", "a whole number"),
    "int_from_float": ("整数", "a whole number"),
    "decimal_type": ("数字", "a number"),
    "is_instance_of": ("数字", "a number"),
    "float_type": ("数字", "a number"),
    "bool_type": ("true 或 false", "true or false"),
    "date_type": ("日期 YYYY-MM-DD", "a date YYYY-MM-DD"),
    "tuple_type": ("列表", "a list"),
    "list_type": ("列表", "a list"),
    "dict_type": ("带键的内容（键: 值）", "a block of keys"),
    "mapping_type": ("带键的内容（键: 值）", "a block of keys"),
    "model_type": ("带键的内容（键: 值）", "a block of keys"),
    "model_attributes_type": ("带键的内容（键: 值）", "a block of keys"),
}


def translated(error: ValidationError, model: type[BaseModel], origin: Origin, data: Any) -> Iterator[Problem]:
    """Problems for what pydantic found in `data`, read from `origin`.

    What has no value was reported by the reader already and is passed over.
    """
    for detail in error.errors(include_url=False):
        path = _path(detail["loc"], data)
        if detail["type"] != "missing" and _value(data, path) is None:
            continue
        yield _problem(detail, path, model, origin)


def _problem(detail: ErrorDetails, path: Steps, model: type[BaseModel], origin: Origin) -> Problem:
    kind, context = detail["type"], {name: str(value) for name, value in detail.get("ctx", {}).items()}
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
        suggestion = problems.hint(nearest(key, known), known)
        return problems.UNKNOWN_KEY.at(origin.file.span(here, key=True), key=key, **suggestion)
    if kind == "missing":
        key = str(detail["loc"][-1])
        about = _description(model, path, key)
        zh, _, en = (part.strip() for part in about.partition("/ "))
        return problems.MISSING_KEY.at(
            origin.file.span(here, key=True),
            key=key,
            about_zh=f"{zh}。" if zh else "",
            about_en=f"{(en or zh).capitalize()}." if zh else "",
        )
    if kind in ("literal_error", "enum"):
        choices = known_choices(model, path) or known_choices(model, detail["loc"])
        word = problems.hint(nearest(shown, choices), choices)
        return problems.CHOICE.at(at_value, text=shown, **word)
    if kind in _SHAPES:
        zh, en = _SHAPES[kind]
        found_zh, found_en = described(detail["input"])
        return problems.SHAPE.at(at_value, expected_zh=zh, expected_en=en, found_zh=found_zh, found_en=found_en)
    bound = _bound(kind, context)
    if bound is not None:
        key = _last_word((*here, *detail["loc"][-1:]))
        return problems.RANGE.at(at_value, key=key, text=_size(detail, context), bound_zh=bound[0], bound_en=bound[1])
    return problems.REFUSED.at(at_value, text=shown)


def _path(loc: tuple[int | str, ...], data: Any) -> Steps:
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


def described(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        word = "true" if value else "false"
        return word, word
    if isinstance(value, dict):
        return "带键的内容", "a block of keys"
    if isinstance(value, (tuple, list)):
        return "列表", "a list"
    if isinstance(value, str):
        return f"文字“{_shown(value)}”", f"the text '{_shown(value)}'"
    return f"数字 {_shown(value)}", f"the number {_shown(value)}"


def _bound(kind: str, context: Mapping[str, str]) -> tuple[str, str] | None:
    forms = {
        "greater_than": ("大于 {gt}", "greater than {gt}"),
        "greater_than_equal": ("不小于 {ge}", "at least {ge}"),
        "less_than": ("小于 {lt}", "less than {lt}"),
        "less_than_equal": ("不大于 {le}", "at most {le}"),
        "too_short": ("至少 {min_length} 项", "at least {min_length} item(s)"),
        "too_long": ("至多 {max_length} 项", "at most {max_length} items"),
        "string_too_short": ("至少 {min_length} 个字", "at least {min_length} character(s)"),
        "string_too_long": ("至多 {max_length} 个字", "at most {max_length} characters"),
    }
    form = forms.get(kind)
    return (form[0].format_map(context), form[1].format_map(context)) if form else None


def _size(detail: ErrorDetails, context: Mapping[str, str]) -> str:
    return context["actual_length"] if "actual_length" in context else _shown(detail["input"])


def _models(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, without Annotated, Optional and unions."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _models(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for alternative in typing.get_args(annotation):
            yield from _models(alternative)
    else:
        yield annotation


def _within(model: Any, path: Steps) -> Iterator[Any]:
    """The annotations that describe the value at `path` of `model`."""
    if not path:
        yield model
        return
    step, rest = path[0], path[1:]
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, info in model.model_fields.items():
            if (info.alias or name) == step:
                for inner in _models(info.annotation):
                    yield from _within(inner, rest)
        return
    arguments = [argument for argument in typing.get_args(model) if argument is not Ellipsis]
    if arguments:
        for inner in _models(arguments[-1]):
            yield from _within(inner, rest)


def known_keys(model: type[BaseModel], path: Steps) -> Iterator[str]:
    for found in _within(model, path):
        if isinstance(found, type) and issubclass(found, BaseModel):
            yield from (info.alias or name for name, info in found.model_fields.items())


def known_choices(model: type[BaseModel], path: Steps) -> list[str]:
    return [
        str(choice)
        for found in _within(model, path)
        if typing.get_origin(found) is typing.Literal
        for choice in typing.get_args(found)
    ]


def _description(model: type[BaseModel], path: Steps, key: str) -> str:
    for found in _within(model, path):
        if isinstance(found, type) and issubclass(found, BaseModel):
            for name, info in found.model_fields.items():
                if (info.alias or name) == key:
                    return info.description or ""
    return ""
