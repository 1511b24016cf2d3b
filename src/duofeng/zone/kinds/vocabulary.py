"""vocabulary/<register>.yaml: the attributes its subjects can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import unit
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
    BeforeValidator(matching(_ATTRIBUTE, "小写字母、数字和下划线", "lower-case letters, digits, underscores")),
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
    for path, (zh, en) in _misfits(item):
        _misfit(item, zh, en, path, report)
    if item.unit is not None and item.type in MEASURED:
        _check_unit(item, item.unit, zone, report)


def _misfits(item: Attribute) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """What does not go with the type, and at which key."""
    for type_, key, zh, en in _NEEDED:
        written = getattr(item, key) is not None
        if item.type == type_ and not written:
            yield (), (f"要用 {key} 指明{zh}", f"needs its {en} in '{key}'")
        elif item.type != type_ and written:
            yield (key,), (f"没有{zh}", f"has no {en}")
    if item.scheme is not None and item.type != "text":
        yield ("scheme",), ("没有标识体系", "has no identifier scheme")
    if item.type == "money" and item.unit is None:
        yield (), ("要有单位", "needs a unit")
    if item.unit is not None and item.type not in MEASURED:
        yield ("unit",), ("没有单位", "has no unit")
    if item.per != "state" and (item.many or item.type in STATES):
        yield ("per",), ("（或有多个值的属性）只能是状态", "or with many values is a state")
    if item.many and item.type not in MEMBERS:
        yield ("many",), ("不能有多个值", "cannot have many values")


_NEEDED: tuple[tuple[Type, str, str, str], ...] = (
    ("code", "codes", "代码表", "code list"),
    ("reference", "to", "所关联的台账", "register"),
)


def _check_unit(item: Attribute, written: str, zone: Zone, report: Report) -> None:
    try:
        unit(written)
    except ProblemError as error:
        report.problem(error.problems[0], ("unit",))
        return
    if item.type == "money" and not zone.currency.holds(written):
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
    fill=register_of,
)
class Attribute(Declared, OverRegister):
    """What may be said of a subject, in which unit, and whether as a state or per period."""

    implied = frozenset({"id", "of"})

    id: AttributeId = Field(description="编号；就是条目的键，可不写 / the entry's key; may be left out")
    of: RegisterId = Field(description="台账；就是文件名，可不写 / its register; the file name; may be left out")
    title: Text = Field(description="名称 / what people call it")
    type: Type = Field(description="值的类型 / type of its values")
    unit: UnitText | None = Field(None, description="单位，如 元、人、千瓦时 / unit of its values")
    per: Per = Field("state", description="状态，或每年、半年、季、月、日一个值 / a state, or one value per period")
    sensitivity: Literal["public", "internal", "confidential", "personal"] = Field(
        "internal", description="敏感级别：公开、内部、机密、个人 / who may see it"
    )
    codes: Id | None = Field(None, description="代码表编号（类型为 code 时必写）/ its code list, when the type is code")
    to: RegisterId | None = Field(
        None, description="关联到哪个台账（类型为 reference 时必写）/ the register a reference leads to"
    )
    scheme: SchemeId | None = Field(
        None,
        description="文字是哪种标识号码：按它校验，号码相同即同一对象 "
        "/ the identifier scheme its texts are numbers of: validated by it, and who has the same number is the same",
    )
    many: bool = Field(
        False, description="同时有多个值，如产品、技能 / several values at once: facts add members and end them"
    )
    note: Text | None = wording(None, description="口径说明 / definition")

    @property
    def qualified_id(self) -> str:
        return f"{self.register}.{self.id}"
