"""What policies are checked for: their expressions, what they exclude, circles among them."""

from __future__ import annotations

import re
from typing import Any

from duofeng.kernel.problem import declare, hint
from duofeng.zone import problems
from duofeng.zone.checks.names import attribute_exists, register_exists, warn_of_nobody
from duofeng.zone.expressions import check_expression, check_single
from duofeng.zone.kinds.policy import Policy
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

UNKNOWN_POLICY = declare(
    "E070",
    "没有政策“{word}”。{hint}",
    explain="excludes 里写政策的编号（policy，不带年份），该政策要在园区或其峰里声明。",
)
EXCLUDES_ITSELF = declare(
    "E071",
    "政策“{policy}”排斥它自己。",
    explain="要限制同一政策多次享受，用 once_every_years。",
)
UNKNOWN_CONDITION = declare(
    "E072",
    "这项政策没有条件“{word}”。{hint}",
    explain="算例的 failed 里写本政策 conditions 的键。",
)
POLICY_CIRCLE = declare(
    "E075",
    "政策互相以对方的结论为条件，谁也算不出：{circle}。",
    explain="outcome('…') 和 amount('…') 引用别的政策，引用不能成环。不得同享用 excludes，不用条件。",
)
NO_SINGLE_REFERENCE = declare(
    "E078",
    "“{word}”不是 {register} 关联到另一个对象的属性。{hint}",
    explain="once_per 写一个类型为 reference、不带 many 的属性，如 household：关联到同一户的人只付一次。",
)
OTHER_CLAIMANTS = declare(
    "E079",
    "不得同享的政策要由同样的对象共享一次：这里 once_per 是 {own}，“{other}”的是 {others}。",
    explain="一项按户、一项按人，又互相排斥时，说不清谁让谁。两项写同样的 once_per。",
)


REACH_UNSAID = declare(
    "E558",
    "没有写这些条件对象自己能不能补上：{conditions}。",
    explain="reach 写 now（现在就能）、year（一年之内，至多差 within）或 never（年龄、行业、已过的期限）。"
    "差一点的名单只列真能补上的；不写的按 year 算。",
    severity="warning",
)


def check_policy(item: Policy, zone: Zone, report: Report) -> None:
    if not register_exists(item.register, ("of",), zone, report):
        return
    for path, text, want in item.texts():
        check_expression(zone, item.register, text, want, path, report)
    _check_circle(item, zone, report)
    _check_budget(item, zone, report)
    _check_days(item, report)
    warn_of_nobody(item.register, zone, report)
    _check_reach(item, report)
    _check_references(item, zone, report)
    _check_once_per(item, zone, report)
    _check_grants(item, zone, report)
    _check_claimants(item, zone, report)


@alone
def _check_circle(item: Policy, zone: Zone, report: Report) -> None:
    circle = _circle_through(item.policy, zone)
    if circle:
        report(POLICY_CIRCLE, ("conditions",), on_key=True, circle=" → ".join(circle))


@alone
def _check_budget(item: Policy, zone: Zone, report: Report) -> None:
    if item.budget is not None and item.budget.order_by is not None:
        check_single(zone, item.register, item.budget.order_by, ("budget", "order_by"), report, computed=True)


@alone
def _check_days(item: Policy, report: Report) -> None:
    if item.until is not None and item.until < item.from_:
        days: dict[str, Any] = {"low_value": item.from_, "high_value": item.until}
        report(problems.CONTRADICTION, ("until",), low="from", high="until", **days)


@alone
def _check_grants(item: Policy, zone: Zone, report: Report) -> None:
    """What a recognition grants is one attribute, a flag."""
    if item.grants is not None and attribute_exists(item.register, item.grants, ("grants",), zone, report):
        check_expression(zone, item.register, item.grants, "flag", ("grants",), report)


@alone
def _check_reach(item: Policy, report: Report) -> None:
    """Who is nearly there is promised help: each condition says whether it can be changed."""
    silent = [id for id, condition in item.conditions.items() if condition.reach is None]
    if silent:
        report(REACH_UNSAID, ("conditions",), on_key=True, conditions="、".join(silent))


@alone
def _check_once_per(item: Policy, zone: Zone, report: Report) -> None:
    if item.once_per is None:
        return
    known = zone.attributes.get(item.register, {})
    single = [name for name, each in known.items() if each.type == "reference" and not each.many]
    if item.once_per not in single:
        suggestion = hint(item.once_per, single)
        report(NO_SINGLE_REFERENCE, ("once_per",), word=item.once_per, register=item.register, **suggestion)


@alone
def _check_claimants(item: Policy, zone: Zone, report: Report) -> None:
    """Policies that may not be had together must be had once by the same: else nobody can say who gives up what."""
    for other in zone.items("policy").values():
        if other.once_per != item.once_per and _are_tied(item, other) and _overlap(item, other):
            words = {"own": item.once_per or "—", "other": other.policy, "others": other.once_per or "—"}
            report(OTHER_CLAIMANTS, ("once_per",) if item.once_per is not None else (), on_key=True, **words)
            return


def _are_tied(one: Policy, other: Policy) -> bool:
    excluded = one.policy in other.excludes or other.policy in one.excludes
    return one.policy != other.policy and (excluded or not one.families.keys().isdisjoint(other.families))


def _overlap(one: Policy, other: Policy) -> bool:
    return all(each.until is None or each.until >= against.from_ for each, against in ((one, other), (other, one)))


def _circle_through(start: str, zone: Zone) -> tuple[str, ...]:
    """The shortest chain of references from a policy back to itself, or nothing."""
    refers: dict[str, set[str]] = {}
    for policy in zone.items("policy").values():
        found = {name for _, text, _ in policy.texts() for name in _REFERENCE.findall(text)}
        refers.setdefault(policy.policy, set()).update(found)
    chains: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for chain in chains:
        for name in sorted(refers.get(chain[-1], ())):
            if name == start:
                return (*chain, start)
            if name not in seen:
                seen.add(name)
                chains.append((*chain, name))
    return ()


_REFERENCE = re.compile(r"(?:outcome|amount)\s*\(\s*'([^']+)'\s*\)", re.IGNORECASE)


@alone
def _check_references(item: Policy, zone: Zone, report: Report) -> None:
    known = sorted({policy.policy for policy in zone.items("policy").values()})
    for index, other in enumerate(item.excludes):
        if other not in known:
            suggestion = hint(other, known)
            report(UNKNOWN_POLICY, ("excludes", index), word=other, **suggestion)
        elif other == item.policy:
            report(EXCLUDES_ITSELF, ("excludes", index), policy=other)
    for index, example in enumerate(item.examples):
        for position, failed in enumerate(example.failed):
            if failed not in item.conditions:
                suggestion = hint(failed, list(item.conditions))
                report(UNKNOWN_CONDITION, ("examples", index, "failed", position), word=failed, **suggestion)
