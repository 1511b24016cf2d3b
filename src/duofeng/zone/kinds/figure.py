"""figures/*.yaml: indicators that are computed from profiles, beside or instead of being stated."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, OverRegister, RegisterId, Text, Word, wording
from duofeng.zone.registry import kind


@kind("figure", files="figures/*.yaml", holds="many", title=say("计算指标", context="kind"))
class Figure(Declared, OverRegister):
    """How an indicator is computed: an aggregate of a value over the subjects of a kind for which a condition holds."""

    indicator: AttributeId = Field(description="指标编号")
    title: Text = Field(description="怎么算，一句话")
    of: RegisterId = Field("organisation", description="对哪个台账的对象")
    aggregate: Literal["count", "sum", "mean", "min", "max", "share"] = Field(
        description="计数、合计、平均、最小、最大、占比"
    )
    value: Word | None = Field(None, description="表达式，如 revenue[-1]")
    where: Word | None = Field(None, description="条件表达式")
    over: Word | None = Field(None, description="先限定范围，占比的分母")
    comparable: bool = Field(True, description="与公布数口径相同，可以比较")
    note: Text | None = wording(None, description="口径说明")
