"""vocabulary/<kind of subject>.yaml: the attributes a subject can have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import unit
from duofeng.zone import problems
from duofeng.zone.model import Declared, Id, Text, Word, matching, wording
from duofeng.zone.references import check_reference, check_subject_kind
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

ELEMENTS = ("person", "place", "thing", "situation", "event", "organisation", "zone")
Per = Literal["state", "year", "half", "quarter", "month", "day"]
Type = Literal["number", "integer", "money", "text", "code", "date", "flag"]
_ATTRIBUTE = r"[a-z][a-z0-9]*(_[a-z0-9]+)*(:[a-z0-9_]+)*"
AttributeId = Annotated[
    str,
    BeforeValidator(matching(_ATTRIBUTE, "小写字母、数字和下划线", "lower-case letters, digits, underscores")),
    WithJsonSchema({"type": "string", "pattern": f"^{_ATTRIBUTE}$"}),
]


def subject_kind(file: PurePosixPath, _: str) -> Mapping[str, str]:
    """The kind of subject is the name of the file, or of its folder below `vocabulary`."""
    return {"kind": file.parts[1].removesuffix(".yaml")}


def check_attribute(item: Attribute, zone: Zone, report: Report) -> None:
    check_subject_kind(item.kind, ELEMENTS, (), report)
    check_reference("codes", item.codes, ("codes",), zone, report)
    _check_type(item, zone, report)


def _check_type(item: Attribute, zone: Zone, report: Report) -> None:
    if item.type == "code" and item.codes is None:
        _misfit(item, "要用 codes 指明代码表", "needs its code list in 'codes'", (), report)
    if item.type != "code" and item.codes is not None:
        _misfit(item, "没有代码表", "has no code list", ("codes",), report)
    if item.type == "money" and item.unit is None:
        _misfit(item, "要有单位", "needs a unit", (), report)
    if item.unit is None:
        return
    if item.type in ("text", "code", "date", "flag"):
        _misfit(item, "没有单位", "has no unit", ("unit",), report)
        return
    try:
        unit(item.unit)
    except ProblemError as error:
        report.problem(error.problems[0], ("unit",))
        return
    if item.type == "money" and not zone.currency.holds(item.unit):
        main = zone.currency.unit
        zh = "人民币（元、万元、亿元）" if main == "元" else main
        en = "yuan (元, 万元, 亿元)" if main == "元" else main
        _misfit(item, f"的单位必须是{zh}", f"needs a unit of {en}", ("unit",), report)


def _misfit(item: Attribute, zh: str, en: str, path: tuple[str, ...], report: Report) -> None:
    report(problems.TYPE_MISFIT, path, on_key=not path, type=item.type, rule_zh=zh, rule_en=en)


@kind(
    "vocabulary",
    files="vocabulary/**/*.yaml",
    holds="many",
    title=("词表（属性）", "attributes of the vocabulary"),
    check=check_attribute,
    fill=subject_kind,
)
class Attribute(Declared):
    """What may be said of a subject, in which unit, and whether as a state or per period."""

    id: AttributeId = Field(description="编号；就是条目的键，可不写 / the entry's key; may be left out")
    kind: Word = Field(description="对象类别；就是文件名，可不写 / kind of subject; the file name; may be left out")
    title: Text = Field(description="名称 / what people call it")
    type: Type = Field(description="值的类型 / type of its values")
    unit: Word | None = Field(None, description="单位，如 元、人、千瓦时 / unit of its values")
    per: Per = Field("state", description="状态，或每年、半年、季、月、日一个值 / a state, or one value per period")
    sensitivity: Literal["public", "internal", "confidential", "personal"] = Field(
        "internal", description="敏感级别：公开、内部、机密、个人 / who may see it"
    )
    codes: Id | None = Field(None, description="代码表编号（类型为 code 时必写）/ its code list, when the type is code")
    note: Text | None = wording(None, description="口径说明 / definition")

    @property
    def qualified_id(self) -> str:
        return f"{self.kind}.{self.id}"
