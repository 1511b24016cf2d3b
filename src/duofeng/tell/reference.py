"""The page of every kind of declared file and every key, made from the models themselves."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from duofeng.kernel.message import Message, Said, say
from duofeng.tell.words import told_everywhere
from duofeng.zone.fingerprint import is_wording
from duofeng.zone.model import Declared
from duofeng.zone.registry import Kind, all_kinds
from duofeng.zone.translate import KEY

HEAD = Path(__file__).with_suffix(".md")  # the part that is written by hand, with the sample zone of the tests

_HELD = {
    "one": say("一个文件一项，编号即文件名（或文件夹名）"),
    "many": say("一个文件多项，`编号: 内容`"),
    "list": say("一个文件是一个列表"),
}
_NAMES = {
    "str": say("文字", context="type"),
    "int": say("整数", context="type"),
    "Decimal": say("数字", context="type"),
    "bool": say("true 或 false"),
    "date": say("日期", context="type"),
    "Text": say("文字（可用多种语言）"),
}


def reference_pages() -> Mapping[str, str]:
    """Page name (below `docs/`) → Markdown: one page to begin with, and one for each kind with every key."""
    kinds = all_kinds().values()
    first = [HEAD.read_text("utf-8"), "| kind | files | holds |", "|---|---|---|"]
    first += [
        f"| [{_title(each)}](zone-files/{each.name}.md) | `{each.files}` | {told_everywhere(_HELD[each.holds])} |"
        for each in kinds
    ]
    pages = {"zone-files.md": "\n".join(first) + "\n"}
    return pages | {f"zone-files/{each.name}.md": _kind_page(each) for each in kinds}


def _kind_page(kind: Kind) -> str:
    where = " + ".join(
        place
        for place, allowed in ((told_everywhere("园区"), kind.in_zone), (told_everywhere("峰"), kind.in_peak))
        if allowed
    )
    lines = [
        f"# {_title(kind)}",
        "",
        "<!-- duofeng schema --pages docs -->",
        "",
        f"`{kind.files}`，{where}：{told_everywhere(_HELD[kind.holds])}。",
        "",
        *_table(kind.model),
    ]
    return "\n".join(lines) + "\n"


def _title(kind: Kind) -> str:
    return told_everywhere(kind.title)


def _table(model: type[BaseModel]) -> list[str]:
    lines = ["| key | value | |", "|---|---|---|"]
    implied = model.implied if issubclass(model, Declared) else frozenset()
    for path, info in keys_of(model):
        required = "**required** " if info.is_required() and path not in implied else ""
        mark = " (wording)" if is_wording(info) else ""
        about = told_everywhere(Message(info.description or "", context=KEY)).replace("|", "\\|")
        lines.append(f"| `{path}` | {_named(info.annotation)} | {required}{about}{_unless_written(info)}{mark} |")
    return lines


def _unless_written(info: FieldInfo) -> str:
    """What holds when a key is left out, where that is a word or a number: nothing, no and empty go without saying."""
    default = None if info.is_required() else info.get_default()
    written = default if isinstance(default, tuple) else (default,)
    if not default or not all(isinstance(each, (str, int, Decimal)) for each in written):
        return ""
    typed = ", ".join(str(each).lower() if isinstance(each, bool) else str(each) for each in written)
    return f" `= [{typed}]`" if isinstance(default, tuple) else f" `= {typed}`"


def keys_of(
    model: type[BaseModel], above: str = "", seen: tuple[type[BaseModel], ...] = ()
) -> Iterator[tuple[str, FieldInfo]]:
    """Every key of a kind, dotted, with `<…>` for keys that the author chooses."""
    for name, info in model.model_fields.items():
        path = above + (info.alias or name)
        yield path, info
        for inner, prefix in _inner(info.annotation, path):
            if inner not in seen:
                yield from keys_of(inner, prefix + ".", (*seen, model, inner))


def _inner(annotation: Any, path: str) -> Iterator[tuple[type[BaseModel], str]]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _inner(typing.get_args(annotation)[0], path)
    elif origin in (typing.Union, types.UnionType):
        for each in typing.get_args(annotation):
            yield from _inner(each, path)
    elif origin is tuple:
        yield from _inner(typing.get_args(annotation)[0], path + "[]")
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _inner(typing.get_args(annotation)[1], path + ".<…>")
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel) and not issubclass(annotation, Declared):
        yield annotation, path


def _named(annotation: Any) -> str:
    if annotation == Said:
        return told_everywhere(_NAMES["Text"])
    origin = typing.get_origin(annotation)
    arguments = [each for each in typing.get_args(annotation) if each not in (type(None), Ellipsis)]
    if origin is typing.Annotated:
        return _named(arguments[0])
    if origin is None:
        return _named_alone(annotation)
    if origin in (typing.Union, types.UnionType):
        return " \\| ".join(map(_named, arguments))
    if origin is typing.Literal:
        return "、".join(map("`{}`".format, arguments))
    if origin is tuple:
        return f"list: {_named(arguments[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"map → {_named(arguments[1])}"
    return _named_alone(annotation)


def _named_alone(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "…"
    name = _NAMES.get(getattr(annotation, "__name__", ""))
    return told_everywhere(name) if name else "…"
