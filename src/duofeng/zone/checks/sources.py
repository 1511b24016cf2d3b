"""What a source is checked for: its columns, keys of several columns, references, places, moments, assertions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from duofeng.kernel.message import Message, say
from duofeng.kernel.period import GRAINS, Period
from duofeng.kernel.problem import declare, hint
from duofeng.kernel.time_zones import time_zones
from duofeng.zone import problems
from duofeng.zone.checks.names import attribute_exists, register_exists, scheme_exists
from duofeng.zone.checks.units import check_unit
from duofeng.zone.kinds.register import OWN
from duofeng.zone.kinds.source import LEDGER_KEY, TABULATOR, Column, Melt, Source, SourcePeriod
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

Path = tuple[str | int, ...]
KEY_OF_ONE = declare(
    "E061",
    "编号只由“{column}”一列组成，写在 identifier 里。",
    explain="key 是几列合起来的编号，如楼栋、单元、房号；只有一列时写 identifier: {列名: own}。",
)
KEYS_IN_A_CIRCLE = declare(
    "E062",
    "这些台账的编号互相包含，谁也算不出：{circle}。",
    explain="编号里可以有关联（房屋的编号含楼栋），但楼栋的编号不能再含房屋。",
)
WHOSE_NUMBERS = declare(
    "E063",
    "台账 {register} 没有统一的编号，“{column}”认不出是哪一个：{reason}。",
    explain="来源自己的编号只有一个来源在用时才能被别人引用。给这种号码声明一个标识体系（identifiers/），几个来"
    "源共用；或按名称（by: name）查找。",
)
NOT_FOR_TYPE = declare(
    "E064",
    "“{key}”不能用在 {type} 类型的属性上。",
    explain="by、key 用于关联，format 用于日期和时刻，time_zone 用于时刻，system 用于点和图形，latitude 用于"
    "点，separator、complete 用于有多个值的属性（many: true）。",
)
NEEDS_SYSTEM = declare(
    "E065",
    "“{column}”要写明坐标系（system）：wgs84、gcj02 或 cgcs2000。",
    explain="坐标系相差可达几百米，从数字上看不出来，所以不猜。",
)


NO_ENCODING = declare(
    "E027",
    "没有名为“{word}”的文字编码。{hint}",
    explain="写编码的通行名称，如 utf-8、gb18030、big5、utf-16、cp1252、mac_roman、shift_jis、euc_kr。",
)
SEPARATOR = declare(
    "E028",
    "分隔符“{text}”应为一个字符，制表符写 tab",
    explain="一格与一格之间只隔一个字符。写在引号里，如 ;  |  ^  ，。",
)
ENCODINGS = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "utf-16", "cp1252", "latin-1", "mac_roman", "cp1251",
             "shift_jis", "euc_jp", "euc_kr", "cp1250")  # fmt: skip
_PERIOD_KEYS = ("fixed", "column", "file_name")
_PER = {
    "state": say("状态", context="measured"),
    "year": say("年", context="measured"),
    "half": say("半年", context="measured"),
    "quarter": say("季", context="measured"),
    "month": say("月", context="measured"),
    "day": say("日", context="measured"),
}


def check_source(item: Source, zone: Zone, report: Report) -> None:
    if not register_exists(item.register, ("of",), zone, report):
        return
    _check_assertions(item, report)
    _check_identifier(item, zone, report)
    _check_form(item, report)
    _check_text(item, report)
    check_key(item, zone, report)
    if item.has("period") and item.period is not None:
        _check_source_period(item.period, report)
    if item.has("melt") and item.melt is not None:
        _check_melt(item, item.melt, report)
    for title, column_ in item.columns.items():
        _check_column(item, title, column_, zone, report)


@alone
def _check_identifier(item: Source, zone: Zone, report: Report) -> None:
    if not item.identifier and not item.key and item.name is None and item.subject is None:
        report(problems.NO_IDENTIFIER, (), on_key=True, id=item.id)
    for column, scheme in item.identifier.items():
        scheme_exists(scheme, ("identifier", column), zone, report, (LEDGER_KEY,))


@alone
def _check_text(item: Source, report: Report) -> None:
    if item.encoding is not None and not _is_encoding(item.encoding):
        near = hint(item.encoding.lower(), ENCODINGS)
        report(NO_ENCODING, ("encoding",), word=item.encoding, **near)
    if item.delimiter is not None and len(item.delimiter) != 1 and item.delimiter not in TABULATOR:
        report(SEPARATOR, ("delimiter",), text=item.delimiter)


def _is_encoding(name: str) -> bool:
    """Whether Python knows an encoding of texts by that name."""
    try:
        "a".encode(name)  # nothing at all is encoded without a look at the name
    except (LookupError, ValueError):
        return False
    return True


@alone
def _check_form(item: Source, report: Report) -> None:
    if item.attribute is None and not item.columns:
        report(problems.NO_COLUMNS, (), on_key=True, id=item.id)
    elif item.attribute is not None and item.value is None:
        about = say("长表要写明值所在的列。")
        report(problems.MISSING_KEY, ("attribute",), on_key=True, key="value", about=about)


@alone
def _check_source_period(period: SourcePeriod, report: Report) -> None:
    written = [key for key in _PERIOD_KEYS if getattr(period, key) is not None]
    if len(written) != 1:
        report(problems.ONE_OF, ("period",), on_key=True, keys=", ".join(_PERIOD_KEYS), count=len(written))
    if period.file_name is None:
        return
    try:
        groups = re.compile(period.file_name).groups
    except (re.error, OverflowError, RecursionError):
        reason = say("写法有误")
    else:
        if groups:
            return
        reason = say("没有括号，取不出期间")
    report(
        problems.BAD_EXPRESSION,
        ("period", "file_name"),
        text=period.file_name,
        reason=reason,
    )


@alone
def _check_melt(item: Source, melt: Melt, report: Report) -> None:
    """What becomes of the columns across is read by somebody."""
    try:
        re.compile(melt.columns)
    except (re.error, OverflowError, RecursionError):
        path, reason = ("melt", "columns"), say("写法有误")
        report(problems.BAD_EXPRESSION, path, text=melt.columns, reason=reason)
    read = [column for column in item.known_columns if column not in item.written_columns]
    for key, column in (("into", melt.into), ("value", melt.value)):
        if column not in read:
            report(problems.UNKNOWN_COLUMN, ("melt", key), word=column, **hint(column, item.known_columns))


def _check_values(title: str, column: Column, attribute: Attribute, zone: Zone, report: Report) -> None:
    if attribute.type == "flag":
        allowed: tuple[str, ...] = ("true", "false")
    elif attribute.codes is not None and attribute.codes in zone.codes:
        allowed = tuple(zone.codes[attribute.codes].codes)
    else:
        return
    for text, value in column.values.items():
        if value not in allowed:
            suggestion = hint(value, allowed)
            report(
                problems.VALUE_MISFIT,
                ("columns", title, "values", text),
                text=value,
                attribute=attribute.id,
                **suggestion,
            )


@alone
def _check_assertions(item: Source, report: Report) -> None:
    if item.asserts is None or item.asserts.rows is None:
        report(problems.NO_ASSERTIONS, ("asserts",), on_key=True, id=item.id)
        if item.asserts is None:
            return
    if item.asserts.ends is not None and not 0 <= item.asserts.ends <= 1:
        report(problems.RANGE, ("asserts", "ends"), key="ends", text=item.asserts.ends, bound=say("在 0 与 1 之间"))
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
            report(problems.UNKNOWN_COLUMN, path, on_key=True, word=column, **hint(column, known))
        if not 0 <= rate <= 1:
            report(problems.RANGE, path, key=column, text=rate, bound=say("在 0 与 1 之间"))


@alone
def _check_column(item: Source, title: str, column: Column, zone: Zone, report: Report) -> None:
    path = ("columns", title, "attribute")
    attribute_exists(item.register, column.attribute, path, zone, report)
    attribute = zone.attributes.get(item.register, {}).get(column.attribute)
    if attribute is None:
        return
    if column.unit is not None and attribute.unit is not None:
        check_unit(column.unit, zone, report, ("columns", title, "unit"), attribute.unit)
    elif column.unit is not None:
        rule = say("没有单位")
        report(problems.TYPE_MISFIT, ("columns", title, "unit"), type=attribute.type, rule=rule)
    _check_values(title, column, attribute, zone, report)
    check_special(title, column, attribute, zone, report)
    _check_period(item, title, column, attribute, report)


@alone
def _check_period(item: Source, title: str, column: Column, attribute: Attribute, report: Report) -> None:
    fixed = column.period or (item.period.fixed if item.period else None)
    path = ("columns", title, *(("period",) if column.period else ()))
    if attribute.per == "state":
        if column.period is not None:
            _misfit(attribute, say("不属于期间 {fixed}", fixed=fixed), path, report)
    elif fixed is None:
        if item.period is None:
            _misfit(attribute, say("而来源和这一列都没有说明期间"), path, report)
    elif item.register != "zone" and not _fits(Period.parse(fixed), attribute.per):
        _misfit(attribute, say("而期间是 {fixed}", fixed=fixed), path, report)


def _fits(period: Period, per: str) -> bool:
    return period.grain == per and not period.is_range if per in GRAINS else False


def _misfit(attribute: Attribute, found: Message, path: tuple[str | int, ...], report: Report) -> None:
    report(problems.PERIOD_MISFIT, path, attribute=attribute.id, per=_PER[attribute.per], found=found)


KEYED = {OWN, "key", "name"}
_FOR: dict[str, frozenset[str]] = {
    "by": frozenset({"reference"}),
    "key": frozenset({"reference"}),
    "format": frozenset({"date", "instant"}),
    "time_zone": frozenset({"instant"}),
    "latitude": frozenset({"point"}),
    "system": frozenset({"point", "geometry"}),
}


@alone
def check_key(item: Source, zone: Zone, report: Report) -> None:
    """A key has several columns, and no register's key holds itself."""
    if item.key and len(set(item.key)) == 1:
        report(KEY_OF_ONE, ("key",), on_key=True, column=item.key[0])
    circle = _circle(item, zone)
    if circle:
        report(KEYS_IN_A_CIRCLE, ("key",), on_key=True, circle=" → ".join(circle))


def _held(source: Source, zone: Zone) -> set[str]:
    """The registers that the key of a source refers to."""
    attributes = zone.attributes.get(source.register, {})
    named = (source.columns[column].attribute for column in source.key if column in source.columns)
    return {to for name in named if name in attributes and (to := attributes[name].to) is not None}


def _circle(item: Source, zone: Zone) -> tuple[str, ...]:
    """The shortest way from the references in a source's key back to its register, or nothing."""
    holds: dict[str, set[str]] = {}
    for source in zone.sources.values():
        holds.setdefault(source.register, set()).update(_held(source, zone))
    ways: list[tuple[str, ...]] = [(item.register, first) for first in sorted(_held(item, zone))]
    for way in ways:
        if way[-1] == item.register:
            return way
        for to in sorted(holds.get(way[-1], ())):
            if to == item.register:
                return (*way, to)
            if to not in way:
                ways.append((*way, to))
    return ()


@alone
def check_special(title: str, column: Column, attribute: Attribute, zone: Zone, report: Report) -> None:
    """What only some types of attribute take."""
    path: Path = ("columns", title)
    for key in _misplaced(column, attribute):
        report(NOT_FOR_TYPE, (*path, key), on_key=True, key=key, type=attribute.type)
    if attribute.type == "reference" and attribute.to in zone.registers:
        _check_reference(title, column, attribute, zone, report)
    if attribute.type in _FOR["system"] and column.system is None:
        report(NEEDS_SYSTEM, path, on_key=True, column=title)
    if column.time_zone is not None and column.time_zone not in time_zones():
        zones = sorted(time_zones())
        near = hint(column.time_zone, zones, listed=False)
        report(problems.NO_TIME_ZONE, (*path, "time_zone"), word=column.time_zone, **near)


def _misplaced(column: Column, attribute: Attribute) -> Iterator[str]:
    for key, types in _FOR.items():
        if getattr(column, key) and attribute.type not in types:
            yield key
    for key in ("separator", "complete"):
        if getattr(column, key) and not attribute.many:
            yield key


@alone
def _check_reference(title: str, column: Column, attribute: Attribute, zone: Zone, report: Report) -> None:
    path: Path = ("columns", title)
    register = str(attribute.to)
    way = zone.way_to(register, column.by)
    if column.by is not None and not scheme_exists(column.by, (*path, "by"), zone, report, sorted(KEYED)):
        return
    if len(column.key) == 1:
        report(KEY_OF_ONE, (*path, "key"), on_key=True, column=column.key[0])
    if way != OWN:
        return
    numbering = [each.id for each in zone.sources.values() if each.register == register and each.has_own_numbers]
    if len(numbering) != 1:
        several, none = say("{sources} 各编各的号", sources=tuple(numbering)), say("没有来源给它编号")
        report(WHOSE_NUMBERS, path, on_key=True, register=register, column=title, reason=several if numbering else none)
