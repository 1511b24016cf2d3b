"""Outcomes, amounts and gaps in the words of the terminal."""

from __future__ import annotations

from duofeng.brain.policies.payments import yuan
from duofeng.cli.console import say

OUTCOMES = {
    "yes": ("符合", "yes", "green"),
    "near": ("差一点", "near miss", "yellow"),
    "unknown": ("未知", "unknown", "cyan"),
    "no": ("不符合", "no", "red"),
}
DELIVERY = {
    "no_application": ("免申即享", "paid without application"),
    "on_application": ("即申即享", "paid on application"),
    "review": ("审核", "after review"),
}


def outcome_name(outcome: str) -> str:
    zh, en, _ = OUTCOMES[outcome]
    return say(zh, en)


def money(minor: int | None) -> str:
    """Minor units with thousands separators, or a dash."""
    return "—" if minor is None else f"{float(yuan(minor)):,.2f}"
