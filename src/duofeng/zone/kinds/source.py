"""sources/<id>.yaml: how the columns of a delivered file become facts, and what a sound delivery looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from duofeng.kernel.identifiers import OWN
from duofeng.kernel.message import say
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, Number, OverRegister, Part, RegisterId, SchemeId, Text, UnitText, Word, wording
from duofeng.zone.periods import PeriodText
from duofeng.zone.registry import kind

System = Literal["wgs84", "gcj02", "cgcs2000"]
KEY_JOIN = "/"
TABULATOR = {"tab": "\t", "\\t": "\t"}
BY_NAME = "name"
LEDGER_KEY = "key"  # the column holds the subject's key in the ledger, not a number of the source


class Column(Part):
    """A column whose cells become facts. A plain word is its attribute.

    A **reference** is found `by`
    - an identifier scheme (built in or declared): the cell is a number, validated and brought into normal form; it
      leads to the subject of the attribute's register that has it for its key (`Zone.key_of`) or, failing that, in an
      attribute of that scheme;
    - `own`: the number that the one source of that register which has numbers of its own gives it (`source:number`);
    - `key`: the cell is the subject's key in the ledger;
    - `name`: the cell is a name; it is looked for among the register's name attributes, normalised, and waits in the
      resolve queue when it cannot be settled.
    Left out, the way follows from the key of that register: its scheme, or `own`; `issued` is found by `key`.
    `key` lists several columns that make up the number together, joined by KEY_JOIN in that order.

    An **instant** is read in `time_zone` (the zone's, if left out) unless the cell says its own offset.
    A **point** is WKT, or this column is the longitude and `latitude` names the other one; a **geometry** is WKT.
    `system` says in which reference system they are written; in the ledger they are WGS 84.
    A cell of an attribute with **many** values gives one member, or several split at `separator`; with `complete`, the
    members that a subject's rows of a delivery no longer name end there.
    """

    shorthand = "attribute"

    attribute: AttributeId = Field(description="属性编号")
    unit: UnitText | None = Field(None, description="这一列的单位，与属性不同时必写")
    period: PeriodText | None = Field(None, description="这一列所属的期间")
    by: SchemeId | None = Field(
        None,
        description="关联按什么找：标识体系编号、own、key、name；不写则按所关联台账的键",
    )
    key: tuple[Word, ...] = Field((), description="合起来才是编号的几列")
    format: Word | None = Field(None, description="日期或时刻的写法，如 %d.%m.%Y %H:%M；表格软件的日期序号写 serial")
    time_zone: Word | None = Field(None, description="时刻所在时区，不写用园区的")
    latitude: Word | None = Field(None, description="本列是经度，纬度在这一列")
    system: System | None = Field(None, description="坐标系，点和图形必写")
    separator: Word | None = Field(None, description="一格写多个值时的分隔符")
    complete: bool = Field(False, description="没再列出的值即告结束")
    values: Mapping[Word, Word] = Field({}, description="原文 → 代码或 true/false")


class SourcePeriod(Part):
    """Where a row's period comes from: exactly one of the three."""

    shorthand = "fixed"

    fixed: PeriodText | None = Field(None, description="所有行同属一期")
    column: Word | None = Field(None, description="期间所在的列")
    file_name: Word | None = Field(
        None,
        description="从文件名取期间的正则表达式，第一个括号为期间",
    )


class SourcePrinted(Part):
    """In which columns a long table says how a published document prints a row's value."""

    document: Word = Field(description="公开文件编号所在的列")
    start: Word | None = Field(None, description="首字位置所在的列")
    end: Word | None = Field(None, description="末字之后位置所在的列")
    written: Word | None = Field(None, description="原样写法所在的列")
    hedge: Word | None = Field(
        None,
        description="限定词所在的列，如 约、超、不少于、近、以上",
    )

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Field and column, of those that are given."""
        return tuple((name, column) for name, column in self if column is not None)


class SourceHabits(Part):
    """How whoever fills in the files of this source writes; what is left out is as in the zone."""

    dates: Literal["year_first", "day_first", "month_first"] | None = Field(
        None, description="日期的先后，不写用园区的"
    )
    decimal: Literal["point", "comma"] | None = Field(None, description="小数点用点或逗号，不写用园区的")


class Melt(Part):
    """Columns whose titles are values, as years or months across: each of their cells becomes a row of its own, with
    the title in the column `into` and the cell in the column `value`; the source speaks of both like of others."""

    columns: Word = Field(description="横排的列：列名的正则表达式，如 \\d{4}年")
    into: Word = Field(description="这些列名成为哪一列的值，如 年份")
    value: Word = Field(description="这些格成为哪一列的值，如 数值")


class Rows(Part):
    min: int = Field(1, ge=0, description="少于此数则整份隔离")
    max: int | None = Field(None, ge=0, description="多于此数则提醒")


class Assertions(Part):
    rows: Rows | None = Field(None, description="行数")
    filled: Mapping[Word, Number] = Field({}, description="列 → 最低填充率（0–1）")
    freshness_days: int | None = Field(None, ge=1, description="超过多少天没有新数据要提醒")
    ends: Number | None = Field(None, description="完整名单一次最多结束几成对象（0–1），超过则隔离；不写为 0.5")
    unknown_columns: Literal["warn", "quarantine", "ignore"] = Field(
        "warn", description="出现未声明的列时：提醒、隔离、不管"
    )


@kind("source", files="sources/*.yaml", title=say("来源", context="kind"))
class Source(Declared, OverRegister):
    title: Text = Field(description="名称")
    of: RegisterId = Field(description="行说的是哪个台账的对象")
    reader: Literal["csv", "xlsx", "jsonl"] = Field(description="文件格式")
    files: Word = Field(description="文件名式样，如 名录*.xlsx")
    sheet: Word | None = Field(None, description="工作表名；不写为第一张")
    sheets: Literal["first", "all"] = Field("first", description="几张工作表有同样的表头时：只读第一张，或全读")
    delimiter: Word | None = Field(
        None,
        description="csv 的分隔符，制表符写 tab；不写则按内容认定",
    )
    encoding: Word | None = Field(
        None,
        description="文字编码，如 gb18030、big5、cp1252；不写则按内容认定",
    )
    habits: SourceHabits = Field(SourceHabits(), description="数和日期的写法")
    header_rows: int = Field(1, ge=1, le=10, description="表头占几行")
    identifier: Mapping[Word, SchemeId] = Field(
        {},
        description="标识列 → 标识体系；来源自己的编号写 own，账本里的键写 key",
    )
    key: tuple[Word, ...] = Field(
        (),
        description="合起来才是编号的几列，如楼栋、单元、房号；不必都是属性",
    )
    name: Word | None = Field(None, description="名称列")
    subject: Word | None = Field(None, description="整份数据只说这一个对象")
    columns: Mapping[Word, Column] = Field({}, description="宽表：列名 → 属性")
    attribute: Word | None = Field(
        None,
        description="长表：写属性编号的列，每行一个值",
    )
    value: Word | None = Field(None, description="长表：值所在的列")
    unit: UnitText | None = Field(None, description="长表：单位所在的列")
    printed: SourcePrinted | None = Field(None, description="长表：值在公开文件里何处、怎样写")
    melt: Melt | None = Field(None, description="横排的年份、月份、指标转为竖排")
    period: SourcePeriod | None = Field(None, description="期间从哪里来")
    valid_from: Word | None = Field(None, description="状态起始日所在的列")
    valid_until: Word | None = Field(None, description="状态截止日所在的列")
    repeated: Literal["refuse", "sum", "last", "first"] | None = Field(
        None,
        description="同一对象、属性、期间在一份里出现几个不同的值时：拒收、相加、取最后、取最先；不写为拒收",
    )
    whole: bool = Field(False, description="每一份都是完整的名单：下一份不再列出的，其状态即告结束")
    priority: int = Field(50, ge=0, le=1000, description="优先级，大者为准")
    asserts: Assertions | None = Field(None, description="断言")
    note: Text | None = wording(None, description="备注")

    @property
    def known_columns(self) -> tuple[str, ...]:
        """Every column the source speaks of, each once."""
        period = self.period.column if self.period else None
        single = (self.name, self.attribute, self.value, self.unit, self.valid_from, self.valid_until, period)
        printed = [title for _, title in self.printed.columns] if self.printed else []
        parts = (part for each in self.columns.values() for part in (*each.key, each.latitude))
        named = (*self.columns, *self.identifier, *self.key, *single, *printed, *parts)
        return tuple(dict.fromkeys(column for column in named if column is not None))

    @property
    def written_columns(self) -> tuple[str, ...]:
        """Those of them that stand in a file as it is delivered."""
        made = (self.melt.into, self.melt.value) if self.melt else ()
        return tuple(column for column in self.known_columns if column not in made)

    @property
    def has_own_numbers(self) -> bool:
        """Whether it numbers its subjects itself: by one column, or by several together."""
        return OWN in self.identifier.values() or bool(self.key)
