"""policies/*.yaml: who may receive what, on whose authority, from when until when.

A policy that changes is a new file with the same `policy` and a later `from`; the old file still answers for its dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, WithJsonSchema

from duofeng.kernel.message import say
from duofeng.kernel.money import to_minor
from duofeng.kernel.problem import ProblemError, declare
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import (
    Day,
    Id,
    Number,
    OneOrMany,
    Part,
    RegisterId,
    Text,
    Word,
    refusal,
    wording,
)
from duofeng.zone.registry import kind
from duofeng.zone.versioned import Versioned, in_force

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

Outcome = Literal["yes", "near", "no", "unknown"]


def _whole_minor(value: Decimal) -> Decimal:
    try:
        to_minor(value)
    except ProblemError as error:
        raise refusal(error.problems[0].kind, amount=value) from None
    return value


Sum = Annotated[Number, AfterValidator(_whole_minor)]
"""An amount of money in whole units, at most two decimals; digits may be grouped by underscores."""

AWARD_SHAPE = declare(
    "E073",
    "金额要么写 expression，要么写 tiers，二者取一。",
    explain="expression 是一个金额表达式；tiers 是分档，取第一个成立的。",
)
Side = Mapping[Word, OneOrMany]
"""What is different from the base: column → value, and `as_of` where it is another day."""


def _each_side(value: object) -> object:
    return (value,) if isinstance(value, Mapping) else value


_SIDE = TypeAdapter(Side).json_schema()
Sides = Annotated[
    tuple[Side, ...],
    BeforeValidator(_each_side),
    WithJsonSchema({"anyOf": [_SIDE, {"type": "array", "items": _SIDE}]}),
]
GIVES_MISFIT = declare(
    "E074",
    "gives 为 money 或 relief 的政策要有 amount，recognition 不能有。",
    explain="认定类政策（梯度上的一级）不给钱；给钱的奖励另写一项政策。",
)


class Authority(Part):
    """The text a rule is taken from. `illustrative` says plainly that nobody issued it."""

    document: Text = Field(description="文件名或文号")
    clause: Word | None = Field(None, description="条款")
    link: Word | None = wording(None, description="链接")
    trust: Literal["sourced", "secondary", "illustrative"] = Field("sourced", description="正式文本、转载、示例")
    note: Text | None = wording(None, description="说明")


class Condition(Part):
    title: Text = Field(description="条件，一句话")
    when: Word = Field(description="表达式，结果为是、否或未知")
    advice: Text | None = wording(None, description="不满足时怎么办")
    clause: Word | None = Field(None, description="条款")
    reach: Literal["now", "year", "never"] | None = Field(
        None, description="对象自己能不能补上：现在就能、一年之内、不能（年龄、行业、已过的期限）"
    )
    within: Number | None = Field(
        None, gt=0, description="一年之内补得上的最大差距（本条的单位）；不写为现有数的四分之一"
    )
    effort: int = Field(3, ge=1, le=5, description="补上它要费多大力：1 一张表 … 5 数年")
    absent: Literal["no"] | None = Field(None, description="没有记录时视为不满足，不写则为未知")
    just_in: Sides = wording((), description="刚好满足：与第一个符合的算例不同的值，可写多组")
    just_out: Sides = wording((), description="刚好不满足：与第一个符合的算例不同的值，可写多组")


class Tier(Part):
    when: Word = Field(description="表达式")
    amount: Word = Field(description="金额表达式")


class Award(Part):
    """How much: one expression or tiers, of which the first that holds pays; then the cap."""

    expression: Word | None = Field(None, description="金额表达式")
    tiers: tuple[Tier, ...] = Field((), description="分档，取第一个成立的")
    cap: Sum | None = Field(None, gt=0, description="每户每年上限")
    lifetime_cap: Sum | None = Field(None, gt=0, description="每户累计上限")

    def goes_together(self) -> None:
        if (self.expression is None) == (not self.tiers):
            raise refusal(AWARD_SHAPE)

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str, Literal["flag", "money"]]]:
        """Every expression of the award: where it stands, its text, the type it must have."""
        if self.has("expression") and self.expression is not None:
            yield ("amount", "expression"), self.expression, "money"
        for index, tier in enumerate(self.tiers):
            if tier.has("when"):
                yield ("amount", "tiers", index, "when"), tier.when, "flag"
            if tier.has("amount"):
                yield ("amount", "tiers", index, "amount"), tier.amount, "money"


class Budget(Part):
    total: Sum = Field(ge=0, description="一年的总额，当年已兑现的计入")
    when_out: Literal["order", "pro_rata"] = Field("order", description="不够时：按顺序、按比例")
    order_by: Word | None = Field(None, description="顺序的表达式，大者在前")


class Example(Part):
    """A worked example. The zone is refused while one of its examples does not come out."""

    title: Text = wording(description="例子")
    as_of: Day = Field(description="基准日")
    given: Mapping[Word, OneOrMany] = Field(description="属性[期间] → 值，不写的为未知")
    expect: Outcome = Field(description="应得的结论")
    amount: Sum | None = Field(None, description="应得金额")
    failed: tuple[Id, ...] = Field((), description="应不满足的条件")


@kind("policy", files="policies/*.yaml", title=say("政策", context="kind"))
class Policy(Versioned):
    """One dated version of a policy. All conditions must hold; `or` and `at_least` write alternatives."""

    called = "policy"
    implied = frozenset({"id", "policy"})

    policy: Id = Field(description="政策编号，各版本相同；不写则同文件名")
    title: Text = Field(description="名称")
    summary: Text | None = wording(None, description="一句话说明")
    source: Authority = Field(description="依据")
    from_: Day = Field(alias="from", description="生效日")
    until: Day | None = Field(None, description="失效日（含）")
    of: RegisterId = Field("organisation", description="哪个台账的对象")
    gives: Literal["money", "relief", "recognition"] = Field("money", description="奖补、减免（不经财政支付）、认定")
    rung: int | None = Field(None, ge=1, description="在梯度上的次序")
    grants: Word | None = Field(None, description="认定后成立的属性")
    conditions: Mapping[Id, Condition] = Field(min_length=1, description="条件")
    amount: Award | None = Field(None, description="金额")
    budget: Budget | None = Field(None, description="预算")
    families: Mapping[Id, Literal["highest", "difference"]] = Field(
        {},
        description="同类政策：从高不重复，或补差",
    )
    excludes: tuple[Id, ...] = Field((), description="不得与之同享的政策")
    once_every_years: int | None = Field(None, ge=1, description="几年内只享一次")
    once_per: AttributeId | None = Field(None, description="同一户、同一园只享一次：写关联到它的属性，付金额最高的一个")
    delivery: Literal["no_application", "on_application", "review"] = Field(
        "review", description="免申即享、即申即享、审核"
    )
    confirmations: tuple[Literal["bank_account", "commitment", "willingness"], ...] = Field(
        (), description="须确认的事项"
    )
    department: Text | None = Field(None, description="主管部门")
    examples: tuple[Example, ...] = Field(min_length=1, description="算例")

    def goes_together(self) -> None:
        if (self.gives == "recognition") == (self.amount is not None):
            raise refusal(GIVES_MISFIT)

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str, Literal["flag", "money"]]]:
        """Every expression that decides something: where it stands, its text, the type it must have."""
        for id, condition in self.conditions.items():
            if condition.has("when"):
                yield ("conditions", id, "when"), condition.when, "flag"
        if self.has("amount") and self.amount is not None:
            yield from self.amount.texts()


def policies_in_force(zone: Zone, day: date) -> tuple[Policy, ...]:
    """The version in force of each policy, by id. Of two that overlap the later one answers."""
    return in_force(zone, Policy, day)


def as_money(value: Decimal) -> int:
    """Minor units of an amount declared in whole units. Raises ValueError below a minor unit."""
    minor = value * 100
    if minor != minor.to_integral_value():
        raise ValueError(f"{value} is finer than a minor unit")
    return int(minor)
