"""The page of every kind of declared file and every key, made from the models themselves."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from duofeng.zone.fingerprint import is_wording
from duofeng.zone.model import Declared, Text
from duofeng.zone.registry import Kind, all_kinds

HEAD = Path(__file__).with_suffix(".md")  # the part that is written by hand, with the sample zone of the tests

_HELD = {
    "one": "一个文件一项，编号即文件名（或文件夹名） one item, named by its file or folder",
    "many": "一个文件多项，`编号: 内容` many items, `id: …`",
    "list": "一个文件是一个列表 a list of items",
}
_NAMES = {
    "str": "文字 text",
    "int": "整数 integer",
    "Decimal": "数字 number",
    "bool": "true / false",
    "date": "日期 date",
    "Text": "文字（可双语）text, bilingual",
}


def reference_pages() -> Mapping[str, str]:
    """Page name (below `docs/`) → Markdown: one page to begin with, and one for each kind with every key."""
    kinds = all_kinds().values()
    first = [HEAD.read_text("utf-8"), "| 类别 kind | 位置 place | 内容 holds |", "|---|---|---|"]
    first += [
        f"| [{_title(each)}](zone-files/{each.name}.md) | `{each.files}` | {_HELD[each.holds]} |" for each in kinds
    ]
    pages = {"zone-files.md": "\n".join(first) + "\n"}
    return pages | {f"zone-files/{each.name}.md": _kind_page(each) for each in kinds}


def _kind_page(kind: Kind) -> str:
    where = " / ".join(place for place, allowed in (("园区 zone", kind.in_zone), ("峰 peak", kind.in_peak)) if allowed)
    lines = [
        f"# {_title(kind)}",
        "",
        "<!-- duofeng schema --pages docs -->",
        "",
        f"`{kind.files}`，{where}：{_HELD[kind.holds]}。",
        "",
        *_table(kind.model),
    ]
    return "\n".join(lines) + "\n"


def _title(kind: Kind) -> str:
    return f"{kind.title_zh} · {kind.title_en}"


def _table(model: type[BaseModel]) -> list[str]:
    lines = ["| 键 key | 值 value | 说明 |", "|---|---|---|"]
    implied = model.implied if issubclass(model, Declared) else frozenset()
    for path, info in keys_of(model):
        required = "**必填** " if info.is_required() and path not in implied else ""
        mark = "（文字 wording）" if is_wording(info) else ""
        about = (info.description or "").replace("|", "\\|")
        lines.append(f"| `{path}` | {_named(info.annotation)} | {required}{about}{mark} |")
    return lines


def keys_of(
    model: type[BaseModel], above: str = "", seen: tuple[type[BaseModel], ...] = ()
) -> Iterator[tuple[str, FieldInfo]]:
    """Every key of a kind, dotted, with `<…>` for keys that the author chooses."""
    for name, info in model.model_fields.items():
        path = above + (info.alias or name)
        yield path, info
        for inner, prefix in _inner(info.annotation, path):
            if inner not in seen and inner is not Text:
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
    origin = typing.get_origin(annotation)
    arguments = [each for each in typing.get_args(annotation) if each not in (type(None), Ellipsis)]
    if origin is typing.Annotated:
        return _named(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return " 或 ".join(_named(each) for each in arguments)
    if origin is typing.Literal:
        return "、".join(f"`{each}`" for each in arguments)
    if origin is tuple:
        return f"列表 list: {_named(arguments[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"映射 map → {_named(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation is not Text:
        return "见下 below"
    return _NAMES.get(getattr(annotation, "__name__", ""), "值 value")
