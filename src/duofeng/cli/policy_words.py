"""Outcomes, amounts and gaps in the words of the terminal."""

from __future__ import annotations

from pathlib import Path

from duofeng.brain.policies.budget import whole_units
from duofeng.cli.console import say
from duofeng.kernel.problem import ProblemError, declare

CANNOT_WRITE_FILE = declare(
    "E141",
    zh="写不了 {path}：{reason}。",
    en="{path} cannot be written: {reason}.",
    explain_zh="检查文件夹是否存在、有没有权限、磁盘是否已满。",
    explain_en="See that the folder exists, that you may write there, and that the disk is not full.",
)

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
    return "—" if minor is None else whole_units(minor)


def write_out(path: Path, content: bytes) -> None:
    """A file the user asked for. Raises ProblemError (E141)."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ProblemError(CANNOT_WRITE_FILE.at(path=path, reason=error.strerror or str(error))) from None
