"""synth.yaml: what a made-up copy of this zone looks like: names, proportions, published totals, planted dirt.

Everything here is invented or published; nothing is learnt from real firms. `duofeng synth` reads it and writes files
that the zone's own sources can load.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.kinds.target import Citation
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Day, Declared, Id, Number, Part, Text, Word, wording
from duofeng.zone.periods import PeriodText
from duofeng.zone.registry import kind

Shares = Mapping[Word, Number]
Follows = Literal["research", "size", "growth", "age", "trouble", "chance"]
Dirt = Literal[
    "wrong_check",
    "forbidden_letter",
    "lost_character",
    "scientific",
    "missing_code",
    "duplicate",
    "wrong_unit",
    "foreign_unit",
    "not_a_number",
    "impossible_date",
    "future_date",
    "unknown_code",
    "gap",
    "full_width",
    "thousands",
    "magnitude",
]


class Codes(Part):
    classes: Shares = Field(description="登记部门与机构类别 → 份额")
    regions: Shares = Field(description="登记机关区划 → 份额")
    body: Word = Field("XX", description="主体标识码的开头，真实代码不用")


class Names(Part):
    places: Shares = Field(description="名称里的地名 → 份额")
    brand: Word = Field(description="字号用字")
    forms: Shares = Field(description="组织形式 → 份额")


class Industry(Part):
    trades: tuple[Word, ...] = Field(min_length=1, description="行业用词")
    share: Number = Field(description="份额")
    employees: Number = Field(description="从业人员中位数")
    spread: Number = Field(description="对数标准差")
    revenue_per_head: Number = Field(description="人均营业收入，元")
    research: Number = Field(description="研发费用占收入的中位数，%")
    margin: Number = Field(description="利润率，%")
    power: Number = Field(description="每万元收入用电，千瓦时")
    exporters: Number = Field(description="有出口的份额")
    small: tuple[int, int, int] = Field(description="小、中、大型的从业人员下限")
    turnover: tuple[int, int, int] = Field(description="小、中、大型的收入下限，万元")


class Office(Part):
    share: Number = Field(description="份额")
    code: Word = Field(description="12 位社区代码的前 9 位")


class Areas(Part):
    offices: Mapping[Id, Office] = Field(min_length=1, description="办事处编号 → 份额与代码")
    grids: int = Field(ge=1, description="网格数")
    micro_grids: int = Field(ge=1, description="微网格数")
    parks: Shares = Field(description="园区 → 份额")


class Quota(Part):
    """How many of `base` organisations have a flag, who is likelier to, since when and for how long."""

    count: Number = Field(ge=0, description="在 base 家中有多少家")
    follows: Follows = Field("chance", description="更可能是谁")
    within: AttributeId | None = Field(None, description="只在具有该标志者之中")
    years: tuple[int, int] | None = Field(None, description="认定年份，首尾")
    lasts_years: int | None = Field(None, ge=1, description="有效年数")
    source: Citation | None = Field(None, description="公布的总数出自")


SINCE = "_since"
"""Behind a flag with a quota: the day since when."""
CAUSES = frozenset({
    "talent", "size_score", "growth", "age_days", "research_share", "division", "active", "in_business", "as_of",
    "registered_on", "year", "last_year", "month", "months",
})  # fmt: skip
"""What formulas may name besides flags with a quota and what is written above them; `value` in `who`."""
CALLS: Mapping[str, tuple[int, int]] = MappingProxyType({
    "exp": (1, 1), "ln": (1, 1), "log1p": (1, 1), "cos": (1, 1), "power": (2, 2), "floor": (1, 1), "round": (1, 2),
    "least": (2, 2), "greatest": (2, 2), "clip": (3, 3), "mean": (1, 1), "steps": (2, 50), "reached": (2, 2),
    "ranked": (3, 50), "word": (2, 50), "day": (3, 3), "named": (1, 1), "of_months": (1, 1),
})  # fmt: skip
DRAWS: Mapping[str, tuple[int, int]] = MappingProxyType({
    "normal": (1, 1), "uniform": (1, 3), "integers": (3, 3), "beta": (3, 3), "chance": (2, 2), "poisson": (2, 2),
    "binomial": (3, 3),
})  # fmt: skip
"""Functions of formulas, with how few and how many arguments. The first of a draw is the name of its stream."""


class Formula(Part):
    """How an attribute of organisations follows from what is known of them before."""

    shorthand = "value"

    value: Word = Field(description="公式")
    who: Word | None = Field(None, description="只有这些企业有记录；value 指公式的值")
    absent: Number | None = Field(None, description="当期未存续的企业的值；不写即无记录")


class Events(Part):
    count: Number = Field(description="在 base 家对应的一年事件数")
    period: PeriodText = Field(description="发生期间")
    classes: Shares = Field(description="事件类别 → 份额")
    voices: Shares = Field(description="来源 → 份额")
    closed: Number = Field(description="已办结份额")
    source: Citation | None = Field(None, description="公布的总数出自")


class Difference(Part):
    small: Number = Field(Decimal(0), description="略有出入的份额")
    large: Number = Field(Decimal(0), description="差别很大的份额")


class Pick(Part):
    """A cell of a random row of another made-up file, or of a random organisation: its credit code."""

    file: Id | None = Field(None, description="另一份合成文件，不写为企业")
    column: Word | None = Field(None, description="其中的列")
    beside: Word | None = Field(None, description="与本文件这一列取自同一行")
    having: Word | None = Field(None, description="只取那份文件里这一列有值的行")


class Later(Part):
    """A day some days after that of another column; blank where that one is, and outside its bounds."""

    column: Word = Field(description="在哪一列之后")
    days: tuple[int, int] = Field(description="最少、最多几天")
    from_: Day | None = Field(None, alias="from", description="早于这一天的留空")
    until: Day | None = Field(None, description="晚于这一天的留空")


class FollowsWords(Part):
    """What another column says decides: the text of the first word that its cell holds."""

    column: Word = Field(description="看哪一列")
    words: Mapping[Word, Word] = Field(min_length=1, description="那一列里的词 → 本列的值")


class Spread(Part):
    """A number around a median, its logarithm normally spread."""

    median: Number = Field(gt=0, description="中位数")
    spread: Number = Field(Decimal(1), ge=0, description="对数标准差")
    decimals: int = Field(0, ge=0, le=6, description="小数位")


WAYS = ("serial", "text", "choice", "ranges", "compose", "days", "every_day", "number", "later", "pick", "follows")


class Made(Part):
    """How the cells of a column are made up: one of the ways, for a share of the rows."""

    serial: Word | None = Field(None, description="编号的写法，如 R{:06d}")
    text: Word | None = Field(None, description="每行相同的文字")
    choice: Shares = Field({}, description="取值 → 份额，按份额分足")
    ranges: Shares = Field({}, description="整数区间（如 51..100）→ 份额")
    compose: tuple[tuple[Word, ...], ...] = Field((), description="各取一段连成名称")
    days: tuple[Day, Day] | None = Field(None, description="首末日之间")
    every_day: Day | None = Field(None, description="从这天起每行一天")
    number: Spread | None = Field(None, description="数值")
    later: Later | None = Field(None, description="在另一列之后")
    pick: Pick | None = Field(None, description="取自另一份文件或企业")
    follows: FollowsWords | None = Field(None, description="随另一列所含的词")
    share: Number = Field(Decimal(1), ge=0, le=1, description="有值的份额")
    given: Word | None = Field(None, description="只在本文件这一列有值的行有值")

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are written; the check lets through only one."""
        return tuple(each for each in WAYS if getattr(self, each))


class SynthFile(Part):
    """One file per period (or one at all), with the columns of the source it is written for."""

    name: Word = Field(description="文件名，{period} 为期间")
    rows: Literal["organisations", "spells", "areas", "events", "made"] = Field(
        "organisations", description="每行说什么"
    )
    count: Number | None = Field(
        None,
        ge=0,
        description="rows: made 的行数，在 base 家企业旁",
    )
    scaled: bool = Field(True, description="行数随企业数缩放")
    make: Mapping[Word, Made] = Field({}, description="rows: made 时，列 → 怎么编")
    periods: tuple[PeriodText, ...] = Field((), description="每个期间一个文件")
    share: Number = Field(Decimal(1), description="有多大份额在内")
    larger_first: bool = Field(False, description="优先收录大企业")
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = Field("utf-8", description="文件编码")
    differs: Difference | None = Field(None, description="与实际的出入")
    dirt: Mapping[Dirt, Number] = Field({}, description="埋入的错误 → 每行的概率")


@kind("synth", files="synth.yaml", title=say("合成园区", context="kind"), where="zone")
class Synth(Declared):
    title: Text = Field(description="名称")
    note: Text | None = wording(None, description="说明")
    base: int = Field(ge=1, description="各总数对应的企业数")
    base_source: Citation | None = Field(None, description="出处")
    as_of: Day = Field(description="数据截止日，其后的日期都是错误")
    codes: Codes = Field(description="统一社会信用代码")
    names: Names = Field(description="名称")
    areas: Areas = Field(description="区域")
    industries: Mapping[Word, Industry] = Field(min_length=1, description="行业小类 → 特征")
    quotas: Mapping[AttributeId, Quota] = Field({}, description="标志 → 数量")
    events: Events | None = Field(None, description="事件")
    formulas: Mapping[Word, Formula] = Field({}, description="企业的属性，或供后面引用的名称 → 怎么算")
    files: Mapping[Id, SynthFile] = Field(min_length=1, description="来源编号 → 文件")
