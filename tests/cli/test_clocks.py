"""The terminal goes by the clock of the zone, whatever the machine's: days begin and end there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duofeng.cli import clocks
from duofeng.zone.load import load_zone

ATHENS = "title: {en: Harbour}\nlanguages: [en]\npeaks: []\ntime_zone: Europe/Athens\n"
LATE = datetime(2024, 6, 30, 22, 30, tzinfo=UTC)
"""Half past one of the next day in Athens."""


@pytest.fixture(autouse=True)
def zone(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "zone.yaml").write_text(ATHENS, "utf-8")
    before = clocks._here.set(UTC)
    clocks.keep_time_of(tmp_path)
    yield tmp_path
    clocks._here.reset(before)


def test_an_instant_is_shown_and_a_day_told_by_the_clock_of_the_zone() -> None:
    assert clocks.moment(LATE) == "2024-07-01 01:30"
    assert clocks.shown(LATE.isoformat()) == "2024-07-01T01:30"
    assert clocks.day_of(LATE) == date(2024, 7, 1)


@pytest.mark.parametrize("typed", ["2024-06-30", "2024-06"])
def test_a_day_typed_ends_where_it_ends_in_the_zone(typed: str) -> None:
    assert clocks.end_of(typed) == datetime(2024, 6, 30, 20, 59, 59, 999999, tzinfo=UTC)
    assert clocks.end_of("2024-06-30") == clocks.instant("2024-06-30")


def test_an_hour_typed_is_one_of_the_zone_unless_it_names_its_offset() -> None:
    assert clocks.instant("2024-06-30T18:00") == datetime(2024, 6, 30, 15, tzinfo=UTC)
    assert clocks.instant("2024-06-30T18:00+00:00") == datetime(2024, 6, 30, 18, tzinfo=UTC)


def test_the_zone_itself_says_the_same(zone: Path) -> None:
    declared = load_zone(zone)
    assert declared.day_of(LATE) == clocks.day_of(LATE)
    assert declared.end_of(date(2024, 6, 30)) == clocks.end_of("2024-06-30")


def test_a_zone_file_with_a_mistake_still_has_a_clock(tmp_path: Path) -> None:
    (tmp_path / "zone.yaml").write_text("time_zone: Nowhere/Town\n", "utf-8")
    clocks.keep_time_of(tmp_path)
    assert clocks.moment(LATE) == "2024-07-01 06:30"
