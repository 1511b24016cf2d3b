"""Values far outside their own history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from duofeng.brain.scores.alarms import alarms, before_deadline, watched
from duofeng.brain.scores.card import Compiled
from duofeng.zone.kinds.scorecard import Watch

CARD = """
watch: {ratio: 3, deviations: 5, earlier: 3, known: 2}
parts:
  cost: {title: {zh: 费, en: cost}, value: "cost[-1] / sales[-1]", scoring: {by: given}}
  a: {title: {zh: 甲, en: a}, value: a, scoring: {by: given}}
"""


def watching(**fields: object) -> Watch:
    return Watch.model_validate({"earlier": 3, "known": 2, **fields})


def costs(*years: int | None) -> pl.DataFrame:
    """One subject with costs of 2020 to 2023 and steady sales."""
    minor = [None if year is None else year * 100 for year in years]
    columns = {f"cost[{2020 + at}]": pl.Series([value], dtype=pl.Int64) for at, value in enumerate(minor)}
    steady = {f"sales[{year}]": pl.Series([100_00], dtype=pl.Int64) for year in range(2020, 2024)}
    return pl.DataFrame({"subject": ["s"], **columns, **steady})


@pytest.fixture
def attributes(compiled: Callable[[str], Compiled]) -> object:
    return watched(compiled(CARD))


def test_every_periodic_attribute_of_the_card_is_held_against_its_earlier_periods(attributes: object) -> None:
    assert [(each.attribute, each.period, each.earlier) for each in attributes] == [  # type: ignore[attr-defined]  # a fixture
        ("cost", "2023", ("2020", "2021", "2022")),
        ("sales", "2023", ("2020", "2021", "2022")),
    ]


def test_a_value_many_times_its_usual_is_listed_with_its_history(attributes: object) -> None:
    found = alarms(watching(), attributes, costs(10, 12, 11, 90))  # type: ignore[arg-type]  # a fixture
    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["attribute"], row["value"], row["median"], row["history"]) == ("cost", 90, 11, [10, 12, 11])
    assert row["ratio"] == pytest.approx(90 / 11)
    assert row["deviations"] == pytest.approx(79 / 1.4826)


@pytest.mark.parametrize(
    "years",
    [(10, 12, 11, 30), (10, 90, 40, 130), (None, None, 11, 90), (0, 0, 0, 90), (10, 12, 11, None), (10, 12, 11, 2)],
    ids=["below the ratio", "a wild history", "too short", "from nothing", "unknown", "a fall"],
)
def test_what_is_within_its_history_or_has_none_is_no_alarm(attributes: object, years: tuple[int | None, ...]) -> None:
    assert alarms(watching(), attributes, costs(*years)).is_empty()  # type: ignore[arg-type]  # a fixture


def test_one_wild_earlier_year_does_not_hide_the_present_one(attributes: object) -> None:
    assert alarms(watching(), attributes, costs(10, 500, 11, 90)).height == 1  # type: ignore[arg-type]  # a fixture


def test_what_was_recorded_shortly_before_a_deadline_comes_first_with_it() -> None:
    watch = watching(deadlines=(date(2024, 5, 31),), within=30)
    recorded = pl.DataFrame(
        {"subject": ["b", "a", "c"], "recorded_on": [date(2024, 4, 30), date(2024, 5, 1), date(2024, 6, 1)]}
    )
    marked = before_deadline(watch, recorded)
    assert marked.select("subject", "deadline").rows() == [("a", date(2024, 5, 31)), ("b", None), ("c", None)]
    assert before_deadline(watching(), recorded)["deadline"].null_count() == 3
    assert before_deadline(watch, recorded.clear()).is_empty()


def test_a_deadline_of_every_year_counts_in_the_year_of_the_record_and_the_next() -> None:
    watch = watching(every_year=("02-30", "12-31"), within=40)
    days = [date(2023, 2, 1), date(2023, 12, 1), date(2024, 1, 25), date(2024, 6, 1)]
    marked = before_deadline(watch, pl.DataFrame({"subject": list("abcd"), "recorded_on": days}))
    assert marked["deadline"].to_list() == [date(2023, 2, 28), date(2023, 12, 31), date(2024, 2, 29), None]


def test_a_card_without_a_watch_watches_nothing(compiled: Callable[[str], Compiled]) -> None:
    assert watched(compiled(CARD.replace(CARD.splitlines()[1] + "\n", ""))) == ()
