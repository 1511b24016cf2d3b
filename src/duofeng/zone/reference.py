"""The page of every kind of declared file and every key, made from the models themselves."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from duofeng.zone.fingerprint import is_wording
from duofeng.zone.model import Declared, Text
from duofeng.zone.registry import Kind, all_kinds

HEAD = """# 园区文件 · Zone files

<!-- duofeng schema --markdown > docs/zone-files.md -->

园区是一个文件夹 `zones/<编号>/`，峰是一个文件夹 `peaks/<编号>/`。文件用 UTF-8 的 YAML；放在哪里，就声明哪一类东西。
A zone is a folder `zones/<id>/`, a peak a folder `peaks/<id>/`. Files are YAML in UTF-8; where a file lies says what
it declares.

- 改完运行 `duofeng check`：一次报出全部错误，每条都有文件、行、列和最接近的正确写法。`duofeng explain E014` 解释代码。
  Run `duofeng check` after editing: every mistake at once, each with file, line, column and the nearest right word.
- 写什么就是什么：不加引号的 `true`、`false` 是是非，不带前导零的十进制数是数字，其余都是文字
  （`0111`、`12:30`、`no`、`1e3`）。
  What is typed is what is meant: unquoted `true` and `false` are flags, decimals without leading zeros are numbers,
  everything else is text.
- 标题等文字可以只写中文，也可以写 `{zh: 中文, en: English}`。 A text is Chinese, or `{zh: …, en: …}`.
- 锚点、引用、标签、重复的键、空值都不允许。 Anchors, aliases, tags, repeated keys and empty values are refused.
- 编辑器补全：`duofeng schema source > source.schema.json`。 For completion in an editor, use `duofeng schema`.
- 标“文字”的键只改变说法，不改变任何结论，只计入指纹的后半段。 Keys marked *wording* change no answer.
"""

_HELD = {
    "one": "一个文件一项，编号即文件名 one item, named by the file",
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


def zone_files_page() -> str:
    lines = [HEAD]
    for kind in sorted(all_kinds().values(), key=lambda each: (each.name not in ("zone", "peak"), each.name)):
        lines += _section(kind)
    return "\n".join(lines).rstrip() + "\n"


def _section(kind: Kind) -> list[str]:
    held = _HELD[kind.holds]
    where = " 或 ".join(place for place, allowed in (("园区", kind.in_zone), ("峰", kind.in_peak)) if allowed)
    lines = [f"## {kind.title_zh} · {kind.title_en}", "", f"`{kind.files}`（{where}）：{held}。", ""]
    return [*lines, *_table(kind.model), ""]


def _table(model: type[BaseModel]) -> list[str]:
    lines = ["| 键 key | 值 value | 说明 |", "|---|---|---|"]
    for path, info in keys_of(model):
        required = "**必填** " if info.is_required() and path != "id" else ""
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
