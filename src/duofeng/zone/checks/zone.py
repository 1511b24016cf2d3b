"""What zone.yaml, peak.yaml and calendars are checked for."""

from __future__ import annotations

from duofeng.kernel.problem import Problem, ProblemError, declare, hint
from duofeng.kernel.problems import HOURS_UNREADABLE
from duofeng.kernel.time_zones import time_zones
from duofeng.kernel.units import CURRENCIES, main_unit_of_money, unit
from duofeng.zone import problems
from duofeng.zone.checks.names import item_exists
from duofeng.zone.kinds.calendar import Calendar
from duofeng.zone.kinds.peak import Peak
from duofeng.zone.kinds.zone import ZoneFile
from duofeng.zone.report import Report
from duofeng.zone.zone import Zone

NO_CURRENCY = declare(
    "E076",
    "“{unit}”不是一种货币的主单位。{hint}",
    explain="写 元、美元、欧元，或 ISO 4217 的三位代码，如 CHF。万元、thousand EUR 是同一货币的倍数，不写在这里。",
)


def _is_main_unit(text: str) -> bool:
    try:
        return unit(text).is_money and unit(text).factor == 1 and unit(main_unit_of_money(text)) == unit(text)
    except ProblemError:
        return False


def check_zone(item: ZoneFile, zone: Zone, report: Report) -> None:
    if not _is_main_unit(item.currency.unit):
        near = hint(item.currency.unit, ("元", *CURRENCIES))
        report(NO_CURRENCY, ("currency", "unit"), unit=item.currency.unit, **near)
    if item.time_zone not in time_zones():
        near = hint(item.time_zone, sorted(time_zones()), listed=False)
        report(problems.NO_TIME_ZONE, ("time_zone",), word=item.time_zone, **near)
    item_exists("calendar", item.calendar, ("calendar",), zone, report)


def check_peak(item: Peak, zone: Zone, report: Report) -> None:
    for index, needed in enumerate(item.needs):
        if needed not in zone.peaks:
            report(problems.PEAK_NEEDS, ("needs", index), peak=needed)


def check_calendar(item: Calendar, _: Zone, report: Report) -> None:
    try:
        item.work_calendar()
    except ProblemError as error:
        for problem in error.problems:
            report.problem(problem, _place_of(item, problem))


def _place_of(item: Calendar, problem: Problem) -> tuple[str | int, ...]:
    if problem.code == HOURS_UNREADABLE.code:
        return ("hours",)
    day = str(problem.params.get("date", ""))
    for key in ("work", "off"):
        if any(str(each) == day for each in getattr(item, key)):
            return (key, str(day))
    return ("years",)
