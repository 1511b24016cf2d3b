"""Mistakes in a card are refused where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.brain.scores.examples import failing_examples
from duofeng.kernel.problem import ProblemError
from duofeng.zone.zone import Zone

WriteCard = Callable[[str], Zone]
LEAF = "parts:\n  a: {title: {zh: 甲, en: a}, value: a, %sscoring: {by: %s}}\n"


def leaf(scoring: str, more: str = "") -> str:
    return LEAF % (more, scoring)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (leaf("bands, bands: [{at_least: 3, at_most: 5, points: 1}]"), "E084"),
        (leaf("bands, bands: [{points: 0}, {at_least: 3, points: 1}]"), "E084"),
        (leaf("bands, bands: [{at_least: 1, points: 1}, {at_least: 3, points: 5}]"), "E082"),
        (leaf("bands, bands: [{below: 1, points: 1}, {points: 0}]"), "E085"),
        (leaf("linear, from: 5, to: 1"), "E085"),
        (leaf("linear, from: 0, to: 1", "direction: down, "), "E085"),
        (leaf("linear, from: 1, to: 1"), "E087"),
        (leaf("log, from: 0, to: 10"), "E087"),
        (leaf("linear, from: 0, to: 1, log: true"), "E087"),
        (leaf("bands, points: 5, bands: [{at_least: 1, points: 6}]"), "E087"),
        (leaf("given, least: 100"), "E087"),
        ("peers: [sector]\n" + leaf("rank, winsorize: [0.9, 0.1]"), "E087"),
        ("peers: [sector]\n" + leaf("rank, clip: [3, 3]"), "E087"),
        (leaf("percentile"), "E068"),
        (leaf("linear, from: 0"), "E081"),
        (leaf("given", "weight: 2, "), "E086"),
        (leaf("given").replace("value: a", "value: sector"), "E088"),
        (leaf("given") + "grades: [{grade: B, from: 60}, {grade: A, from: 80}]\n", "E082"),
        (leaf("given") + "of: persons\n", "E030"),
        (leaf("given") + "members: {by: park, values: {tenants: {how: count, of: done}}}\nof: park\n", "E007"),
        ("stage: phase\naggregate: arithmetic\n" + leaf("given", "weight: {x: 1, y: 2}, ")
         + "  b: {title: {zh: 乙, en: b}, value: b, weight: {x: 1}, scoring: {by: given}}\n", "E083"),
    ],
)  # fmt: skip
def test_a_card_that_would_score_everybody_wrongly_is_refused(write_card: WriteCard, text: str, code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        write_card(text)
    found = [problem for problem in refused.value.problems if problem.code == code]
    assert found, [str(problem) for problem in refused.value.problems]
    assert all(problem.span is not None and problem.span.file.endswith("card.yaml") for problem in found)


def test_examples_that_do_not_come_out_are_told(write_card: WriteCard) -> None:
    example = "  - {{title: 例, as_of: 2024-06-30, given: {{a: 3}}, score: {score}, parts: {{{part}: 3}}}}\n"
    examples = "examples:\n" + example.format(score=4, part="a") + example.format(score=3, part="b")
    found = failing_examples(write_card(leaf("given") + examples))
    assert sorted(problem.code for problem in found) == ["E600", "E601"]


def test_a_right_card_is_taken(write_card: WriteCard) -> None:
    assert write_card(leaf("bands, bands: [{at_least: 3, points: 5}, {above: 0, points: 1}, {points: 0}]"))
