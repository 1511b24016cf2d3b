"""What declared pages are checked for: every name on them leads to something, and their expressions hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from duofeng.engine.checking import NAMES
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import ProblemKind, declare, hint
from duofeng.zone.checks.names import item_exists, register_exists
from duofeng.zone.checks.policies import UNKNOWN_POLICY
from duofeng.zone.checks.scorecards import COUNTABLE, NOT_A_NUMBER
from duofeng.zone.expressions import check_expression
from duofeng.zone.kinds.page import Block, PeakPage
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

Path = tuple[str | int, ...]
UNKNOWN_NAME = declare(
    "E098",
    "没有{what}“{word}”。{hint}",
    explain="页面写到的主题、评分卡和排序列都要存在：主题是某个指标的 topic，评分卡在 scorecards/ 声明，"
    "排序列要写在 columns 里。",
)

NAMED = ("name", "subject")


def check_page(item: PeakPage, zone: Zone, report: Report) -> None:
    for id, block in item.blocks.items():
        at: Path = ("blocks", id)
        _check_names(block, at, zone, report)
        if block.source == "profiles" and _check_register(block, at, zone, report):
            _check_expressions(block, at, zone, report)
        _check_sort(block, at, report)


@alone
def _check_names(block: Block, at: Path, zone: Zone, report: Report) -> None:
    item_exists("indicator", block.figure, (*at, "figure"), zone, report)
    if block.figures is not None and "*" not in zone.broken.get("indicator", ()):
        topics = {each.topic for each in zone.indicators.values() if each.topic}
        _known(block.figures, topics, UNKNOWN_NAME, (*at, "figures"), report, what=say("这个主题的指标"))
    if "*" not in zone.broken.get("policy", ()):
        policies = {each.policy for each in zone.items("policy").values()}
        for index, policy in enumerate(block.policies):
            _known(policy, policies, UNKNOWN_POLICY, (*at, "policies", index), report)
        if block.near is not None:
            _known(block.near, policies, UNKNOWN_POLICY, (*at, "near"), report)
    if block.changes is not None and "*" not in zone.broken.get("scorecard", ()):
        cards = {each.card for each in zone.items("scorecard").values() if each.register == "organisation"}
        _known(block.changes, cards, UNKNOWN_NAME, (*at, "changes"), report, what=say("评分卡"))


def _known(
    word: str, known: Iterable[str], kind: ProblemKind, path: Path, report: Report, what: Message | str = ""
) -> None:
    listed = sorted(known)
    if word not in listed:
        report(kind, path, word=word, what=what, **hint(word, listed))


def _check_register(block: Block, at: Path, zone: Zone, report: Report) -> bool:
    return register_exists(block.register, (*at, "of"), zone, report)


@alone
def _check_expressions(block: Block, at: Path, zone: Zone, report: Report) -> None:
    if block.where is not None:
        check_expression(zone, block.register, block.where, "flag", (*at, "where"), report)
    measured = block.taken in {"sum", "mean", "median"} or (block.show == "chart" and block.by is None)
    for path, text in block.expressions():
        want: Literal["flag"] | None = "flag" if path == ("value",) and block.taken == "share" else None
        found = check_expression(zone, block.register, text, want, (*at, *path), report)
        if found is not None and path == ("value",) and measured and found.type not in COUNTABLE:
            report(NOT_A_NUMBER, (*at, *path), text=text, type=NAMES[found.type])


@alone
def _check_sort(block: Block, at: Path, report: Report) -> None:
    if block.sort is None:
        return
    named = [*NAMED, *(text for _path, text in block.expressions())]
    _known(block.sort.removeprefix("-"), named, UNKNOWN_NAME, (*at, "sort"), report, what=say("可排序的列"))
