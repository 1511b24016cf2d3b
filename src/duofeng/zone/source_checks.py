"""What a source is checked for beyond attributes and units: keys of several columns, references, places, moments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from duofeng.kernel.identifiers import OWN
from duofeng.kernel.message import say
from duofeng.kernel.problem import declare, nearest
from duofeng.zone import problems
from duofeng.zone.references import check_scheme
from duofeng.zone.registry import Report

if TYPE_CHECKING:
    from duofeng.zone.kinds.source import Column, Source
    from duofeng.zone.kinds.vocabulary import Attribute
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
KEYED = {OWN, "key", "name"}
_FOR: dict[str, frozenset[str]] = {
    "by": frozenset({"reference"}),
    "key": frozenset({"reference"}),
    "format": frozenset({"date", "instant"}),
    "time_zone": frozenset({"instant"}),
    "latitude": frozenset({"point"}),
    "system": frozenset({"point", "geometry"}),
}


def check_key(item: Source, zone: Zone, report: Report) -> None:
    """The columns of the source's key are declared, and no register's key holds itself."""
    if len(item.key) == 1:
        report(KEY_OF_ONE, ("key",), on_key=True, column=item.key[0])
    if item.attribute is None:
        for index, column in enumerate(item.key):
            if column not in item.columns:
                known = list(item.columns)
                hint = problems.hint(nearest(column, known), known)
                report(problems.UNKNOWN_COLUMN, ("key", index), word=column, **hint)
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


def check_special(title: str, column: Column, attribute: Attribute, zone: Zone, report: Report) -> None:
    """What only some types of attribute take."""
    path: Path = ("columns", title)
    for key in _misplaced(column, attribute):
        report(NOT_FOR_TYPE, (*path, key), on_key=True, key=key, type=attribute.type)
    if attribute.type == "reference" and attribute.to in zone.registers:
        _check_reference(title, column, attribute, zone, report)
    if attribute.type in _FOR["system"] and column.system is None:
        report(NEEDS_SYSTEM, path, on_key=True, column=title)
    if column.time_zone is not None and column.time_zone not in available_timezones():
        zones = sorted(available_timezones())
        hint = problems.hint(nearest(column.time_zone, zones))
        report(problems.NO_TIME_ZONE, (*path, "time_zone"), word=column.time_zone, **hint)


def _misplaced(column: Column, attribute: Attribute) -> Iterator[str]:
    for key, types in _FOR.items():
        if getattr(column, key) and attribute.type not in types:
            yield key
    for key in ("separator", "complete"):
        if getattr(column, key) and not attribute.many:
            yield key


def _check_reference(title: str, column: Column, attribute: Attribute, zone: Zone, report: Report) -> None:
    path: Path = ("columns", title)
    register = str(attribute.to)
    way = zone.way_to(register, column.by)
    if column.by is not None and not check_scheme(column.by, (*path, "by"), zone, report, sorted(KEYED)):
        return
    if len(column.key) == 1:
        report(KEY_OF_ONE, (*path, "key"), on_key=True, column=column.key[0])
    if way != OWN:
        return
    numbering = [each.id for each in zone.sources.values() if each.register == register and each.has_own_numbers]
    if len(numbering) != 1:
        several, none = say("{sources} 各编各的号", sources=tuple(numbering)), say("没有来源给它编号")
        report(WHOSE_NUMBERS, path, on_key=True, register=register, column=title, reason=several if numbering else none)
