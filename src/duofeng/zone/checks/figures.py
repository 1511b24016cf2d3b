"""What indicators, figures, targets and identities are checked for."""

from __future__ import annotations

from collections.abc import Iterator

from duofeng.engine.checking import NAMES
from duofeng.kernel.message import say
from duofeng.kernel.problem import declare
from duofeng.zone import problems
from duofeng.zone.checks.names import item_exists, register_exists
from duofeng.zone.checks.scorecards import COUNTABLE, NOT_A_NUMBER
from duofeng.zone.checks.units import check_unit
from duofeng.zone.expressions import check_expression
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.kinds.indicator import Indicator
from duofeng.zone.kinds.target import Target
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

AGGREGATE_NEEDS_VALUE = declare(
    "E060",
    "{aggregate} 要写明 value：对哪个属性求值。",
    explain="count 数对象，share 求满足条件的占比，都只看 where；sum、mean、min、max 要对一个数求值。",
)


def check_figure(item: Figure, zone: Zone, report: Report) -> None:
    if item.has("indicator"):
        item_exists("indicator", item.indicator, ("indicator",), zone, report)
    if not register_exists(item.register, ("of",), zone, report):
        return
    for key in ("where", "over"):
        if item.has(key) and getattr(item, key) is not None:
            check_expression(zone, item.register, getattr(item, key), "flag", (key,), report)
    if item.value is not None:
        found = check_expression(zone, item.register, item.value, None, ("value",), report)
        if found is not None and found.type not in COUNTABLE:
            report(NOT_A_NUMBER, ("value",), text=item.value, type=NAMES[found.type])
    elif item.aggregate not in ("count", "share"):
        report(AGGREGATE_NEEDS_VALUE, ("aggregate",), aggregate=item.aggregate)


def check_indicator(item: Indicator, zone: Zone, report: Report) -> None:
    if item.has("unit"):
        check_unit(item.unit, zone, report, ("unit",))
    for at, near in enumerate(item.near):
        item_exists("indicator", near, ("near", at), zone, report)
    item_exists("indicator", item.part_of, ("part_of",), zone, report)


def check_target(item: Target, zone: Zone, report: Report) -> None:
    _check_unit_of_target(item, zone, report)
    if item.source is not None:
        item_exists("document", item.source.document, ("source", "document"), zone, report)


@alone
def _check_unit_of_target(item: Target, zone: Zone, report: Report) -> None:
    if item_exists("indicator", item.indicator, ("indicator",), zone, report) and item.indicator in zone.indicators:
        like = zone.indicators[item.indicator].unit if item.measure == "level" else None
        check_unit(item.unit, zone, report, ("unit",), like)


def check_identity(item: Identity, zone: Zone, report: Report) -> None:
    for path, word in _indicators_of(item):
        if word is not None:
            item_exists("indicator", word, path, zone, report)
    for key in NEEDS.get(item.rule, ()):
        if not getattr(item, key):
            about = say("规则 {rule} 要用到它。", rule=item.rule)
            report(problems.MISSING_KEY, (), on_key=True, key=key, about=about)


def _indicators_of(item: Identity) -> Iterator[tuple[tuple[str | int, ...], str | None]]:
    for key, words in (("parts", item.parts), ("indicators", item.indicators), ("besides", item.besides)):
        yield from (((key, at), word) for at, word in enumerate(words))
    yield from ((("whole",), item.whole), (("flow",), item.flow), (("rate",), item.rate))
    for at, base in enumerate(item.bases):
        fields = (("stated", base.stated), ("total", base.total), ("per_head", base.per_head))
        yield from ((("bases", at, key), word) for key, word in fields)


NEEDS: dict[str, tuple[str, ...]] = {
    "sum": ("whole", "parts"),
    "accumulates": ("whole", "flow"),
    "growth": ("basis",),
    "growth_of_parts": ("whole", "parts"),
    "never_falls": ("indicators",),
    "rate_reachable": ("rate", "whole"),
    "one_base": ("bases",),
    "half_above_last_year": ("indicators",),
}
