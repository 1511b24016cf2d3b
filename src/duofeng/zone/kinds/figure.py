"""figures/*.yaml: indicators that are computed from profiles, beside or instead of being stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.kernel.problem import declare, nearest
from duofeng.zone import problems
from duofeng.zone.expressions import check_expression
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, OverRegister, RegisterId, Text, Word, wording
from duofeng.zone.references import check_register
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

AGGREGATE_NEEDS_VALUE = declare(
    "E060",
    "{aggregate} 要写明 value：对哪个属性求值。",
    explain="count 数对象，share 求满足条件的占比，都只看 where；sum、mean、min、max 要对一个数求值。",
)


def check_figure(item: Figure, zone: Zone, report: Report) -> None:
    if not zone.knows("indicator", item.indicator):
        known = list(zone.items("indicator"))
        suggestion = problems.hint(nearest(item.indicator, known), known)
        report(problems.UNKNOWN_INDICATOR, ("indicator",), word=item.indicator, **suggestion)
    if not check_register(item.register, ("of",), zone, report):
        return
    for key, condition in (("where", item.where), ("over", item.over)):
        if condition is not None:
            check_expression(zone, item.register, condition, "flag", (key,), report)
    if item.value is not None:
        check_expression(zone, item.register, item.value, None, ("value",), report)
    elif item.aggregate not in ("count", "share"):
        report(AGGREGATE_NEEDS_VALUE, ("aggregate",), aggregate=item.aggregate)


@kind("figure", files="figures/*.yaml", holds="many", title=say("计算指标", context="kind"), check=check_figure)
class Figure(Declared, OverRegister):
    """How an indicator is computed: an aggregate of a value over the subjects of a kind for which a condition holds."""

    indicator: AttributeId = Field(description="指标编号")
    title: Text = Field(description="怎么算，一句话")
    of: RegisterId = Field("organisation", description="对哪个台账的对象")
    aggregate: Literal["count", "sum", "mean", "min", "max", "share"] = Field(
        description="计数、合计、平均、最小、最大、占比"
    )
    value: Word | None = Field(None, description="表达式，如 revenue[-1]")
    where: Word | None = Field(None, description="条件表达式")
    over: Word | None = Field(None, description="先限定范围，占比的分母")
    comparable: bool = Field(True, description="与公布数口径相同，可以比较")
    note: Text | None = wording(None, description="口径说明")
