"""roles.yaml: what people of a role may do on the site, and which values they see without giving a reason."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.zone.model import Declared, Text
from duofeng.zone.registry import kind

Capability = Literal[
    "account.own",
    "cockpit.view",
    "figures.view",
    "gate.use",
    "firms.view",
    "firm.own",
    "subjects.view",
    "persons.view",
    "policies.view",
    "policies.draft",
    "payments.sign",
    "scores.view",
    "data.steward",
    "zone.administer",
    "api.read",
]
Sensitivity = Literal["public", "internal", "confidential", "personal"]


@kind("role", files="roles.yaml", holds="many", title=say("岗位", context="kind"))
class Role(Declared):
    title: Text = Field(description="岗位名称")
    may: tuple[Capability, ...] = Field((), min_length=1, description="能做什么")
    sees: tuple[Sensitivity, ...] = Field(("public",), min_length=1, description="不说明事由就能看到的敏感级别")
    own_subject_only: bool = Field(False, description="只能看自己的企业")
