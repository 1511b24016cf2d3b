"""How sure a figure is: what makes a binding doubtful lowers it, below the bar it waits for a person.

A doubt is a thing that can be seen on the figure itself; what each costs was set by the mistakes of first readings
(see docs/reading.md).
"""

from __future__ import annotations

import re

from duofeng.facts.documents import units
from duofeng.facts.documents.sentence import Draft

HEAD_BREAKS_OFF = re.compile(
    r"[由从较占为按拟至到与和及]$|^(?:占|为|比|较|由|从|同比|比上年|较上年|折合|主要是)|同比|比上年|较上年"
)
"""A head that begins or ends in the middle of something."""
RATE = re.compile(
    r"[率比度重]$|比例|比重|占比|份额|水平|系数|指数|增速|增幅|目标|进度|覆盖|达标|合格|满意|完成|利率|税率|赤字|空置|毛利"
)
"""Heads of which a percentage is the level."""
COUNTED_THINGS = re.compile(r"(?:企业|单位|机构|学校|社区|村)$")
LONG_HEAD = 28


def confidence_of(draft: Draft, known: bool) -> float:
    """Between 0.05 and 0.99; `known` says that the head is the name of an indicator of the zone."""
    sure = draft.confidence + (0.04 if known else 0)
    for doubt in _doubts(draft):
        sure -= doubt
    return round(max(0.05, min(0.99, sure)), 2)


def _doubts(draft: Draft) -> list[float]:
    head = draft.head
    is_level = draft.kind in {"actual", "cumulative"}
    doubts = {
        0.2: draft.period is None,
        0.5: len(head) < 2,
        0.1: len(head) > LONG_HEAD,
        0.35: HEAD_BREAKS_OFF.search(head) is not None and draft.kind != "growth",
        0.3: is_level and draft.number.base == "%" and RATE.search(head) is None,
        0.25: units.DIMENSION.get(draft.number.base) == "money"
        and is_level
        and COUNTED_THINGS.search(head) is not None,
        0.22: draft.number.base not in units.DIMENSION and draft.number.base not in {"%", "个百分点", "倍", ""},
    }
    return [cost for cost, applies in doubts.items() if applies]
