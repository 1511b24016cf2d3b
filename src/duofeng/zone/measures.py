"""Attributes of the zone that follow from its indicators: the level and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import unit
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.model import Text

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator
    from duofeng.zone.zone import Zone


def attributes_of_indicators(zone: Zone) -> Iterator[Attribute]:
    """`gdp`, `gdp:growth`, `gdp:target`, `gdp:growth:target`; for each comparison `gdp:share:city`, `gdp:rank:city`."""
    comparisons = zone.file.comparisons if zone.items("zone") else {}
    for indicator in zone.indicators.values():
        level = "money" if _is_money(indicator.unit) else "number"
        yield _attribute(indicator, "", indicator.title, level, indicator.unit)
        yield _attribute(
            indicator, ":growth", _joined(indicator.title, "同比", "growth"), "number", _growth_unit(indicator)
        )
        yield _attribute(indicator, ":target", _joined(indicator.title, "目标", "target"), level, indicator.unit)
        aim = _joined(indicator.title, "同比目标", "target for growth")
        yield _attribute(indicator, ":growth:target", aim, "number", _growth_unit(indicator))
        for scope, name in comparisons.items():
            share = Text(zh=f"{indicator.title.zh}占{name.zh}比重", en=f"{indicator.title.en}, share of {name.en}")
            rank = Text(zh=f"{indicator.title.zh}在{name.zh}的位次", en=f"{indicator.title.en}, rank in {name.en}")
            yield _attribute(indicator, f":share:{scope}", share, "number", "%")
            yield _attribute(indicator, f":rank:{scope}", rank, "integer", "位")


def _attribute(indicator: Indicator, measure: str, title: Text, type_: Any, unit_: str) -> Attribute:
    attribute = Attribute(
        id=indicator.id + measure,
        kind="zone",
        title=title,
        type=type_,
        unit=unit_,
        per=indicator.per,
        sensitivity="public",
    )
    attribute.place_at(indicator.origin)
    return attribute


def _joined(title: Text, zh: str, en: str) -> Text:
    return Text(zh=title.zh + zh, en=f"{title.en}, {en}")


def _growth_unit(indicator: Indicator) -> str:
    return "pp" if indicator.behaviour == "ratio" else "%"


def _is_money(text: str) -> bool:
    try:
        return unit(text).dimension == "money"
    except ProblemError:
        return False
