"""One YAML file, read strictly: plain values and the place of each.

Scalars stay what was typed: unquoted `true` and `false` are flags, unquoted decimals without leading zeros are numbers
that remember their typing, everything else is text. Anchors, aliases, tags, duplicate keys and keys that are not words
are refused. Whatever the bytes are, the result is values and Problems, never another exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import Problem, ProblemKind, Span
from duofeng.zone import problems

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 24
LONGEST_LINE_SHOWN = 160

Step = str | int
Steps = tuple[Step, ...]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
# libyaml ends a line at each of these, so its line numbers count them.
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What would move the cursor of a terminal that shows the offending line.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TypedInteger(int):
    """An unquoted integer; `typed` is how it stands in the file."""

    typed: str

    def __new__(cls, typed: str) -> TypedInteger:
        self = super().__new__(cls, typed)
        self.typed = typed
        return self


class TypedDecimal(Decimal):
    """An unquoted decimal fraction; `typed` is how it stands in the file."""

    typed: str

    def __new__(cls, typed: str) -> TypedDecimal:
        self = super().__new__(cls, typed)
        self.typed = typed
        return self


class Place(NamedTuple):
    """Where a value stands (from 1), where its key stands, and how the scalar is written (`|`, `>`, quotes or '')."""

    line: int
    column: int
    key_line: int
    key_column: int
    style: str = ""


@dataclass(frozen=True, eq=False)
class SourceFile:
    """What one file says. `data` is None when nothing could be read; `problems` says why.

    When reading had to stop inside a file, `cut_short` is set and `cut` names the entry that was being read.
    """

    shown: str
    lines: tuple[str, ...] = ()
    data: Any = None
    places: Mapping[Steps, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    cut_short: bool = False
    cut: Step | None = None

    def span(self, path: Steps = (), *, key: bool = False, offset: int = 0) -> Span:
        """The place of the value at `path`, or of its key, or `offset` characters into a one-line value.

        A path that is not in the file leads to the nearest enclosing value that is.
        """
        place = None
        while place is None and path:
            place = self.places.get(path)
            if place is None:
                path, key = path[:-1], True
        place = place or self.places.get((), Place(1, 1, 1, 1))
        if key:
            return self._at(place.key_line, place.key_column)
        return self._at(*self._inside(place, offset))

    def _inside(self, place: Place, offset: int) -> tuple[int, int]:
        if place.style == "|":
            return self._inside_block(place, offset)
        quoted = 1 if place.style in ("'", '"') and offset else 0
        column = place.column + offset + quoted
        on_one_line = place.line <= len(self.lines) and column <= len(self.lines[place.line - 1]) + 1
        return (place.line, column if on_one_line and place.style != ">" else place.column)

    def _inside_block(self, place: Place, offset: int) -> tuple[int, int]:
        following = self.lines[place.line :]
        indent = next((len(text) - len(text.lstrip(" ")) for text in following if text.strip()), 0)
        for number, text in enumerate(following, place.line + 1):
            length = max(0, len(text) - indent)
            if offset <= length:
                return number, indent + offset + 1
            offset -= length + 1
        return place.line, place.column

    def _at(self, line: int, column: int) -> Span:
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else None
        if text is not None:
            text = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
            text = text if len(text) <= LONGEST_LINE_SHOWN else text[:LONGEST_LINE_SHOWN] + "…"
        return Span(self.shown, line, column, text)


def read_source_file(path: Path, shown: str, what: Message | str = "") -> SourceFile:
    """Read the file at `path`, called `shown` in reports. `what` says what it should declare."""
    try:
        if path.stat().st_size > MAX_BYTES:
            limit = f"{MAX_BYTES // 1024 // 1024} MiB"
            too_big = problems.TOO_MUCH.at(Span(shown), what=say("文件大小"), limit=limit)
            return SourceFile(shown, problems=(too_big,))
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return SourceFile(shown, problems=(problems.UNREADABLE.at(Span(shown), reason=reason),))
    return parse_source(content, shown, what)


def parse_source(content: bytes, shown: str, what: Message | str = "") -> SourceFile:
    """The same for content already in memory."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = problems.ENCODING.at(Span(shown, line), byte=error.start + 1, value=f"{content[error.start]:02x}")
        return SourceFile(shown, problems=(found,))
    lines = tuple(_LINE_BREAK.split(text))
    builder = _Builder(SourceFile(shown, lines))
    builder.read(text)
    if not builder.problems and not builder.filled:
        builder.problems.append(problems.EMPTY.at(Span(shown, 1, 1), what=what))
    return SourceFile(
        shown, lines, builder.data, builder.places, tuple(builder.problems), builder.cut_short, builder.cut
    )


@dataclass
class _Open:
    """A mapping or list being filled."""

    path: Steps
    value: dict[str, Any] | list[Any]
    key: str | None = None
    key_at: tuple[int, int] = (1, 1)
    expects_key: bool = True
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.value, dict) and self.expects_key


class _Builder:
    """Turns the parser's events into values and places, without recursion."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.data: Any = None
        self.filled = False
        self.places: dict[Steps, Place] = {}
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.skipped_depth = 0
        self.skipping_key = False
        self.documents = 0
        self.cut_short = False
        self.cut: Step | None = None

    def read(self, text: str) -> None:
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                if not self._take(event):
                    self._cut()
                    break
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._cut()
            self._syntax(line, column, f"{error.context or ''} {error.problem or ''}")
        except yaml.reader.ReaderError as error:
            self._cut()
            self._unprintable(text, error)
        for opened in reversed(self.stack):
            self._close(opened)

    def _report(self, kind: ProblemKind, line: int, column: int, /, **params: object) -> None:
        self.problems.append(kind.at(self.file._at(line, column), **params))

    def _cut(self) -> None:
        """Remember that reading stopped here, and inside which entry of the file."""
        self.cut_short = True
        if len(self.stack) > 1:
            self.cut = self.stack[1].path[0]
        elif self.stack:
            self.cut = self.stack[0].key

    def _syntax(self, line: int, column: int, said: str) -> None:
        for at in (line, line - 1):
            if 0 < at <= len(self.file.lines) and re.match(r" *\t", self.file.lines[at - 1]):
                self._report(problems.TAB, at, self.file.lines[at - 1].index("\t") + 1)
                return
        sign = self.file.lines[line - 1][column - 1 : column] if 0 < line <= len(self.file.lines) else ""
        if sign in ("[", "]", "{", "}") and "',' or" in said:
            what = say("花括号、方括号里的文字带 {sign} 时要加引号，如 {example}", sign=sign, example=_QUOTED)
            self._report(problems.SYNTAX, line, column, what=what)
            return
        self._report(problems.SYNTAX, line, column, what=_explained(said))

    def _unprintable(self, text: str, error: yaml.reader.ReaderError) -> None:
        found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff", text)
        before = _LINE_BREAK.split(text[: found.start()]) if found else [""]
        sign = f"U+{ord(found.group()):04X}" if found else str(error.reason)
        self._report(
            problems.SYNTAX, len(before), len(before[-1]) + 1, what=say("有看不见的控制字符 {sign}", sign=sign)
        )

    def _take(self, event: yaml.Event) -> bool:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                what = say("一个文件里只能有一份文档（多余的 ---）")
                self._report(problems.SYNTAX, line, column, what=what)
                return False
        elif isinstance(event, yaml.ScalarEvent):
            self._decoration(event, line, column)
            self._scalar(event, line, column)
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(say("引用"), f"*{event.anchor}", line, column)
            self._value(None, Place(line, column, line, column))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._decoration(event, line, column)
            return self._open(event, line, column)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        return True

    def _decoration(self, event: Any, line: int, column: int) -> None:
        if event.anchor is not None:
            self._refuse(say("锚点"), f"&{event.anchor}", line, column)
        if event.tag is not None:
            self._refuse(say("标签"), event.tag.replace("tag:yaml.org,2002:", "!!"), line, column)

    def _refuse(self, what: Message, text: str, line: int, column: int) -> None:
        self._report(problems.NOT_PLAIN_YAML, line, column, what=what, text=text)

    def _scalar(self, event: yaml.ScalarEvent, line: int, column: int) -> None:
        if self.skipped_depth:
            return
        top = self.stack[-1] if self.stack else None
        if top is not None and top.awaits_key:
            self._key(top, event.value, line, column)
            return
        value, style = _meant(event), event.style or ""
        if top is None:
            if value is not None:
                self._value(value, Place(line, column, line, column, style))
            return
        at, name = (top.key_at, top.key) if isinstance(top.value, dict) else ((line, column), "-")
        if value is None:
            self._report(problems.NO_VALUE, *at, key=name)
        self._value(value, Place(line, column, *at, style))

    def _key(self, top: _Open, key: str, line: int, column: int) -> None:
        if key in top.seen:
            first_line, first_column = top.seen[key]
            self._report(
                problems.DUPLICATE_KEY, line, column, key=key, first_line=first_line, first_column=first_column
            )
        top.seen.setdefault(key, (line, column))
        top.key, top.key_at, top.expects_key = key, (line, column), False

    def _open(self, event: yaml.CollectionStartEvent, line: int, column: int) -> bool:
        if self.skipped_depth:
            self.skipped_depth += 1
            return True
        top = self.stack[-1] if self.stack else None
        if top is not None and top.awaits_key:
            self._report(problems.BAD_KEY, line, column)
            self.skipped_depth, self.skipping_key = 1, True
            return True
        if len(self.stack) >= MAX_DEPTH:
            self._report(problems.TOO_MUCH, line, column, what=say("嵌套层数"), limit=MAX_DEPTH)
            return False
        key_at = top.key_at if top is not None and isinstance(top.value, dict) else (line, column)
        path = self._next_path()
        self.places.setdefault(path, Place(line, column, *key_at))
        self.filled = True
        self.stack.append(_Open(path, {} if isinstance(event, yaml.MappingStartEvent) else []))
        return True

    def _end(self) -> None:
        if self.skipped_depth:
            self.skipped_depth -= 1
            if self.skipped_depth == 0 and self.skipping_key:
                self.skipping_key = False
                top = self.stack[-1]
                top.key, top.expects_key = None, False
            return
        self._close(self.stack.pop())

    def _close(self, opened: _Open) -> None:
        """Hand the finished mapping or list to its parent. Also used for what a syntax error left open."""
        value = opened.value if isinstance(opened.value, dict) else tuple(opened.value)
        if not opened.path:
            self.data = value
            return
        position = self.stack.index(opened) if opened in self.stack else len(self.stack)
        self._attach(self.stack[position - 1], value)

    def _next_path(self) -> Steps:
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else str(top.key))

    def _value(self, value: Any, place: Place) -> None:
        self.filled = True
        if self.skipped_depth:
            return
        self.places.setdefault(self._next_path(), place)
        if not self.stack:
            self.data = value
        else:
            self._attach(self.stack[-1], value)

    def _attach(self, parent: _Open, value: Any) -> None:
        if isinstance(parent.value, list):
            parent.value.append(value)
            return
        if parent.key is not None and parent.key not in parent.value:
            parent.value[parent.key] = value
        parent.key, parent.expects_key = None, True


def _meant(event: yaml.ScalarEvent) -> Any:
    return event.value if event.style or event.tag is not None else _plain(event.value)


def _plain(text: str) -> Any:
    if text == "":
        return None
    if text in ("true", "false"):
        return text == "true"
    if len(text) <= 40 and _INTEGER.fullmatch(text):
        return TypedInteger(text)
    if len(text) <= 40 and _DECIMAL.fullmatch(text):
        return TypedDecimal(text)
    return text


_QUOTED = "{when: 'revenue[-1] > 0'}"
_EXPLAINED = (
    (
        "mapping values are not allowed",
        say("这里不能再有冒号；文字里有“: ”时要加引号"),
    ),
    (
        "could not find expected ':'",
        say("这一行或上一行少了冒号，或冒号后面没有空格"),
    ),
    ("while scanning an alias", say("以 * 开头的文字要加引号，如 {example}", example="'*年报.csv'")),
    ("while scanning an anchor", say("以 & 开头的文字要加引号，如 {example}", example="'&co'")),
    ("did not find expected key", say("缩进与上面的行对不齐")),
    ("did not find expected '-' indicator", say("列表项的缩进对不齐")),
    ("expected <block end>", say("缩进与上面的行对不齐")),
    ("did not find expected ',' or", say("括号没有闭合，或少了逗号")),
    ("expected ',' or", say("括号没有闭合，或少了逗号")),
    ("unexpected end of stream", say("引号没有闭合")),
    ("quoted scalar", say("引号里的内容有误")),
    ("block sequence entries are not allowed", say("这里不能开始列表")),
    (
        "cannot start any token",
        say("这个符号不能开头；需要时给文字加引号"),
    ),
    ("block scalar", say("多行文字（| 或 >）的写法有误")),
    ("document start", say("文件中间出现了多余的内容")),
)


def _explained(said: str) -> Message:
    for phrase, why in _EXPLAINED:
        if phrase in said:
            return why
    return say("从这里起读不懂")
