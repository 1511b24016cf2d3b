"""A figure that is likely to be bound wrongly waits for a person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duofeng.facts.documents.confidence import confidence_of
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.sentence import Draft
from duofeng.facts.documents.source import SURE


def draft(head, unit="亿元", period="2023", kind="actual", base="元"):
    return Draft(head, Quantity(Decimal(1), unit, Decimal(1), base), kind, 0, 5, 0.95, period)


def test_a_figure_with_a_head_and_a_time_of_its_own_counts():
    assert confidence_of(draft("税收收入"), known=False) >= SURE


@pytest.mark.parametrize(
    "doubtful",
    [
        draft("税收收入", period=None),
        draft("占税收收入"),
        draft("收入比上年"),
        draft("值"),
        draft("民间投资", unit="%", base="%"),
        draft("骨干企业"),
        draft("绣球花产量", unit="万盆", base="盆"),
    ],
)
def test_what_can_be_doubted_waits(doubtful):
    assert confidence_of(doubtful, known=False) < SURE


def test_a_percentage_of_a_rate_is_no_doubt():
    assert confidence_of(draft("城镇化率", unit="%", base="%"), known=False) >= SURE


def test_the_name_of_an_indicator_makes_surer():
    assert confidence_of(draft("税收收入"), known=True) > confidence_of(draft("税收收入"), known=False)
