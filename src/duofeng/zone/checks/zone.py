"""What zone.yaml, peak.yaml, calendars and the made-up copy are checked for."""

from __future__ import annotations

from zoneinfo import available_timezones

from duofeng.kernel.problem import ProblemError, declare, nearest
from duofeng.kernel.units import CURRENCIES, main_unit_of_money, unit
from duofeng.zone import problems
from duofeng.zone.checks.names import item_exists
from duofeng.zone.kinds.calendar import Calendar
from duofeng.zone.kinds.peak import Peak
from duofeng.zone.kinds.synth import WAYS, Pick, Synth, SynthFile
from duofeng.zone.kinds.zone import ZoneFile
from duofeng.zone.report import Report
from duofeng.zone.zone import Zone

NO_CURRENCY = declare(
    "E076",
    "“{unit}”不是一种货币的主单位。{hint}",
    explain="写 元、美元、欧元，或 ISO 4217 的三位代码，如 CHF。万元、thousand EUR 是同一货币的倍数，不写在这里。",
)
NOT_MADE = declare(
    "E092",
    "没有写明列“{column}”怎么编",
    explain="rows: made 的文件要在 make 里写明来源的每一列怎么编。",
)
NOT_BEFORE = declare(
    "E093",
    "“{word}”不在前面：只能引用写在前面的文件和列",
    explain="合成按书写次序进行，引用的文件和列必须写在前面；引用的文件也须是 rows: made。",
)


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
    item_exists("calendar", item.calendar, ("calendar",), zone, report)
    if item.areas is not None and not (zone.folder / item.areas).is_file():
        files = sorted(path.relative_to(zone.folder).as_posix() for path in zone.folder.rglob("*.csv"))
        report(problems.NO_FILE, ("areas",), path=item.areas, **problems.hint(nearest(item.areas, files)))


def check_peak(item: Peak, zone: Zone, report: Report) -> None:
    for index, needed in enumerate(item.needs):
        if needed not in zone.peaks:
            report(problems.PEAK_NEEDS, ("needs", index), peak=needed)


def check_calendar(item: Calendar, _: Zone, report: Report) -> None:
    try:
        item.work_calendar()
    except ProblemError as error:
        for problem in error.problems:
            report.problem(problem, _place_of(item, str(problem.params.get("date", ""))))


def _place_of(item: Calendar, day: str) -> tuple[str | int, ...]:
    for key in ("work", "off"):
        if any(str(each) == day for each in getattr(item, key)):
            return (key, str(day))
    return ("years",)


def check_synth(item: Synth, zone: Zone, report: Report) -> None:
    attributes = zone.attributes.get("organisation", {})
    for flag, quota in item.quotas.items():
        named: list[tuple[tuple[str | int, ...], str]] = [(("quotas", flag), flag)]
        if quota.within is not None:
            named.append((("quotas", flag, "within"), quota.within))
        for path, word in named:
            if word not in attributes and not zone.knows("vocabulary", f"organisation.{word}"):
                suggestion = problems.hint(nearest(word, attributes))
                report(problems.UNKNOWN_ATTRIBUTE, path, register="organisation", word=word, **suggestion)
    for source in item.files:
        item_exists("source", source, ("files", source), zone, report)
    for source, file in item.files.items():
        if file.rows == "made":
            _check_made(item, source, file, zone, report)


def _check_made(item: Synth, id: str, file: SynthFile, zone: Zone, report: Report) -> None:
    """Every column of the source is made up, in one way, from what stands before it."""
    path: tuple[str | int, ...] = ("files", id, "make")
    declared = zone.sources[id].known_columns if id in zone.sources else tuple(file.make)
    for column in declared:
        if column not in file.make:
            report(NOT_MADE, path, on_key=True, column=column)
    earlier = list(item.files)[: list(item.files).index(id)]
    for position, (column, made) in enumerate(file.make.items()):
        if column not in declared:
            hint = problems.hint(nearest(column, declared), declared)
            report(problems.UNKNOWN_COLUMN, (*path, column), on_key=True, word=column, **hint)
        if len(made.ways) != 1:
            report(problems.ONE_OF, (*path, column), on_key=True, keys=", ".join(WAYS), count=len(made.ways))
        before = list(file.make)[:position]
        if made.later is not None and made.later.column not in before:
            report(NOT_BEFORE, (*path, column, "later", "column"), word=made.later.column)
        if made.pick is not None:
            _check_pick(item, made.pick, earlier, before, (*path, column, "pick"), report)


def _check_pick(
    item: Synth, pick: Pick, earlier: list[str], before: list[str], path: tuple[str | int, ...], report: Report
) -> None:
    if pick.file is not None and (pick.file not in earlier or item.files[pick.file].rows != "made"):
        report(NOT_BEFORE, (*path, "file"), word=pick.file)
    elif pick.file is not None and pick.column not in item.files[pick.file].make:
        report(NOT_BEFORE, (*path, "column"), word=pick.column)
    if pick.beside is not None and pick.beside not in before:
        report(NOT_BEFORE, (*path, "beside"), word=pick.beside)
