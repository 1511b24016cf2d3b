"""codes/<id>.yaml: lists of codes with their titles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, TypeAdapter, model_validator

from duofeng.kernel.message import say
from duofeng.kernel.problem import nearest
from duofeng.zone import problems
from duofeng.zone.model import Declared, Part, Text, Word, is_language, wording
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone


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


def check_codes(item: CodeList, _: Zone, report: Report) -> None:
    for code, entry in item.codes.items():
        if entry.parent is not None and entry.parent not in item.codes:
            known = list(item.codes)
            suggestion = problems.hint(nearest(entry.parent, known))
            report(problems.UNKNOWN_CODE, ("codes", code, "parent"), word=entry.parent, **suggestion)
        elif entry.parent is not None and code in _above(item, entry.parent):
            report(problems.CODES_IN_A_CIRCLE, ("codes", code, "parent"), code=code, parent=entry.parent)


def _above(item: CodeList, code: str) -> Iterator[str]:
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at not in seen:
        yield at
        seen.add(at)
        at = item.codes[at].parent if at in item.codes else None


@kind("codes", files="codes/*.yaml", title=say("代码表", context="kind"), check=check_codes)
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
