"""Attributes that follow from what is declared: measures of the zone's indicators, payments of its policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from duofeng.kernel.message import Said, say
from duofeng.zone.kinds.vocabulary import Attribute

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator
    from duofeng.zone.zone import Zone


def attributes_of_indicators(zone: Zone) -> Iterator[Attribute]:
    """`gdp`, `gdp:growth`, `gdp:target`, `gdp:growth:target`; for each comparison `gdp:share:city`, `gdp:rank:city`."""
    comparisons = zone.file.comparisons if zone.items("zone") else {}
    for indicator in zone.indicators.values():
        title, unit_, growth = indicator.title, indicator.unit, _growth_unit(indicator)
        level = "money" if zone.currency.holds(unit_) else "number"
        yield _attribute(indicator, "", title, level, unit_)
        yield _attribute(indicator, ":growth", say("{title}同比", title=title), "number", growth)
        yield _attribute(indicator, ":target", say("{title}目标", title=title), level, unit_)
        yield _attribute(indicator, ":growth:target", say("{title}同比目标", title=title), "number", growth)
        for scope, name in comparisons.items():
            share = say("{title}占{whole}比重", title=title, whole=name)
            yield _attribute(indicator, f":share:{scope}", share, "number", "%")
            rank = say("{title}在{whole}的位次", title=title, whole=name)
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
            title=say("已兑现：{title}", title=policy.title),
            type="money",
            unit=zone.currency.unit,
            per="year",
            sensitivity="confidential",
        )
        attribute.place_whole(policy.origin)
        yield attribute


def _attribute(indicator: Indicator, measure: str, title: Said, type_: Any, unit_: str) -> Attribute:
    """Built without validation: its parts were validated with the indicator, and there are thousands of them."""
    attribute = Attribute.model_construct(
        id=indicator.id + measure,
        of="zone",
        title=title,
        type=type_,
        unit=unit_,
        per=indicator.per,
        sensitivity="public",
    )
    attribute.place_whole(indicator.origin)
    return attribute


def _growth_unit(indicator: Indicator) -> str:
    return "pp" if indicator.behaviour == "ratio" else "%"
