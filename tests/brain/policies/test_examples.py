from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.brain.policies.examples import failing_examples
from duofeng.tell.words import told_in
from duofeng.zone.zone import Zone

RULE = """conditions:
  clean: {title: clean, when: clean}
  revenue: {title: revenue, when: 'revenue[-1] >= 1_000'}
amount: {expression: 'revenue[-1] * 0.1', cap: 150}
"""


def example(given: str, expect: str) -> str:
    return f"{RULE}examples:\n  - title: tried\n    as_of: 2024-06-30\n    given: {{{given}}}\n    {expect}\n"


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ("clean: true, 'revenue[2023]': 1_200", "expect: yes\n    amount: 120"),
        ("clean: true, 'revenue[2023]': 9_000", "expect: yes\n    amount: 150.00"),
        ("clean: true, 'revenue[2023]': 900", "expect: near\n    failed: [revenue]"),
        ("clean: false, 'revenue[2023]': 900", "expect: near\n    failed: [clean, revenue]"),
        ("clean: true", "expect: unknown"),
    ],
)
def test_an_example_that_comes_out_is_no_problem(declare: Callable[..., Zone], given: str, expect: str) -> None:
    assert list(failing_examples(declare({"p": example(given, expect)}))) == []


@pytest.mark.parametrize(
    ("given", "expect", "code", "said"),
    [
        ("clean: true, 'revenue[2023]': 1_200", "expect: yes\n    amount: 121", "E550", "yes 121.00, found yes 120.00"),
        ("clean: true, 'revenue[2023]': 900", "expect: yes", "E550", "expected yes, found near (revenue)"),
        ("clean: true", "expect: no", "E550", "expected no, found unknown"),
        ("clean: true, 'revenue[2022]': 5", "expect: unknown", "E551", "'revenue[2022]' is not used here"),
        ("clean: perhaps", "expect: unknown", "E552", "'perhaps' of clean is not true or false"),
        ("'revenue[2023]': 1e30", "expect: unknown", "E552", "'1e30' of revenue[2023] is not money"),
        ("'revenue[2023]': 1e999999999", "expect: unknown", "E552", "of revenue[2023] is not money"),
        ("clean: true, 'revenue[2023]': 1.234", "expect: unknown", "E552", "is not money"),
    ],
)  # fmt: skip
def test_an_example_that_fails_shows_what_was_expected_and_what_was_found(
    declare: Callable[..., Zone], given: str, expect: str, code: str, said: str
) -> None:
    (problem,) = failing_examples(declare({"p": example(given, expect)}))
    assert problem.code == code
    assert said in told_in("en", problem.message)
    assert problem.span is not None and problem.span.file.endswith("p.yaml") and problem.span.line is not None
