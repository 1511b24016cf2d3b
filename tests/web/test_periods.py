"""Periods in words: what a page writes where programs write `2024H1`."""

from __future__ import annotations

import pytest

from duofeng.web.habits import read_in
from duofeng.web.periods import written_period

pytestmark = pytest.mark.pages

WRITTEN = {
    "2023": ("2023年", "2023"),
    "2021..2023": ("2021~2023年", "2021–2023"),
    "2024H1": ("2024年上半年", "H1 2024"),
    "2023Q3": ("2023年第三季度", "Q3 2023"),
    "2023Q1..2023Q3": ("2023年前三季度", "Q1–Q3 2023"),
    "2024-06": ("2024年6月", "Jun 2024"),
    "2024-01..2024-05": ("2024年1~5月", "Jan–May 2024"),
    "2024-06-15": ("2024年6月15日", "2024-06-15"),
}


@pytest.mark.parametrize("period", WRITTEN)
def test_a_period_is_written_in_the_language_of_the_reader(period: str) -> None:
    chinese, english = WRITTEN[period]
    with read_in("zh-hans"):
        assert written_period(period) == chinese
    with read_in("en"):
        assert written_period(period) == english


def test_what_is_no_period_stays_as_it_is() -> None:
    assert [written_period(each) for each in ("spring", "", None)] == ["spring", "", ""]
