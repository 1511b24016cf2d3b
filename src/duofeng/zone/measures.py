"""Attributes that follow from what is declared: measures of the zone's indicators, payments of its policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.model import Text

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator
    from duofeng.zone.zone import Zone


def attributes_of_indicators(zone: Zone) -> Iterator[Attribute]:
    """`gdp`, `gdp:growth`, `gdp:target`, `gdp:growth:target`; for each comparison `gdp:share:city`, `gdp:rank:city`."""
    comparisons = zone.file.comparisons if zone.items("zone") else {}
    for indicator in zone.indicators.values():
        title, unit_, growth = indicator.title, indicator.unit, _growth_unit(indicator)
        level = "money" if zone.currency.holds(unit_) else "number"
        yield _attribute(indicator, "", (title.zh, title.en), level, unit_)
        yield _attribute(indicator, ":growth", (f"{title.zh}同比", f"{title.en}, growth"), "number", growth)
        yield _attribute(indicator, ":target", (f"{title.zh}目标", f"{title.en}, target"), level, unit_)
        aim = (f"{title.zh}同比目标", f"{title.en}, target for growth")
        yield _attribute(indicator, ":growth:target", aim, "number", growth)
        for scope, name in comparisons.items():
            share = (f"{title.zh}占{name.zh}比重", f"{title.en}, share of {name.en}")
            yield _attribute(indicator, f":share:{scope}", share, "number", "%")
            rank = (f"{title.zh}在{name.zh}的位次", f"{title.en}, rank in {name.en}")
            yield _attribute(indicator, f":rank:{scope}", rank, "integer", "位")


def payment_attribute(policy: str) -> str:
    """The attribute that holds what a subject was paid under a policy in a year."""
    return f"paid:{policy.replace('-', '_')}"


def attributes_of_policies(zone: Zone) -> Iterator[Attribute]:
    """`paid:<policy>` per year for every policy that gives money: payments come back as facts."""
    titles = {policy.policy: policy for policy in zone.items("policy").values() if policy.amount is not None}
    for name, policy in titles.items():
        attribute = Attribute.model_construct(
            id=payment_attribute(name),
            of=policy.register,
            title=Text(zh=f"已兑现：{policy.title.zh}", en=f"Paid: {policy.title.en}"),
            type="money",
            unit=zone.currency.unit,
            per="year",
            sensitivity="confidential",
        )
        attribute.place_whole(policy.origin)
        yield attribute


def _attribute(indicator: Indicator, measure: str, title: tuple[str, str], type_: Any, unit_: str) -> Attribute:
    """Built without validation: its parts were validated with the indicator, and there are thousands of them."""
    attribute = Attribute.model_construct(
        id=indicator.id + measure,
        of="zone",
        title=Text(zh=title[0], en=title[1]),
        type=type_,
        unit=unit_,
        per=indicator.per,
        sensitivity="public",
    )
    attribute.place_whole(indicator.origin)
    return attribute


def _growth_unit(indicator: Indicator) -> str:
    return "pp" if indicator.behaviour == "ratio" else "%"
