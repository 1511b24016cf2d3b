"""Every condition of a policy has two sides, just in and just out, and both are tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.brain.policies.boundaries import missing_sides
from duofeng.brain.policies.examples import failing_examples
from duofeng.zone.zone import Zone

Declare = Callable[..., Zone]
MONEY = "just_in: {'revenue[2023]': 1_000}\njust_out: {'revenue[2023]': 999.99}"
RATIO = "just_in: {'revenue[2023]': 50.01}\njust_out: {'revenue[2023]': 50}"


def policy(when: str, given: str, sides: str = "", more: str = "") -> str:
    return (
        f"conditions:\n  it:\n    title: it\n    when: {when}\n{sides}gives: recognition\n"
        f"examples:\n  - {{title: in, as_of: 2024-06-30, given: {{{given}}}, expect: yes}}\n{more}"
    )


@pytest.mark.parametrize(
    ("when", "given", "stub"),
    [
        ("revenue[-1] >= 1000", "'revenue[2023]': 5000", MONEY),
        ("revenue[-1] / costs[-1] > 0.5", "'revenue[2023]': 60, 'costs[2023]': 100", RATIO),
        ("patents >= 2", "patents: 7", "just_in: {patents: 2}\njust_out: {patents: 1}"),
        ("clean and listed", "clean: true, listed: true", "just_out: {clean: false}"),
        ("name = 'A'", "name: A", "just_out: {…: …}"),
    ],
)  # fmt: skip
def test_a_condition_without_sides_is_told_some_to_write(declare: Declare, when: str, given: str, stub: str) -> None:
    (found,) = missing_sides(declare({"p": policy(when, given)}))
    assert (found.code, found.params["condition"], found.params["stub"]) == ("E559", "it", stub)
    assert found.span is not None
    assert found.span.line


def test_sides_that_come_out_are_no_problem(declare: Declare) -> None:
    sides = "    just_in: [{'revenue[2023]': 1000}, {as_of: 2023-12-31, 'revenue[2023]': 1000}]\n"
    zone = declare(
        {
            "p": policy(
                "revenue[-1] >= 1000", "'revenue[2023]': 5000", sides + "    just_out: {'revenue[2023]': 999.99}\n"
            )
        }
    )
    assert [*missing_sides(zone), *failing_examples(zone)] == []


def test_a_side_on_the_wrong_side_stops_the_zone(declare: Declare) -> None:
    sides = "    just_in: {'revenue[2023]': 1000}\n    just_out: {'revenue[2023]': 1000}\n"
    (found,) = failing_examples(declare({"p": policy("revenue[-1] >= 1000", "'revenue[2023]': 5000", sides)}))
    assert (found.code, found.params["side"], found.params["found"]) == ("E561", "just_out 1", "yes")


def test_unknown_is_on_neither_side(declare: Declare) -> None:
    sides = "    just_out: {patents: 0}\n"
    zone = declare({"p": policy("revenue[-1] >= 1000 or patents >= 2", "patents: 3", sides)})
    assert [found.params["found"] for found in failing_examples(zone)] == ["unknown"]


def test_an_example_that_fails_by_it_alone_is_its_outer_side(declare: Declare) -> None:
    more = "  - {title: out, as_of: 2024-06-30, given: {clean: false}, expect: near, failed: [it]}\n"
    assert list(missing_sides(declare({"p": policy("clean", "clean: true", "", more)}))) == []


def test_a_column_nobody_reads_is_a_mistake_in_a_side_too(declare: Declare) -> None:
    zone = declare({"p": policy("patents >= 2", "patents: 3", "    just_out: {patent: 1}\n")})
    assert [found.code for found in failing_examples(zone)] == ["E551"]
