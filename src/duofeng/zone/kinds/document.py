"""documents/*.yaml: published papers that figures, targets and rules cite."""

from __future__ import annotations

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.model import Day, Declared, Text, Word, wording
from duofeng.zone.periods import PeriodText
from duofeng.zone.registry import kind


@kind("document", files="documents/*.yaml", holds="many", title=say("公开文件", context="kind"))
class Document(Declared):
    title: Text = Field(description="标题")
    date: Day | None = Field(None, description="印发日期")
    publisher: Text | None = Field(None, description="发布机关")
    number: Word | None = Field(None, description="文号")
    period: PeriodText | None = Field(None, description="内容所属期间")
    link: Word | None = wording(None, description="网址")
    note: Text | None = wording(None, description="备注")
