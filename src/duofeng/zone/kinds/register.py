"""registers/<id>.yaml: lists of subjects. Each of the seven elements has a register of its own name, undeclared.

A register declared under the name of an element takes the place of the built-in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from duofeng.kernel.message import Message, say
from duofeng.zone.elements import ELEMENTS, Element
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import (
    WORD_FORM,
    WORD_PATTERN,
    Declared,
    Forms,
    SchemeId,
    Title,
    matching,
    typed,
    wording,
)
from duofeng.zone.registry import kind

OWN = "own"


def _listed(value: Any) -> Any:
    return (value,) if isinstance(typed(value), str) else value


Names = Annotated[
    tuple[AttributeId, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]


OwnId = Annotated[
    str,
    BeforeValidator(matching(WORD_PATTERN, WORD_FORM)),
    WithJsonSchema({"type": "string", "pattern": f"^{WORD_PATTERN}$"}),
]


@kind("register", files="registers/*.yaml", title=say("台账", context="kind"))
class Register(Declared):
    """One list of subjects: projects, parcels, flats, households. Facts are about the lines of a register."""

    implied = frozenset({"id", "element"})

    id: OwnId = Field(description="编号；就是文件名或条目的键，可不写")
    title: Title = Field(description="一个对象叫什么，如 宗地")
    count: Forms = wording(
        {"zh": ("个",), "en": ("subject", "subjects")},
        description="数对象时用的词，如 {zh: 宗, en: [parcel, parcels]}",
    )
    element: Element = Field(description="属于六要素的哪一个，或园区本身")
    key: SchemeId = Field(
        OWN,
        description="对象以什么为键：标识体系编号；own 来源自己的编号；issued 由系统发号",
    )
    name: Names = Field(("name",), description="哪些属性是它的名称，第一个用来显示")
    called: Names = Field((), description="名称由哪些属性连成，如 [building, unit_no, name]；关联写作对方的名称")
    expected: int | None = Field(None, ge=1, description="大约多少个")

    @model_validator(mode="before")
    @classmethod
    def _an_element_is_its_own(cls, value: Any) -> Any:
        named = isinstance(value, dict) and "element" not in value and value.get("id") in ELEMENTS
        return {**value, "element": value["id"]} if named else value


BUILT_IN: dict[str, Register] = {}
_ELEMENTS: Mapping[Element, tuple[Message, dict[str, tuple[str, ...]]]] = {
    "person": (say("人", context="register"), {"zh": ("人",), "en": ("person", "people")}),
    "place": (say("地", context="register"), {"zh": ("处",), "en": ("place", "places")}),
    "thing": (say("物", context="register"), {"zh": ("件",), "en": ("thing", "things")}),
    "situation": (say("情", context="register"), {"zh": ("件",), "en": ("situation", "situations")}),
    "event": (say("事", context="register"), {"zh": ("件",), "en": ("event", "events")}),
    "organisation": (say("组织", context="register"), {"zh": ("家",), "en": ("organisation", "organisations")}),
    "zone": (say("园区", context="register"), {"zh": ("个",), "en": ("zone", "zones")}),
}
for _id, (_title, _count) in _ELEMENTS.items():
    BUILT_IN[_id] = Register(id=_id, element=_id, title=_title, count=_count)
