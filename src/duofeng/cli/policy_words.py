"""Outcomes, amounts and gaps in the words of the terminal."""

from __future__ import annotations

from pathlib import Path

from duofeng.brain.policies.budget import whole_units
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError, declare
from duofeng.tell.words import told

CANNOT_WRITE_FILE = declare(
    "E141",
    "写不了 {path}：{reason}。",
    explain="检查文件夹是否存在、有没有权限、磁盘是否已满。",
)

OUTCOMES = {
    "yes": (say("符合", context="outcome"), "green"),
    "near": (say("差一点", context="outcome"), "yellow"),
    "unknown": (say("未知", context="outcome"), "cyan"),
    "no": (say("不符合", context="outcome"), "red"),
}
DELIVERY = {
    "no_application": say("免申即享"),
    "on_application": say("即申即享"),
    "review": say("审核"),
}


def outcome_name(outcome: str) -> str:
    return told(OUTCOMES[outcome][0])


def money(minor: int | None) -> str:
    """Minor units with thousands separators, or a dash."""
    return "—" if minor is None else whole_units(minor)


def write_out(path: Path, content: bytes) -> None:
    """A file the user asked for. Raises ProblemError (E141)."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ProblemError(CANNOT_WRITE_FILE.at(path=path, reason=error.strerror or str(error))) from None
