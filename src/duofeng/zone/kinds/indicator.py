"""indicators/*.yaml: what the zone itself is measured by."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, Text, UnitText, Word, wording
from duofeng.zone.registry import kind


@kind("indicator", files="indicators/*.yaml", holds="many", title=say("指标", context="kind"))
class Indicator(Declared):
    """A number of the zone. It is also an attribute of the kind `zone`, with its growth, shares, ranks and target."""

    id: AttributeId = Field(description="编号；就是条目的键，可不写")
    title: Text = Field(description="名称")
    unit: UnitText = Field(description="公布时的单位")
    behaviour: Literal["flow", "stock", "ratio", "rank", "limit"] = Field(description="流量、存量、比率、排名、限额")
    direction: Literal["up", "down", "none"] = Field("none", description="越高越好、越低越好、不论")
    per: Literal["year", "half", "quarter", "month", "day"] = Field("month", description="最细的公布期间")
    topic: Word | None = Field(None, description="主题，用于分组")
    part_of: AttributeId | None = Field(None, description="它是哪个指标的一部分")
    near: tuple[AttributeId, ...] = Field((), description="相近而口径不同、不可直接比较的指标")
    aliases: tuple[Word, ...] = Field((), description="公文里的其他叫法")
    definition: Text | None = wording(None, description="口径")
