"""peak.yaml: what a peak is called and which other peaks it builds on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone import problems
from duofeng.zone.model import Declared, Id, Text, wording
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone


def check_peak(item: Peak, zone: Zone, report: Report) -> None:
    for index, needed in enumerate(item.needs):
        if needed not in zone.peaks:
            report(problems.PEAK_NEEDS, ("needs", index), peak=needed)


@kind("peak", files="peak.yaml", title=say("峰", context="kind"), where="peak", check=check_peak)
class Peak(Declared):
    title: Text = Field(description="峰的名称")
    needs: tuple[Id, ...] = Field((), description="它要用到的其他峰")
    about: Text | None = wording(None, description="说明")
