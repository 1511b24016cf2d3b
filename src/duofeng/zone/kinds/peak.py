"""peak.yaml: what a peak is called and which other peaks it builds on."""

from __future__ import annotations

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.model import Declared, Id, Text, wording
from duofeng.zone.registry import kind


@kind("peak", files="peak.yaml", title=say("峰", context="kind"), where="peak")
class Peak(Declared):
    title: Text = Field(description="峰的名称")
    needs: tuple[Id, ...] = Field((), description="它要用到的其他峰")
    about: Text | None = wording(None, description="说明")
