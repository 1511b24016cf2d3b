"""Working days and hours, the weekday written out: make-up days, holidays, lunch, 24-hour clocks, unknown years."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.kernel.calendar import OFFICE_HOURS, WorkCalendar, parse_hours
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in

CHINA = WorkCalendar()
EVERY_DAY = WorkCalendar.every_day()
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.mark.parametrize(
    ("day", "weekday", "working", "why"),
    [
        ("2026-02-13", "Friday", True, None),
        ("2026-02-14", "Saturday", True, "春节"),
        ("2026-02-15", "Sunday", False, "春节"),
        ("2026-02-16", "Monday", False, "春节"),
        ("2026-02-23", "Monday", False, "春节"),
        ("2026-02-24", "Tuesday", True, None),
        ("2026-02-28", "Saturday", True, "春节"),
        ("2026-03-01", "Sunday", False, None),
        ("2026-09-20", "Sunday", True, "国庆节"),
        ("2026-10-01", "Thursday", False, "国庆节"),
        ("2026-10-07", "Wednesday", False, "国庆节"),
        ("2026-10-08", "Thursday", True, None),
        ("2026-10-10", "Saturday", True, "国庆节"),
        ("2026-01-04", "Sunday", True, "元旦"),
        ("2025-01-26", "Sunday", True, "春节"),
        ("2024-10-12", "Saturday", True, "国庆节"),
        ("2024-06-10", "Monday", False, "端午"),
        ("2024-06-15", "Saturday", False, None),
    ],
)
def test_a_day_is_worked_as_published(day: str, weekday: str, working: bool, why: str | None) -> None:
    on = date.fromisoformat(day)
    assert WEEKDAYS[on.weekday()] == weekday
    assert CHINA.is_workday(on) is working
    assert (CHINA.day_name(on) or "")[:2] == (why or "")[:2]


@pytest.mark.parametrize(
    ("start", "count", "due", "weekday"),
    [
        ("2026-02-13", 3, "2026-02-25", "Wednesday"),
        ("2026-04-30", 5, "2026-05-11", "Monday"),
        ("2026-09-18", 5, "2026-09-24", "Thursday"),
        ("2026-09-30", 7, "2026-10-15", "Thursday"),
        ("2025-12-31", 1, "2026-01-04", "Sunday"),
        ("2025-09-26", 10, "2025-10-16", "Thursday"),
        ("2026-09-30", 3, "2026-10-10", "Saturday"),
        ("2026-02-14", 1, "2026-02-24", "Tuesday"),
        ("2026-02-17", 0, "2026-02-24", "Tuesday"),
        ("2026-10-10", 0, "2026-10-10", "Saturday"),
        ("2026-02-24", -1, "2026-02-14", "Saturday"),
        ("2026-02-17", -2, "2026-02-13", "Friday"),
    ],
)
def test_a_deadline_counts_published_working_days(start: str, count: int, due: str, weekday: str) -> None:
    found = CHINA.add_workdays(date.fromisoformat(start), count)
    assert found.isoformat() == due
    assert WEEKDAYS[found.weekday()] == weekday


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_so_many_working_days(year: int, days: int) -> None:
    assert CHINA.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


@pytest.mark.parametrize(
    ("start", "hours", "end", "why"),
    [
        ("2026-04-30 16:00", 4, "2026-05-06 12:00", "Thursday afternoon, over 五一, to Wednesday noon"),
        ("2026-09-24 11:30", 1, "2026-09-24 13:30", "Thursday over lunch"),
        ("2026-09-24 11:00", 1, "2026-09-24 12:00", "ends when lunch begins, not after it"),
        ("2026-09-24 12:20", 1, "2026-09-24 14:00", "opened at lunch"),
        ("2026-09-24 08:00", 7, "2026-09-24 17:00", "opened before the office; one whole day"),
        ("2026-09-24 17:00", 7, "2026-09-28 17:00", "Thursday evening over 中秋 to Monday"),
        ("2026-10-09 16:00", 2, "2026-10-10 10:00", "Friday to the make-up Saturday"),
        ("2026-10-03 10:00", 1, "2026-10-08 10:00", "opened on a Saturday off"),
        ("2026-09-24 10:15", 0, "2026-09-24 10:15", "nothing to wait for"),
    ],
)
def test_working_time_skips_lunch_nights_and_days_off(start: str, hours: int, end: str, why: str) -> None:
    begin = datetime.fromisoformat(start)
    found = CHINA.add_working_time(begin, timedelta(hours=hours))
    assert found == datetime.fromisoformat(end), why
    assert CHINA.working_time_between(begin, found) == timedelta(hours=hours)
    assert CHINA.working_time_between(found, begin) == timedelta(hours=-hours)


def test_a_24_hour_clock_runs_through_the_night_the_weekend_and_the_festival() -> None:
    begin = datetime.fromisoformat("2026-02-16 22:30")  # Monday, New Year's Eve
    assert EVERY_DAY.add_working_time(begin, timedelta(hours=4)) == datetime.fromisoformat("2026-02-17 02:30")
    assert EVERY_DAY.add_working_time(begin, timedelta(hours=48)) == datetime.fromisoformat("2026-02-18 22:30")
    assert EVERY_DAY.add_working_time(begin, timedelta(minutes=90)) == datetime.fromisoformat("2026-02-17 00:00")
    assert EVERY_DAY.add_workdays(date(2030, 6, 15), 3) == date(2030, 6, 18)


def test_the_time_zone_of_an_instant_is_kept() -> None:
    china_time = timezone(timedelta(hours=8))
    begin = datetime(2026, 9, 24, 11, 30, tzinfo=china_time)
    assert CHINA.add_working_time(begin, timedelta(hours=1)) == datetime(2026, 9, 24, 13, 30, tzinfo=china_time)


def test_a_date_of_2030_is_refused_with_the_years_that_are_known() -> None:
    for ask in (
        lambda: CHINA.is_workday(date(2030, 6, 15)),
        lambda: CHINA.add_workdays(date(2030, 6, 15), 5),
        lambda: CHINA.workdays_between(date(2026, 6, 15), date(2030, 6, 15)),
        lambda: CHINA.add_working_time(datetime.fromisoformat("2030-06-15 09:00"), timedelta(hours=1)),
    ):
        with pytest.raises(ProblemError) as error:
            ask()
        (problem,) = error.value.problems
        assert problem.code == "E110"
        assert problem.params["first"] == 2004
        assert problem.params["last"] == CHINA.known_years[-1]
        assert problem.params["date"] == "2030-06-15"


def test_a_deadline_that_would_fall_in_an_unknown_year_is_refused() -> None:
    with pytest.raises(ProblemError) as error:
        CHINA.add_workdays(date(CHINA.known_years[-1], 12, 30), 5)
    assert error.value.problems[0].params["date"] == f"{CHINA.known_years[-1] + 1}-01-01"


def test_a_zone_adds_its_own_days_and_its_own_next_year() -> None:
    new_year = CHINA.known_years[-1] + 1
    local = WorkCalendar(
        "local",
        years=frozenset({new_year}),
        off={date(2026, 9, 24): "园区建园日", date(new_year, 1, 1): "元旦"},
        work={date(2026, 9, 26): "补班"},
    )
    assert CHINA.is_workday(date(2026, 9, 24))
    assert not local.is_workday(date(2026, 9, 24))
    assert local.day_name(date(2026, 9, 24)) == "园区建园日"
    assert local.is_workday(date(2026, 9, 26))  # a Saturday
    assert local.add_workdays(date(2026, 12, 31), 1) > date(new_year, 1, 1)


def test_a_calendar_abroad_has_its_own_week_and_knows_only_its_years() -> None:
    gulf = WorkCalendar(
        "gulf", "weekdays", frozenset({6, 0, 1, 2, 3}), frozenset({2025, 2026}), off={date(2026, 3, 19): "Eid"}
    )
    assert gulf.is_workday(date(2026, 3, 15))  # Sunday
    assert not gulf.is_workday(date(2026, 3, 20))  # Friday
    assert gulf.add_workdays(date(2026, 3, 18), 1) == date(2026, 3, 22)
    with pytest.raises(ProblemError) as error:
        gulf.is_workday(date(2024, 1, 1))
    assert "2025–2026" in told_in("en", error.value.problems[0].message)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"years": frozenset({2040})}, "E111"),
        ({"base": "weekdays"}, "E115"),
        ({"off": {date(2040, 1, 1): "元旦"}}, "E112"),
        ({"off": {date(2026, 3, 2): "a"}, "work": {date(2026, 3, 2): "b"}}, "E113"),
    ],
)
def test_a_contradictory_calendar_is_refused_at_once(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(ProblemError) as error:
        WorkCalendar("broken", **arguments)  # type: ignore[arg-type] # a table of wrong arguments
    assert error.value.problems[0].code == code


def test_a_column_of_starts_is_added_at_once_and_missing_stays_missing() -> None:
    starts = np.array(["2026-02-13", "NaT", "2026-09-30"], "M8[D]")
    counts = np.array([3, 5, 7])
    assert [str(day) for day in CHINA.add_workdays_many(starts, counts)] == ["2026-02-25", "NaT", "2026-10-15"]


def test_hours_are_read_and_bad_ones_refused() -> None:
    assert parse_hours("09:00-12:00 13:00-17:00") == OFFICE_HOURS
    assert parse_hours("00:00-24:00") == ((0, 1440),)
    for text in ("", "9-12", "13:00-12:00", "09:00-12:00 11:00-13:00", "09:70-12:00", "09:00-25:00"):
        with pytest.raises(ProblemError) as error:
            parse_hours(text)
        assert error.value.problems[0].code == "E114"


known_days = st.dates(date(2005, 1, 1), date(2025, 6, 30))


@given(known_days, st.integers(1, 300))
def test_adding_then_counting_gives_the_number_back(start: date, count: int) -> None:
    due = CHINA.add_workdays(start, count)
    assert CHINA.is_workday(due)
    assert CHINA.workdays_between(start, due) == count


@given(known_days, st.integers(-200, 300))
def test_the_column_and_the_single_day_agree_with_a_plain_walk(start: date, count: int) -> None:
    day, left = start, abs(count)
    if count == 0:
        while not CHINA.is_workday(day):
            day += timedelta(days=1)
    while left:
        day += timedelta(days=1 if count > 0 else -1)
        left -= CHINA.is_workday(day)
    assert CHINA.add_workdays(start, count) == day


@given(
    st.datetimes(datetime.fromisoformat("2005-01-01"), datetime.fromisoformat("2025-06-30")),
    st.integers(1, 60 * 7 * 40),
    st.sampled_from([CHINA, EVERY_DAY]),
)
def test_working_time_added_is_working_time_measured(begin: datetime, minutes: int, calendar: WorkCalendar) -> None:
    end = calendar.add_working_time(begin, timedelta(minutes=minutes))
    assert calendar.working_time_between(begin, end) == timedelta(minutes=minutes)
    assert calendar.working_time_between(begin, end - timedelta(microseconds=1)) < timedelta(minutes=minutes)


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime.fromisoformat("2005-01-01"), datetime.fromisoformat("2025-06-30")),
            st.integers(1, 60 * 7 * 40),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([CHINA, EVERY_DAY]),
)
def test_a_column_of_clocks_agrees_with_the_single_clock(
    cases: list[tuple[datetime, int]], calendar: WorkCalendar
) -> None:
    begins = np.array([begin for begin, _ in cases], "M8[us]")
    minutes = np.array([minutes for _, minutes in cases], "m8[m]")
    ends = calendar.add_working_time_many(begins, minutes)
    single = [calendar.add_working_time(begin, timedelta(minutes=minutes)) for begin, minutes in cases]
    assert ends.astype(object).tolist() == single
    assert (calendar.working_time_between_many(begins, ends) == minutes).all()


@given(known_days, known_days, known_days)
def test_working_days_between_add_up(one: date, two: date, three: date) -> None:
    through = CHINA.workdays_between(one, two) + CHINA.workdays_between(two, three)
    assert through == CHINA.workdays_between(one, three)
