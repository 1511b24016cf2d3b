"""codes/<id>.yaml: lists of codes with their titles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, TypeAdapter, model_validator

from duofeng.kernel.message import say
from duofeng.zone.model import Declared, Part, Text, Word, is_language, wording
from duofeng.zone.registry import kind


class Code(Part):
    title: Text = Field(description="名称")
    parent: Word | None = Field(None, description="上级代码")

    shorthand = "title"

    @model_validator(mode="before")
    @classmethod
    def _titled(cls, value: Any) -> Any:
        if isinstance(value, dict) and value and all(is_language(key) for key in value):
            return {"title": value}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        whole = super().__get_pydantic_json_schema__(core_schema, handler)
        return {"anyOf": [TypeAdapter(Text).json_schema(), *whole["anyOf"]]}


@kind("codes", files="codes/*.yaml", title=say("代码表", context="kind"))
class CodeList(Declared):
    """`codes[code]` gives the title; `parent(code)` the code above."""

    title: Text = Field(description="名称")
    source: Text | None = wording(None, description="出处，如国标号")
    codes: Mapping[Word, Code] = Field(min_length=1, description="代码 → 名称，或 {title, parent}")

    def title_of(self, code: str) -> Text | None:
        entry = self.codes.get(code)
        return entry.title if entry else None

    def parent(self, code: str) -> str | None:
        return self.codes[code].parent

    def __contains__(self, code: object) -> bool:
        return code in self.codes
