"""What a number of a sheet is called in the reader's language and in the zone's money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from duofeng.brain.rules.explain import Used
from duofeng.brain.scores import words
from duofeng.brain.scores.card import compile_card
from duofeng.kernel.problem import Language
from duofeng.zone.kinds.scorecard import scorecards_in_force
from duofeng.zone.load import load_zone

ROOT = Path(__file__).resolve().parents[3]
AS_OF = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("unit", "language", "expected"),
    [
        ("元", "zh", "1,234.5678万元"),
        ("元", "en", "12,345,678 yuan"),
        ("SAR", "en", "12,345,678 SAR"),
        ("SAR", "zh", "12,345,678 SAR"),
    ],
)
def test_money_is_written_in_the_money_of_the_zone(unit: str, language: Language, expected: str) -> None:
    told = words.used(Used("revenue[2023]", Decimal("12345678.00"), unit), {}, language)
    assert told == f"revenue 2023 = {expected}"
    assert words.amount(12_345_678.0, unit, language) == expected


def test_a_peer_group_is_called_by_the_titles_of_its_codes() -> None:
    for name, card_id, group, zh, en in (
        ("zhengzhou", "innovation-points", "C · growth", "制造业 · 成长期", "Manufacturing · growth"),
        ("second", "resilience", "marine", "Marine engineering", "Marine engineering"),
    ):
        zone = load_zone(ROOT / "zones" / name)
        card = next(each for each in scorecards_in_force(zone, AS_OF) if each.card == card_id)
        compiled = compile_card(zone, card, AS_OF)
        assert words.group_title(zone, compiled, group, "zh") == zh
        assert words.group_title(zone, compiled, group, "en") == en
        assert words.group_title(zone, compiled, None) == "—"
