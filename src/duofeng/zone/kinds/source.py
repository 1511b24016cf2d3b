"""sources/<id>.yaml: how the columns of a delivered file become facts, and what a sound delivery looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from duofeng.kernel.identifiers import OWN
from duofeng.kernel.period import GRAINS, Period
from duofeng.kernel.problem import ProblemError, nearest
from duofeng.kernel.units import factor_between
from duofeng.zone import problems
from duofeng.zone.kinds.vocabulary import Attribute, AttributeId
from duofeng.zone.model import Declared, Number, OverRegister, Part, RegisterId, SchemeId, Text, UnitText, Word, wording
from duofeng.zone.periods import PeriodText
from duofeng.zone.references import check_attribute, check_register, check_scheme
from duofeng.zone.registry import Report, kind
from duofeng.zone.source_checks import check_key, check_special

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

System = Literal["wgs84", "gcj02", "cgcs2000"]
KEY_JOIN = "/"
BY_NAME = "name"
LEDGER_KEY = "key"  # the column holds the subject's key in the ledger, not a number of the source
_PERIOD_KEYS = ("fixed", "column", "file_name")
_PER = {
    "state": ("状态", "a state"),
    "year": ("年", "per year"),
    "half": ("半年", "per half year"),
    "quarter": ("季", "per quarter"),
    "month": ("月", "per month"),
    "day": ("日", "per day"),
}


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

    attribute: AttributeId = Field(description="属性编号 / id of the attribute")
    unit: UnitText | None = Field(
        None, description="这一列的单位，与属性不同时必写 / the column's unit, if not the attribute's"
    )
    period: PeriodText | None = Field(None, description="这一列所属的期间 / the period this column is of")
    by: SchemeId | None = Field(
        None,
        description="关联按什么找：标识体系编号、own、key、name；不写则按所关联台账的键 "
        "/ how a reference is found: an identifier scheme, own, key or name; by the key of its register if left out",
    )
    key: tuple[Word, ...] = Field(
        (), description="合起来才是编号的几列 / columns that make up the number of a reference together"
    )
    format: Word | None = Field(
        None, description="日期或时刻的写法，如 %d.%m.%Y %H:%M / how dates or instants are written"
    )
    time_zone: Word | None = Field(
        None, description="时刻所在时区，不写用园区的 / time zone of instants, the zone's if left out"
    )
    latitude: Word | None = Field(
        None, description="本列是经度，纬度在这一列 / this column is the longitude; the column with the latitude"
    )
    system: System | None = Field(
        None, description="坐标系，点和图形必写 / reference system; points and geometries need it"
    )
    separator: Word | None = Field(
        None, description="一格写多个值时的分隔符 / what separates several values in one cell"
    )
    complete: bool = Field(False, description="没再列出的值即告结束 / values no longer listed end")
    values: Mapping[Word, Word] = Field({}, description="原文 → 代码或 true/false / cell text → code or true/false")


class SourcePeriod(Part):
    """Where a row's period comes from: exactly one of the three."""

    shorthand = "fixed"

    fixed: PeriodText | None = Field(None, description="所有行同属一期 / all rows are of one period")
    column: Word | None = Field(None, description="期间所在的列 / the column that holds it")
    file_name: Word | None = Field(
        None,
        description="从文件名取期间的正则表达式，第一个括号为期间 / regular expression; its first group is the period",
    )


class SourcePrinted(Part):
    """In which columns a long table says how a published document prints a row's value."""

    document: Word = Field(description="公开文件编号所在的列 / the column with the document's id")
    start: Word | None = Field(None, description="首字位置所在的列 / the column with the first character")
    end: Word | None = Field(None, description="末字之后位置所在的列 / the column with the character after the last")
    written: Word | None = Field(None, description="原样写法所在的列 / the column with the printed form")
    hedge: Word | None = Field(
        None,
        description="限定词所在的列 / the column with its hedge: 约, 超, 不少于, 近, 以上 …",
    )

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Field and column, of those that are given."""
        return tuple((name, column) for name, column in self if column is not None)


class Rows(Part):
    min: int = Field(1, ge=0, description="少于此数则整份隔离 / fewer rows quarantine the delivery")
    max: int | None = Field(None, ge=0, description="多于此数则提醒 / more rows give a warning")


class Assertions(Part):
    rows: Rows | None = Field(None, description="行数 / number of rows")
    filled: Mapping[Word, Number] = Field({}, description="列 → 最低填充率（0–1）/ column → lowest fill rate, 0 to 1")
    freshness_days: int | None = Field(
        None, ge=1, description="超过多少天没有新数据要提醒 / days the newest data may lie behind"
    )
    unknown_columns: Literal["warn", "quarantine", "ignore"] = Field(
        "warn", description="出现未声明的列时：提醒、隔离、不管 / what an undeclared column does"
    )


def check_source(item: Source, zone: Zone, report: Report) -> None:
    if not check_register(item.register, ("of",), zone, report):
        return
    _check_assertions(item, report)
    if not item.identifier and not item.key and item.name is None and item.subject is None:
        report(problems.NO_IDENTIFIER, (), on_key=True, id=item.id)
    for column, scheme in item.identifier.items():
        check_scheme(scheme, ("identifier", column), zone, report, (LEDGER_KEY,))
    _check_form(item, report)
    check_key(item, zone, report)
    if item.period is not None:
        _check_source_period(item.period, report)
    for title, column_ in item.columns.items():
        _check_column(item, title, column_, zone, report)


def _check_form(item: Source, report: Report) -> None:
    if item.attribute is None and not item.columns:
        report(problems.NO_COLUMNS, (), on_key=True, id=item.id)
    elif item.attribute is not None and item.value is None:
        zh, en = "长表要写明值所在的列。", "The long form names the column with the value."
        report(problems.MISSING_KEY, ("attribute",), on_key=True, key="value", about_zh=zh, about_en=en)


def _check_source_period(period: SourcePeriod, report: Report) -> None:
    written = [key for key in _PERIOD_KEYS if getattr(period, key) is not None]
    if len(written) != 1:
        report(problems.ONE_OF, ("period",), on_key=True, keys=", ".join(_PERIOD_KEYS), count=len(written))
    if period.file_name is None:
        return
    try:
        groups = re.compile(period.file_name).groups
    except (re.error, OverflowError, RecursionError):
        reason_zh, reason_en = "写法有误", "it is malformed"
    else:
        if groups:
            return
        reason_zh, reason_en = "没有括号，取不出期间", "it has no group to take the period from"
    report(
        problems.BAD_EXPRESSION,
        ("period", "file_name"),
        text=period.file_name,
        reason_zh=reason_zh,
        reason_en=reason_en,
    )


def _check_values(title: str, column: Column, attribute: Attribute, zone: Zone, report: Report) -> None:
    if attribute.type == "flag":
        allowed: tuple[str, ...] = ("true", "false")
    elif attribute.codes is not None and attribute.codes in zone.codes:
        allowed = tuple(zone.codes[attribute.codes].codes)
    else:
        return
    for text, value in column.values.items():
        if value not in allowed:
            suggestion = problems.hint(nearest(value, allowed), allowed)
            report(
                problems.VALUE_MISFIT,
                ("columns", title, "values", text),
                text=value,
                attribute=attribute.id,
                **suggestion,
            )


def _check_assertions(item: Source, report: Report) -> None:
    if item.asserts is None or item.asserts.rows is None:
        report(problems.NO_ASSERTIONS, ("asserts",), on_key=True, id=item.id)
        if item.asserts is None:
            return
    rows = item.asserts.rows
    if rows is not None and rows.max is not None and rows.min > rows.max:
        report(
            problems.CONTRADICTION,
            ("asserts", "rows", "min"),
            low="min",
            low_value=rows.min,
            high="max",
            high_value=rows.max,
        )
    known = item.known_columns
    for column, rate in item.asserts.filled.items():
        path = ("asserts", "filled", column)
        if column not in known:
            report(
                problems.UNKNOWN_COLUMN, path, on_key=True, word=column, **problems.hint(nearest(column, known), known)
            )
        if not 0 <= rate <= 1:
            report(problems.RANGE, path, key=column, text=rate, bound_zh="在 0 与 1 之间", bound_en="between 0 and 1")


def _check_column(item: Source, title: str, column: Column, zone: Zone, report: Report) -> None:
    path = ("columns", title, "attribute")
    check_attribute(item.register, column.attribute, path, zone, report)
    attribute = zone.attributes.get(item.register, {}).get(column.attribute)
    if attribute is None:
        return
    if column.unit is not None and attribute.unit is not None:
        try:
            factor_between(column.unit, attribute.unit)
        except ProblemError as error:
            report.problem(error.problems[0], ("columns", title, "unit"))
    elif column.unit is not None:
        rule_zh, rule_en = "没有单位", "has no unit"
        report(problems.TYPE_MISFIT, ("columns", title, "unit"), type=attribute.type, rule_zh=rule_zh, rule_en=rule_en)
    _check_values(title, column, attribute, zone, report)
    check_special(title, column, attribute, zone, report)
    _check_period(item, title, column, attribute, report)


def _check_period(item: Source, title: str, column: Column, attribute: Attribute, report: Report) -> None:
    fixed = column.period or (item.period.fixed if item.period else None)
    path = ("columns", title, *(("period",) if column.period else ()))
    if attribute.per == "state":
        if column.period is not None:
            _misfit(attribute, f"不属于期间 {fixed}", f"not of the period {fixed}", path, report)
    elif fixed is None and item.period is None:
        _misfit(
            attribute, "而来源和这一列都没有说明期间", "but neither source nor column says which period", path, report
        )
    elif fixed is not None and item.register != "zone" and not _fits(Period.parse(fixed), attribute.per):
        _misfit(attribute, f"而期间是 {fixed}", f"but the period is {fixed}", path, report)


def _fits(period: Period, per: str) -> bool:
    return period.grain == per and not period.is_range if per in GRAINS else False


def _misfit(attribute: Attribute, zh: str, en: str, path: tuple[str | int, ...], report: Report) -> None:
    per_zh, per_en = _PER[attribute.per]
    report(problems.PERIOD_MISFIT, path, attribute=attribute.id, per_zh=per_zh, per_en=per_en, found_zh=zh, found_en=en)


@kind("source", files="sources/*.yaml", title=("来源", "sources"), check=check_source)
class Source(Declared, OverRegister):
    title: Text = Field(description="名称 / title")
    of: RegisterId = Field(description="行说的是哪个台账的对象 / the register whose subjects its rows are about")
    reader: Literal["csv", "xlsx", "jsonl"] = Field(description="文件格式 / file format")
    files: Word = Field(description="文件名式样，如 名录*.xlsx / pattern of file names")
    sheet: Word | None = Field(None, description="工作表名；不写为第一张 / sheet; the first if left out")
    delimiter: Word | None = Field(
        None,
        description="csv 的分隔符，制表符写 tab；不写则按内容认定 / what separates cells of a csv; tab for a tabulator",
    )
    header_rows: int = Field(1, ge=1, le=10, description="表头占几行 / rows of the header")
    identifier: Mapping[Word, SchemeId] = Field(
        {},
        description="标识列 → 标识体系；来源自己的编号写 own，账本里的键写 key "
        "/ identifier column → scheme; own for the source's own number, key for the key in the ledger",
    )
    key: tuple[Word, ...] = Field(
        (),
        description="合起来才是编号的几列，如楼栋、单元、房号；都要写在 columns 里 "
        "/ columns that make up the number together, such as building, unit and number; each is in columns, too",
    )
    name: Word | None = Field(None, description="名称列 / the column with the subject's name")
    subject: Word | None = Field(
        None, description="整份数据只说这一个对象 / the one subject the whole delivery is about"
    )
    columns: Mapping[Word, Column] = Field({}, description="宽表：列名 → 属性 / wide form: column title → attribute")
    attribute: Word | None = Field(
        None,
        description="长表：写属性编号的列，每行一个值 / long form, one value a row: the column with the attribute's id",
    )
    value: Word | None = Field(None, description="长表：值所在的列 / long form: the column with the value")
    unit: UnitText | None = Field(None, description="长表：单位所在的列 / long form: the column with the unit")
    printed: SourcePrinted | None = Field(
        None, description="长表：值在公开文件里何处、怎样写 / long form: where a document prints the value, and how"
    )
    period: SourcePeriod | None = Field(None, description="期间从哪里来 / where the period comes from")
    valid_from: Word | None = Field(None, description="状态起始日所在的列 / the column with the day a state begins")
    valid_until: Word | None = Field(None, description="状态截止日所在的列 / the column with the last day of a state")
    priority: int = Field(50, ge=0, le=1000, description="优先级，大者为准 / the higher wins")
    asserts: Assertions | None = Field(None, description="断言 / what a sound delivery looks like")
    note: Text | None = wording(None, description="备注 / remark")

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
    def has_own_numbers(self) -> bool:
        """Whether it numbers its subjects itself: by one column, or by several together."""
        return OWN in self.identifier.values() or bool(self.key)
