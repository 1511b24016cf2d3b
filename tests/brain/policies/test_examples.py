from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.brain.policies.examples import failing_examples
from duofeng.kernel.problem import ProblemError
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


MORE = {
    "vocabulary/organisation.yaml": """
products: {title: Products, type: text, many: true}
told_at: {title: Told at, type: instant}
closed_at: {title: Closed at, type: instant}
parent: {title: Parent, type: reference, to: organisation}
site: {title: Site, type: point}
"""
}


@pytest.mark.parametrize(
    ("when", "given", "answer"),
    [
        ("has(products, 'tea')", "products: [tea, wine]", "yes"),
        ("has(products, 'tea')", "products: tea", "yes"),
        ("has(products, 'tea')", "products: [wine]", "near"),
        ("size(products) = 0", "products: []", "yes"),
        ("minutes_between(told_at, closed_at) = 90", "told_at: 2024-05-01 09:00, closed_at: '2024-05-01 10:30'", "yes"),
        ("told_at < '2024-05-01'", "told_at: '2024-05-01 00:30'", "near"),
        ("told_at < '2024-05-01'", "told_at: '2024-04-30T20:00+00:00'", "near"),
        ("parent = '91410100MA44UAUR16'", "parent: 91410100MA44UAUR16", "yes"),
    ],
)
def test_an_example_may_give_several_values_moments_and_references(
    declare: Callable[..., Zone], when: str, given: str, answer: str
) -> None:
    rule = f'conditions:\n  c: {{title: c, when: "{when}"}}\ngives: recognition\n'
    example = f"examples:\n  - {{title: t, as_of: 2024-06-30, given: {{{given}}}, expect: {answer}}}\n"
    assert list(failing_examples(declare({"p": rule + example}, MORE))) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("told_at: yesterday", "'yesterday' of told_at is not an instant"),
        ("told_at: [2024-05-01 09:00]", "of told_at is not an instant"),
        ("products: [[tea]]", "E013"),
        ("products: {tea: 1}", "E013"),
    ],
)
def test_a_moment_or_a_list_that_is_none_is_told(declare: Callable[..., Zone], given: str, said: str) -> None:
    rule = "conditions:\n  c: {title: c, when: \"has(products, 'tea') and told_at < as_of\"}\ngives: recognition\n"
    example = f"examples:\n  - {{title: t, as_of: 2024-06-30, given: {{{given}}}, expect: unknown}}\n"
    try:
        found = list(failing_examples(declare({"p": rule + example}, MORE)))
    except ProblemError as error:
        found = list(error.problems)
    (problem,) = found
    assert said in f"{problem.code} {told_in('en', problem.message)}"


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
