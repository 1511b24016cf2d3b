"""zone.yaml: what the zone is called and what it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import unit
from duofeng.zone.model import Declared, Forms, Id, LanguageCode, Part, Text, Word
from duofeng.zone.registry import kind
from duofeng.zone.spoken import CLOCK, UNSAID


class Currency(Part):
    """The one money of a zone: what amounts are kept in, in hundredths, and what is printed behind them."""

    unit: Word = Field("元", description="主单位，词表里金额的单位")

    def holds(self, unit_text: str) -> bool:
        """Whether a unit is one of this currency: 万元 of 元, thousand EUR of EUR."""
        try:
            return unit(unit_text).dimension == unit(self.unit).dimension
        except ProblemError:
            return False


class Habits(Part):
    """How people of the zone write: obeyed when files are read and pages written, unless a column says otherwise."""

    dates: Literal["year_first", "day_first", "month_first"] = Field(
        "year_first",
        description="日期的先后：年月日、日月年、月日年",
    )
    decimal: Literal["point", "comma"] | None = Field(
        None, description="小数点用点或逗号；不写则 1,250、12.500 这样两可的数拒收"
    )
    absent: tuple[Word, ...] = Field((), description="表格里还有哪些写法表示没有数据，通行的不必写")


class NameWords(Part):
    """Words in the names of organisations, beside those that are known anyway."""

    legal_forms: tuple[Word, ...] = Field((), description="企业名称末尾的组织形式，比较名称时不计，通行的不必写")
    telling: tuple[Word, ...] = Field((), description="名称里有了就是另一个对象的词，如分支、附属，通行的不必写")


@kind("zone", files="zone.yaml", title=say("园区", context="kind"), where="zone")
class ZoneFile(Declared):
    title: Text = Field(description="园区名称")
    also_called: tuple[Word, ...] = Field((), description="文件里对本园区的其他称呼")
    languages: tuple[LanguageCode, ...] = Field(
        UNSAID,
        min_length=1,
        description="页面语言，第一个为默认",
    )
    peaks: tuple[Id, ...] = Field((), description="使用的峰")
    currency: Currency = Field(Currency(), description="货币，不写为人民币")
    time_zone: Word = Field(CLOCK, description="时区，IANA 名称")
    units: Mapping[Word, Forms] = Field(
        {},
        description="园区自己的计数单位 → 写在数后面的词：一个词，或 [单数, 复数]，可按语言写",
    )
    habits: Habits = Field(Habits(), description="日期、小数的写法")
    names: NameWords = Field(NameWords(), description="名称里的词")
    calendar: Id | None = Field(None, description="默认工作日历的编号")
    comparisons: Mapping[Id, Text] = Field(
        {},
        description="指标占比、排名所比较的范围，如 city、province",
    )
