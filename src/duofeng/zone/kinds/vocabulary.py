"""vocabulary/<register>.yaml: the attributes its subjects can have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from duofeng.kernel.message import say
from duofeng.zone.model import (
    CHOICES,
    WORD_FORM,
    WORD_PATTERN,
    Declared,
    Id,
    OverRegister,
    RegisterId,
    SchemeId,
    Text,
    Title,
    UnitText,
    matching,
    wording,
)
from duofeng.zone.registry import kind

Per = Literal["state", "year", "half", "quarter", "month", "day"]
Type = Literal[
    "number", "integer", "money", "text", "code", "date", "flag", "instant", "reference", "point", "geometry"
]
_ATTRIBUTE = WORD_PATTERN + r"(:[a-z0-9_]+)*"
AttributeId = Annotated[
    str,
    BeforeValidator(matching(_ATTRIBUTE, WORD_FORM)),
    WithJsonSchema({"type": "string", "pattern": f"^{_ATTRIBUTE}$", CHOICES: "attributes"}),
]


def register_of(file: PurePosixPath, _: str) -> Mapping[str, str]:
    """The register is the name of the file, or of its folder below `vocabulary`."""
    return {"of": file.parts[1].removesuffix(".yaml")}


@kind(
    "vocabulary",
    files="vocabulary/**/*.yaml",
    holds="many",
    title=say("词表（属性）", context="kind"),
    fill=register_of,
)
class Attribute(Declared, OverRegister):
    """What may be said of a subject, in which unit, and whether as a state or per period."""

    implied = frozenset({"id", "of"})

    id: AttributeId = Field(description="编号；就是条目的键，可不写")
    of: RegisterId = Field(description="台账；就是文件名，可不写")
    title: Title = Field(description="名称")
    type: Type = Field(description="值的类型")
    unit: UnitText | None = Field(None, description="单位，如 元、人、千瓦时")
    per: Per = Field("state", description="状态，或每年、半年、季、月、日一个值")
    sensitivity: Literal["public", "internal", "confidential", "personal"] = Field(
        "internal", description="敏感级别：公开、内部、机密、个人"
    )
    codes: Id | None = Field(None, description="代码表编号（类型为 code 时必写）")
    to: RegisterId | None = Field(None, description="关联到哪个台账（类型为 reference 时必写）")
    scheme: SchemeId | None = Field(
        None,
        description="文字是哪种标识号码：按它校验，号码相同即同一对象",
    )
    many: bool = Field(False, description="同时有多个值，如产品、技能")
    note: Text | None = wording(None, description="口径说明")

    @property
    def qualified_id(self) -> str:
        return f"{self.register}.{self.id}"
