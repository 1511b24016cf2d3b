"""What every declared item is made of: a strict frozen model that knows where it stands in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from duofeng.kernel.message import ANY, EVERY_LANGUAGE, Message, Said, Words, say
from duofeng.kernel.problem import ProblemKind, Span
from duofeng.zone import problems
from duofeng.zone.source_file import SourceFile, Steps, TypedDecimal, TypedInteger

NOWHERE = SourceFile("")
_GROUPED = re.compile(r"-?[0-9]{1,3}(_[0-9]{3})+(\.[0-9]+)?")


def refusal(kind: ProblemKind, **params: object) -> PydanticCustomError:
    """What a validator raises to report `kind` at the value it looks at."""
    return PydanticCustomError(kind.code, "see the code", dict(params))


def typed(value: Any) -> Any:
    """The text as it stands in the file, for numbers and flags written where a text belongs."""
    if isinstance(value, (TypedInteger, TypedDecimal)):
        return value.typed
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    text = typed(value)
    if not isinstance(text, str):
        return value
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    reason = say("四位年-两位月-两位日")
    if match:
        year, month, day = (int(part) for part in match.groups())
        reason = say("月份为 01-12") if not 1 <= month <= 12 else say("当月没有这一天")
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise refusal(problems.DATE, key="?", text=text, reason=reason)


def _decimal(value: Any) -> Any:
    """A whole number, or digits in groups of three such as 20_000_000, where the schema asks for a number."""
    if isinstance(value, str) and _GROUPED.fullmatch(value):
        return Decimal(value.replace("_", ""))
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def matching(pattern: str, form: Message) -> Callable[[Any], Any]:
    """A validator for texts of one form, such as ids. The form is said in the report."""

    def check(value: Any) -> Any:
        text = typed(value)
        if isinstance(text, str) and re.fullmatch(pattern, text) is None:
            raise refusal(problems.PATTERN, text=text, form=form)
        return text

    return check


PLAIN: dict[str, Any] = {"type": ["string", "number", "boolean"]}
Word = Annotated[str, BeforeValidator(typed), WithJsonSchema(PLAIN)]
"""A text; a number or flag standing there is taken as it was typed."""


def _plain(value: Any) -> Any:
    if isinstance(value, (dict, tuple, list)):
        found = say("带键的内容", context="type") if isinstance(value, dict) else say("列表", context="type")
        raise refusal(problems.SHAPE, expected=say("一个值，如 5、true、2024-01-31"), found=found)
    return value


Plain = Annotated[Any, BeforeValidator(_plain), WithJsonSchema(PLAIN)]
"""One value of a kind that is known elsewhere: a number, flag, date or text, as it was typed."""
OneOrMany = Annotated[
    Any,
    BeforeValidator(lambda value: tuple(map(_plain, value)) if isinstance(value, (list, tuple)) else _plain(value)),
    WithJsonSchema({"anyOf": [PLAIN, {"type": "array", "items": PLAIN}]}),
]
"""The same, or a list of such values: what an attribute with several values at once has."""

CHOICES = "x-choices"
"""Marks, in a JSON Schema, what the zone at hand can offer there."""
RegisterId = Annotated[str, BeforeValidator(typed), WithJsonSchema({**PLAIN, CHOICES: "registers"})]
UnitText = Annotated[str, BeforeValidator(typed), WithJsonSchema({**PLAIN, CHOICES: "units"})]
SchemeId = Annotated[str, BeforeValidator(typed), WithJsonSchema({**PLAIN, CHOICES: "schemes"})]

ID_PATTERN = r"[a-z0-9]+([_-][a-z0-9]+)*"
ID_FORM = say("小写英文字母和数字，中间可用 _ 或 -")
Id = Annotated[
    str,
    BeforeValidator(matching(ID_PATTERN, ID_FORM)),
    WithJsonSchema({"type": "string", "pattern": f"^{ID_PATTERN}$"}),
]
WORD_PATTERN = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
WORD_FORM = say("小写字母、数字和下划线")
"""What expressions speak of, attributes and registers: a hyphen would be read as minus."""
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{_GROUPED.pattern}$"}]}),
]


def wording(default: Any = ..., **arguments: Any) -> Any:
    """A field that changes no answer: notes, advice, owners' remarks. It counts for the wording fingerprint only."""
    return Field(default, json_schema_extra={"wording": True}, **arguments)


_LANGUAGE = r"[a-z]{2,3}(-[a-z0-9]+)*"
LanguageCode = Annotated[str, BeforeValidator(matching(_LANGUAGE, say("语言代码，如 zh、en")))]


def is_language(key: str) -> bool:
    return re.fullmatch(_LANGUAGE, key) is not None


class Text(Words):
    """A text by language; a plain string stands for every one. Texts count as wording."""

    def __init__(self, plain: str | None = None, /, **texts: str) -> None:
        super().__init__({ANY: plain} if plain is not None else texts)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        texts = handler.generate_schema(Annotated[dict[LanguageCode, Word], Field(min_length=1)])
        return core_schema.no_info_wrap_validator_function(_text, texts)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        word = {"type": "string"}
        by_language = {"type": "object", "patternProperties": {f"^{_LANGUAGE}$": word}, "additionalProperties": False}
        return {"description": "中文，或 {zh: 中文, en: English}", "anyOf": [word, by_language]}


Title = Annotated[Said, GetPydanticSchema(lambda _source, handler: handler(Text))]
"""A text in a file, or a message about one where the thing follows from what is declared."""


def _text(value: Any, read: Callable[[Any], dict[str, str]]) -> Said:
    if isinstance(value, (Text, Message)):
        return value
    plain = typed(value)
    return Text(plain) if isinstance(plain, str) else Text(**read(value))


def _forms(value: Any) -> Any:
    """A word, or [singular, plural], for every language or for each."""
    if isinstance(typed(value), str):
        return {EVERY_LANGUAGE: (value,)}
    if value == ():
        raise refusal(problems.RANGE, key="?", text=say("空的"), bound=say("至少 {min_length} 项", min_length=1))
    if isinstance(value, tuple):
        return {EVERY_LANGUAGE: value}
    if isinstance(value, Mapping):
        return {key: (each,) if isinstance(typed(each), str) else each for key, each in value.items()}
    return value


_WORD_OR_FORMS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}, "minItems": 1},
]
Forms = Annotated[
    Mapping[Word, Annotated[tuple[Word, ...], Field(min_length=1)]],
    BeforeValidator(_forms),
    WithJsonSchema({"anyOf": [*_WORD_OR_FORMS, {"type": "object", "additionalProperties": {"anyOf": _WORD_OR_FORMS}}]}),
]
"""A word that changes with the number before it, per language."""


@dataclass(frozen=True)
class Origin:
    """Where an item stands. Two items are equal whatever their origins: a place is no part of what is said."""

    file: SourceFile = field(default=NOWHERE, compare=False)
    path: Steps = field(default=(), compare=False)


class Spans(Mapping[Steps, Span]):
    """Places inside one item: `item.spans["columns", "营业收入"]`.

    A path the file lacks leads to the nearest one above.
    """

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def __getitem__(self, path: str | int | Steps) -> Span:
        steps = path if isinstance(path, tuple) else (path,)
        return self._origin.file.span((*self._origin.path, *steps))

    def __iter__(self) -> Iterator[Steps]:
        depth = len(self._origin.path)
        return (path[depth:] for path in self._origin.file.places if path[:depth] == self._origin.path)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Refused(Exception):
    """Somebody asked for a value that was refused when its file was read."""


PARTIAL = MappingProxyType({"partial": True})
"""The context in which an item is read some of which was refused: whether the rest goes together is asked later."""


class Part(BaseModel):
    """A block inside a declared item."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)

    shorthand: ClassVar[str | None] = None
    """The key that a plain word in place of the block stands for."""
    former: ClassVar[Mapping[str, Message]] = MappingProxyType({})
    """Keys there once were, and what is written today."""

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, value: Any) -> Any:
        return {cls.shorthand: value} if cls.shorthand is not None and isinstance(typed(value), str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        whole: dict[str, Any] = handler(core_schema)
        return whole if cls.shorthand is None else {"anyOf": [PLAIN, whole]}

    def goes_together(self) -> None:
        """Raises `refusal` where its keys are at odds with each other."""

    def is_whole(self) -> bool:
        """Whether its keys go together, as those of an item read partly may not."""
        try:
            self.goes_together()
        except PydanticCustomError:
            return False
        return True

    @model_validator(mode="after")
    def _goes_together(self, info: ValidationInfo) -> Self:
        if info.context is not PARTIAL:
            self.goes_together()
        return self

    if not TYPE_CHECKING:  # or every name would seem to be there

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise Refused(name)
            return super().__getattr__(name)

    def has(self, name: str) -> bool:
        """Whether the value of a field was read: false only where it was refused."""
        return name in self.__dict__

    @property
    def span(self) -> Span:
        """Where it begins: its key if it has one."""
        return self._origin.file.span(self._origin.path, key=True)

    @property
    def spans(self) -> Spans:
        return Spans(self._origin)

    @property
    def origin(self) -> Origin:
        return self._origin

    def place_whole(self, origin: Origin) -> None:
        """For what follows from another item: it stands where that one stands."""
        self._origin = origin

    def place_at(self, origin: Origin) -> None:
        """Tell this item and every part of it where they stand. Called once, by the loader."""
        self._origin = origin
        for name, info in type(self).model_fields.items():
            _place(getattr(self, name), Origin(origin.file, (*origin.path, info.alias or name)))


class _Of(Protocol):
    @property
    def of(self) -> str: ...


class OverRegister:
    """For what is declared over the subjects of a register, by the key `of`."""

    @property
    def register(self: _Of) -> str:
        return self.of


class Declared(Part):
    """An item of its own: has an id, unique in its kind."""

    id: Id = Field(description="编号；就是文件名或条目的键，可不写")

    _lost: frozenset[Steps] = PrivateAttr(default=frozenset())

    kind_name: ClassVar[str] = ""
    implied: ClassVar[frozenset[str]] = frozenset({"id"})
    """Keys that need not be written: they follow from the place or from the id."""

    @property
    def lost(self) -> frozenset[Steps]:
        """Places whose values were refused when the item was read."""
        return self._lost

    def lose(self, places: frozenset[Steps]) -> None:
        self._lost = places


def _place(value: object, origin: Origin) -> None:
    if isinstance(value, Part):
        value.place_at(origin)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            _place(each, Origin(origin.file, (*origin.path, index)))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            _place(each, Origin(origin.file, (*origin.path, str(key))))


def frozen(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(value))
