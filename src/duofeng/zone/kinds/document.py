"""documents/*.yaml: published papers that figures, targets and rules cite."""

from __future__ import annotations

from pydantic import Field

from duofeng.zone.model import Day, Declared, Text, Word, wording
from duofeng.zone.periods import PeriodText
from duofeng.zone.registry import kind


@kind("document", files="documents/*.yaml", holds="many", title=("公开文件", "published documents"))
class Document(Declared):
    title: Text = Field(description="标题 / title")
    date: Day | None = Field(None, description="印发日期 / date of publication")
    publisher: Text | None = Field(None, description="发布机关 / who published it")
    number: Word | None = Field(None, description="文号 / document number")
    period: PeriodText | None = Field(None, description="内容所属期间 / the period it reports on")
    link: Word | None = wording(None, description="网址 / address")
    note: Text | None = wording(None, description="备注 / remark")
