"""targets/*.yaml: what an indicator should become, by when, owned by whom."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, model_validator

from duofeng.kernel.message import say
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, Id, Number, Part, Text, UnitText, Word, typed, wording
from duofeng.zone.periods import PeriodText, canonical
from duofeng.zone.registry import kind


class Citation(Part):
    document: Id = Field(description="公开文件的编号")
    place: Word | None = wording(None, description="在文件中的位置")
    start: int | None = wording(None, ge=0, description="首字是文件的第几个字，从 0 数")
    end: int | None = wording(None, ge=0, description="末字之后一个字")


@kind("target", files="targets/*.yaml", holds="list", title=say("目标", context="kind"))
class Target(Declared):
    indicator: AttributeId = Field(description="指标编号")
    subject: Word = Field("zone", description="谁的目标；园区自己写 zone")
    period: PeriodText = Field(description="到哪一期")
    value: Number = Field(description="目标值")
    value_to: Number | None = Field(None, description="目标是区间时的上限")
    unit: UnitText = Field(description="单位")
    measure: Literal["level", "growth", "share", "rank", "increase"] = Field(
        "level", description="水平、增速、占比、排名、净增"
    )
    comparison: Literal["at_least", "at_most", "exceed", "strive", "about"] = Field(
        "at_least", description="不少于、不超过、突破、力争、左右"
    )
    word: Word | None = Field(None, description="原文的比较词，如 力争、突破")
    owner: Text | None = Field(None, description="责任单位")
    source: Citation | None = Field(None, description="出处")
    note: Text | None = wording(None, description="备注")

    @model_validator(mode="before")
    @classmethod
    def _named_by_what_it_says(cls, value: Any) -> Any:
        if not isinstance(value, dict) or value.get("id") is not None:
            return value
        words = [typed(value.get(key, default)) for key, default in _NAMED_BY]
        words.append(canonical(str(typed(value.get("period", "")))))
        if isinstance(value.get("source"), dict):
            words.append(typed(value["source"].get("document", "")))
        return {**value, "id": re.sub("[^a-z0-9]+", "-", "-".join(map(str, words)).lower()).strip("-") or "target"}


_NAMED_BY = (("indicator", ""), ("measure", "level"), ("subject", "zone"), ("comparison", "at_least"))
