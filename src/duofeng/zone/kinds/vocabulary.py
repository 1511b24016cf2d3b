"""vocabulary/<register>.yaml: the attributes its subjects can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from duofeng.kernel.message import Message, say
from duofeng.zone import problems
from duofeng.zone.model import (
    CHOICES,
    Declared,
    Id,
    OverRegister,
    RegisterId,
    SchemeId,
    Text,
    UnitText,
    matching,
    wording,
)
from duofeng.zone.references import check_reference, check_register, check_scheme
from duofeng.zone.registry import Report, kind
from duofeng.zone.unit_checks import check_unit

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

Per = Literal["state", "year", "half", "quarter", "month", "day"]
Type = Literal[
    "number", "integer", "money", "text", "code", "date", "flag", "instant", "reference", "point", "geometry"
]
MEASURED = frozenset({"number", "integer", "money"})
STATES = frozenset({"reference", "point", "geometry"})
MEMBERS = frozenset({"text", "code", "integer", "date", "reference"})
_ATTRIBUTE = r"[a-z][a-z0-9]*(_[a-z0-9]+)*(:[a-z0-9_]+)*"
AttributeId = Annotated[
    str,
    BeforeValidator(matching(_ATTRIBUTE, say("小写字母、数字和下划线"))),
    WithJsonSchema({"type": "string", "pattern": f"^{_ATTRIBUTE}$", CHOICES: "attributes"}),
]


def register_of(file: PurePosixPath, _: str) -> Mapping[str, str]:
    """The register is the name of the file, or of its folder below `vocabulary`."""
    return {"of": file.parts[1].removesuffix(".yaml")}


def check_attribute(item: Attribute, zone: Zone, report: Report) -> None:
    check_register(item.register, (), zone, report)
    if item.to is not None:
        check_register(item.to, ("to",), zone, report)
    if item.scheme is not None:
        check_scheme(item.scheme, ("scheme",), zone, report)
    check_reference("codes", item.codes, ("codes",), zone, report)
    for path, rule in _misfits(item):
        _misfit(item, rule, path, report)
    if item.unit is not None and item.type in MEASURED:
        _check_unit(item, item.unit, zone, report)


def _misfits(item: Attribute) -> Iterator[tuple[tuple[str, ...], Message]]:
    """What does not go with the type, and at which key."""
    for type_, key, what in _NEEDED:
        written = getattr(item, key) is not None
        if item.type == type_ and not written:
            yield (), say("要用 {key} 指明{what}", key=key, what=what)
        elif item.type != type_ and written:
            yield (key,), say("没有{what}", what=what)
    if item.scheme is not None and item.type != "text":
        yield ("scheme",), say("没有标识体系")
    if item.type == "money" and item.unit is None:
        yield (), say("要有单位")
    if item.unit is not None and item.type not in MEASURED:
        yield ("unit",), say("没有单位")
    if item.per != "state" and (item.many or item.type in STATES):
        yield ("per",), say("（或有多个值的属性）只能是状态")
    if item.many and item.type not in MEMBERS:
        yield ("many",), say("不能有多个值")


_NEEDED: tuple[tuple[Type, str, Message], ...] = (
    ("code", "codes", say("代码表", context="needed")),
    ("reference", "to", say("所关联的台账", context="needed")),
)


def _check_unit(item: Attribute, written: str, zone: Zone, report: Report) -> None:
    like = zone.currency.unit if item.type == "money" else None
    if not check_unit(written, zone, report, ("unit",), like, convert=False):
        return
    if item.type == "money" and not zone.currency.holds(written):
        main = zone.currency.unit
        money = say("人民币（元、万元、亿元）") if main == "元" else main
        _misfit(item, say("的单位必须是{money}", money=money), ("unit",), report)


def _misfit(item: Attribute, rule: Message, path: tuple[str, ...], report: Report) -> None:
    report(problems.TYPE_MISFIT, path, on_key=not path, type=item.type, rule=rule)


@kind(
    "vocabulary",
    files="vocabulary/**/*.yaml",
    holds="many",
    title=say("词表（属性）", context="kind"),
    check=check_attribute,
    fill=register_of,
)
class Attribute(Declared, OverRegister):
    """What may be said of a subject, in which unit, and whether as a state or per period."""

    implied = frozenset({"id", "of"})

    id: AttributeId = Field(description="编号；就是条目的键，可不写")
    of: RegisterId = Field(description="台账；就是文件名，可不写")
    title: Text = Field(description="名称")
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
