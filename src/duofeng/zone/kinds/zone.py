"""zone.yaml: what the zone is called and what it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal
from zoneinfo import available_timezones

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError, declare, nearest
from duofeng.kernel.units import CURRENCIES, main_unit_of_money, unit
from duofeng.zone import problems
from duofeng.zone.model import Declared, Forms, Id, LanguageCode, Part, Text, Word
from duofeng.zone.references import check_reference
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone


NO_CURRENCY = declare(
    "E076",
    "“{unit}”不是一种货币的主单位。{hint}",
    explain="写 元、美元、欧元，或 ISO 4217 的三位代码，如 CHF。万元、thousand EUR 是同一货币的倍数，不写在这里。",
)


class Currency(Part):
    """The one money of a zone: what amounts are kept in, in hundredths, and what is printed behind them."""

    unit: Word = Field("元", description="主单位，词表里金额的单位")
    code: Word = Field("CNY", pattern="^[A-Z]{3}$", description="ISO 4217 代码")

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
    decimal: Literal["point", "comma"] = Field("point", description="小数点用点或逗号")
    week: Literal["monday", "saturday", "sunday"] = Field("monday", description="一周从哪天起")


def _is_main_unit(text: str) -> bool:
    try:
        return unit(text).is_money and unit(text).factor == 1 and unit(main_unit_of_money(text)) == unit(text)
    except ProblemError:
        return False


def check_zone(item: ZoneFile, zone: Zone, report: Report) -> None:
    if not _is_main_unit(item.currency.unit):
        hint = problems.hint(nearest(item.currency.unit, ("元", *CURRENCIES)))
        report(NO_CURRENCY, ("currency", "unit"), unit=item.currency.unit, **hint)
    if item.time_zone not in available_timezones():
        near = problems.hint(nearest(item.time_zone, sorted(available_timezones())))
        report(problems.NO_TIME_ZONE, ("time_zone",), word=item.time_zone, **near)
    check_reference("calendar", item.calendar, ("calendar",), zone, report)
    if item.areas is not None and not (zone.folder / item.areas).is_file():
        files = sorted(path.relative_to(zone.folder).as_posix() for path in zone.folder.rglob("*.csv"))
        report(problems.NO_FILE, ("areas",), path=item.areas, **problems.hint(nearest(item.areas, files)))


@kind("zone", files="zone.yaml", title=say("园区", context="kind"), where="zone", check=check_zone)
class ZoneFile(Declared):
    title: Text = Field(description="园区名称")
    also_called: tuple[Word, ...] = Field((), description="文件里对本园区的其他称呼")
    languages: tuple[LanguageCode, ...] = Field(
        ("zh", "en"),
        min_length=1,
        description="页面语言，第一个为默认",
    )
    peaks: tuple[Id, ...] = Field((), description="使用的峰")
    currency: Currency = Field(Currency(), description="货币，不写为人民币")
    time_zone: Word = Field("Asia/Shanghai", description="时区，IANA 名称")
    units: Mapping[Word, Forms] = Field(
        {},
        description="园区自己的计数单位 → 写在数后面的词：一个词，或 [单数, 复数]，可按语言写",
    )
    habits: Habits = Field(Habits(), description="日期、小数、一周的写法")
    calendar: Id | None = Field(None, description="默认工作日历的编号")
    areas: Word | None = Field(None, description="区域文件，相对园区文件夹")
    comparisons: Mapping[Id, Text] = Field(
        {},
        description="指标占比、排名所比较的范围，如 city、province",
    )
