"""Why a policy answers as it does for one subject: each condition, its truth, values, facts, clause, gap and advice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from rich.text import Text

from duofeng.brain.policies import problems
from duofeng.brain.policies.outcomes import answer
from duofeng.brain.policies.plan import Plan, Planned
from duofeng.brain.policies.subject import suppliers
from duofeng.brain.rules.explain import REASONS, ConditionAnswer, Used, explain
from duofeng.brain.rules.members import Name, members
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import others_of_run, subject_row, subjects_as_one
from duofeng.cli.clocks import shown
from duofeng.cli.commands.policies import opened
from duofeng.cli.console import console
from duofeng.cli.policy_words import OUTCOMES, money, outcome_name
from duofeng.cli.values import written
from duofeng.engine.columns import attribute_in, period_in
from duofeng.engine.words import RESULT
from duofeng.facts.evidence import standing
from duofeng.facts.finding import find
from duofeng.facts.ledger import Ledger
from duofeng.kernel.problem import ProblemError, hint
from duofeng.tell.words import listed, told
from duofeng.zone.kinds.policy import policies_in_force
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

MARKS = {"yes": ("✓", "green"), "no": ("✗", "red"), "unknown": ("?", "cyan")}
Facts = Mapping[tuple[str, str | None], dict[str, Any]]


def explain_answer(policy: str, subject: str, run_id: str, zone: Path, data: Path) -> None:
    """Print the explanation. Raises ProblemError: no such policy that day (E553), subject (E255, E256, E554), run."""
    declared, run = load_zone(zone), Runs(data / "runs")[run_id]
    in_force = {each.policy: each for each in policies_in_force(declared, run.as_of)}
    if policy not in in_force:
        words = hint(policy, sorted(in_force))
        raise ProblemError(problems.NO_POLICY.at(policy=policy, as_of=run.manifest.as_of, **words))
    plan = opened(declared, run, in_force[policy].register)
    ledger = Ledger(data / "ledger", run.manifest.ledger_version)
    found = find(ledger, declared, subject, known_at=run.known_at, kind=plan.register)
    planned, outcomes = plan[policy], answer(plan, subject_row(run, plan, found.subject))
    _print_head(planned, str(found), run)
    _print_outcome(outcomes.names(policy)[0], outcomes.entitled().filter(pl.col("policy") == policy), run)
    facts = _facts(ledger, declared, plan, run, found.subject)
    others = others_of_run(run, ledger, declared, plan.links)
    for each in explain(planned.rule, outcomes.frame, plan.as_of).conditions:
        rests_on = members(each.condition.expression, outcomes.frame, plan.as_of, others)
        _print_condition(each, declared, plan, facts)
        for one in rests_on:
            console.print(Text(f"    {one.column}: {told(one.said(_names(run)))}", style="dim"), soft_wrap=True)


def _names(run: Run) -> Name:
    """Of few subjects: what each is called, else its key."""

    def name(register: str, subject: str) -> str:
        found = run.names(register).filter(pl.col("subject") == subject).collect()
        return str(found["name"][0] or subject) if found.height else subject

    return name


def _print_head(planned: Planned, firm: str, run: Run) -> None:
    policy = planned.policy
    console.print(f"[bold]{told(policy.title)}[/bold]  {policy.id}", highlight=False)
    trust = {
        "sourced": told("正式文本"),
        "secondary": told("转载"),
        "illustrative": told("示例，非正式"),
    }[policy.source.trust]
    clause = f" {policy.source.clause}" if policy.source.clause else ""
    until = policy.until or ""
    weight = told("（{trust}）", trust=trust)
    console.print(f"{told(policy.source.document)}{clause}{weight} {policy.from_}..{until}", style="dim")
    if policy.source.link:
        console.print(policy.source.link, style="dim", soft_wrap=True)
    clocks = told("截至 {as_of}，按 {known_at} 所知", as_of=run.manifest.as_of, known_at=shown(run.manifest.known_at))
    console.print(f"{firm}  {clocks}", markup=False)


def _print_outcome(outcome: str, due: pl.DataFrame, run: Run) -> None:
    amount = f"  {money(due['amount'][0])} {run.manifest.unit}" if due.height else ""
    console.print(f"→ [bold {OUTCOMES[outcome][1]}]{outcome_name(outcome)}[/]{amount}\n")


def _facts(ledger: Ledger, zone: Zone, plan: Plan, run: Run, subject: str) -> Facts:
    """The winning fact of each attribute and period of the subject."""
    one = subjects_as_one(run, ledger, zone, plan.register)
    lines = standing(
        ledger, zone, plan.register, as_of=run.as_of, known_at=run.known_at, subjects=[subject], canonical=one
    )
    state = {name: attribute.per == "state" for name, attribute in zone.attributes[plan.register].items()}
    won = lines.filter((pl.col("standing") == 1) & pl.col("lost_by").is_null())
    return {
        (fact["attribute"], None if state.get(fact["attribute"], True) else fact["period"]): fact
        for fact in won.iter_rows(named=True)
    }


def _print_condition(each: ConditionAnswer, zone: Zone, plan: Plan, facts: Facts) -> None:
    condition = each.condition
    mark, colour = MARKS[each.answer]
    clause = f"  {condition.clause}" if condition.clause else ""
    console.print(Text(f"{mark} {told(condition.title)}", style=colour) + Text(clause, style="dim"))
    console.print(Text(f"    {condition.expression.text}", style="dim"), soft_wrap=True)
    for used in each.used:
        console.print(Text(f"    {_value(used, zone, plan, facts)}"), soft_wrap=True)
    for reason, part in each.reasons:
        console.print(Text(f"    {told(REASONS[reason])}: {part}"), soft_wrap=True)
    for part, value in each.provisional:
        console.print(told("    暂按周末推算：{part} = {value}", part=part, value=value), soft_wrap=True)
    if each.declared_absent:
        console.print(told("    没有记录，按政策规定视为不满足"))
    for gap in each.gaps:
        console.print(Text(f"    {gap.what}: {told(gap.said)}", style="yellow"), soft_wrap=True)
    if each.answer == "no" and condition.advice is not None:
        console.print(Text(f"    → {told(condition.advice)}", style="yellow"), soft_wrap=True)


def _value(used: Used, zone: Zone, plan: Plan, facts: Facts) -> str:
    """`营业收入 revenue[2023] = 1,200万元 ← 税务申报（tax-2023.csv 第17行）`, or who could say it."""
    if RESULT.fullmatch(used.column):
        value = told("未知", context="outcome") if used.value is None else _result(used)
        return f"{used.column} = {value}"
    name = attribute_in(used.column)
    attribute = zone.attributes[plan.register].get(name)
    if attribute is None:  # what other subjects say
        return f"{used.column} = {told('未知', context='outcome') if used.value is None else _result(used)}"
    label = f"{told(attribute.title)} {used.column}"
    fact = facts.get((name, period_in(used.column) or None))
    if used.value is None or fact is None:
        who = listed(suppliers(zone, plan.register, used.column)) or told("没有来源提供")
        return f"{label} = {told('未知', context='outcome')} ← {who}"
    return f"{label} = {written(zone, attribute, fact)} ← {_source(fact, zone)}"


def _result(used: Used) -> str:
    if isinstance(used.value, bool):
        return told("是") if used.value else told("否")
    return f"{used.value:,.2f}" if isinstance(used.value, float) else str(used.value)


def _source(fact: Mapping[str, Any], zone: Zone) -> str:
    source = zone.sources.get(fact["source"]) or zone.documents.get(fact["source"])
    title = told(source.title) if source else fact["source"]
    row = told("第{row}行", row=fact["row"]) if fact["row"] is not None else ""
    place = " ".join(part for part in (fact["file"], fact["place"], row) if part)
    return told("{title}（{place}）", title=title, place=place) if place else str(title)
