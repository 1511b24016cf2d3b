"""identities/*.yaml: relations between figures that must hold, whoever states them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.kinds.target import Citation
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, Number, Part, Text, wording
from duofeng.zone.periods import PeriodText
from duofeng.zone.registry import kind

Rule = Literal[
    "sum",
    "part",
    "parts_of_period",
    "never_falls",
    "accumulates",
    "same_fact",
    "growth",
    "growth_of_parts",
    "share_of_count",
    "share_bounded",
    "completion",
    "rate_reachable",
    "one_base",
    "half_above_last_year",
]


class Base(Part):
    """A number of heads: an indicator that states it, or a total over its per-head figure."""

    stated: AttributeId | None = Field(None, description="直接写出人数的指标")
    total: AttributeId | None = Field(None, description="总量")
    per_head: AttributeId | None = Field(None, description="人均量")

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(each for each in (self.stated, self.total, self.per_head) if each is not None)


@kind(
    "identity",
    files="identities/*.yaml",
    holds="many",
    title=say("恒等关系", context="kind"),
)
class Identity(Declared):
    title: Text = Field(description="一句话说明")
    rule: Rule = Field(description="规则")
    whole: AttributeId | None = Field(None, description="整体；rate_reachable 中为分母")
    parts: tuple[AttributeId, ...] = Field((), description="部分")
    flow: AttributeId | None = Field(None, description="累计量的每期新增")
    rate: AttributeId | None = Field(None, description="比率")
    indicators: tuple[AttributeId, ...] = Field((), description="适用的指标；不写为全部适用者")
    besides: tuple[AttributeId, ...] = Field((), description="不适用的指标")
    since: PeriodText | None = Field(None, description="累计从哪一期算起")
    bases: tuple[Base, ...] = Field((), description="同一人口的几种说法")
    basis: Literal["nominal", "constant"] | None = Field(None, description="增速按现价或不变价")
    tolerance: Number = Field(
        Decimal(0),
        description="四舍五入之外允许的相对差，%",
    )
    severity: Literal["error", "warning"] = Field("error", description="错误或提醒")
    source: Citation | None = Field(None, description="出处")
    why: Text | None = wording(None, description="为什么必须成立")
