"""What a number of a sheet is called in the reader's language and in the zone's money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from duofeng.brain.rules.explain import Used
from duofeng.brain.scores.card import compile_card
from duofeng.brain.scores.sheet import Line
from duofeng.tell import sheet_words as words
from duofeng.tell.language import speaking
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
def test_money_is_written_in_the_money_of_the_zone(unit: str, language: str, expected: str) -> None:
    with speaking(language):
        assert words.used(Used("revenue[2023]", Decimal("12345678.00"), unit), {}, {}) == f"revenue 2023 = {expected}"
        assert words.shown(12_345_678.0, unit) == expected


def test_a_peer_group_is_called_by_the_titles_of_its_codes() -> None:
    for name, card_id, group, zh, en in (
        ("zhengzhou", "innovation-points", "C · growth", "制造业 · 成长期", "Manufacturing · growth"),
        ("second", "resilience", "marine", "Marine engineering", "Marine engineering"),
    ):
        zone = load_zone(ROOT / "zones" / name)
        card = next(each for each in scorecards_in_force(zone, AS_OF) if each.card == card_id)
        compiled = compile_card(zone, card, AS_OF)
        assert words.group_title(zone, compiled, group) == zh
        with speaking("en"):
            assert words.group_title(zone, compiled, group) == en
        assert words.group_title(zone, compiled, None) == "—"


def test_many_unknown_periods_are_one_line_and_codes_go_by_their_titles() -> None:
    zone = load_zone(ROOT / "zones" / "zhengzhou")
    months = tuple(Used(f"electricity[2023-{month:02}]", None, "千瓦时") for month in range(1, 13))
    used = (
        Used("listed", "overseas", None),
        *months,
        Used("revenue[2022]", None, "元"),
        Used("revenue[2023]", 5.0, "元"),
    )
    entry = next(iter(scorecards_in_force(zone, AS_OF))).root
    line = Line(("x",), entry, 1.0, None, None, used=used)
    attributes = zone.attributes["organisation"]
    told = [text for text, _ in words.used_lines(line, attributes, zone.codes)]
    assert told[0].startswith("上市状态 = ") and "overseas" not in told[0]
    assert told[1:] == ["用电量 2023-01…2023-12（12 期） = ?", "营业收入 2022 = ?", "营业收入 2023 = 5元"]
    with speaking("en"):
        assert words.lacking(line, attributes)[-1] == "Revenue 2022"
