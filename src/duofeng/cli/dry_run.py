"""A dry run in the words of the terminal."""

from __future__ import annotations

from rich.table import Table

from duofeng.brain.policies.dryrun import CLOSE, BudgetEnd, DryRun
from duofeng.cli.console import console, errors, table_of
from duofeng.cli.policy_words import OUTCOMES, money, outcome_name
from duofeng.kernel.message import Message, say
from duofeng.tell.problems import report
from duofeng.tell.words import told

LISTED = 8


def print_dry_run(run: DryRun, unit: str) -> None:
    """Who, how much, where the budget ends, cliffs, moved thresholds, overlap, who loses."""
    for warning in run.warnings:
        errors.print(report(warning), style="yellow", markup=False, soft_wrap=True)
    counts = "  ".join(f"[{OUTCOMES[name][1]}]{outcome_name(name)} {size:,}[/]" for name, size in run.counts.items())
    console.print(told("对象 {subjects:,}：{counts}", subjects=run.subjects, counts=counts))
    sums = [f"{money(each)} {unit}" for each in (run.due, run.taken, run.paid)]
    console.print(told("应得 {due}，择优后 {taken}，实付 {paid}", due=sums[0], taken=sums[1], paid=sums[2]))
    if run.unknown_amounts:
        console.print(told("另有 {unknown_amounts:,} 户金额未知", unknown_amounts=run.unknown_amounts))
    if run.budget is not None:
        _print_budget(run.budget, unit)
    _print_cliffs(run)
    _print_moved(run)
    _print_overlaps(run)
    _print_change(run, unit)


def _print_budget(end: BudgetEnd, unit: str) -> None:
    total, spent = money(end.total), money(end.spent)
    console.print(
        told(
            "预算 {total} {unit}，当年已兑现 {spent}：{full:,} 户付足，{less:,} 户打折，{none:,} 户付不到",
            total=total,
            unit=unit,
            spent=spent,
            full=end.full,
            less=end.less,
            none=end.none,
        )
    )


def _titled(title: Message, *columns: Message) -> Table:
    console.print(f"\n[bold]{told(title)}[/bold]")
    return table_of(columns[0], numbers=columns[1:])


def _print_cliffs(run: DryRun) -> None:
    if not run.cliffs:
        return
    share = f"{CLOSE:.0%}"
    table = _titled(
        say("悬崖：离门槛 {share} 以内", share=share),
        say("条件"),
        say("只差这条"),
        say("刚好达到"),
    )
    for cliff in run.cliffs:
        title = told(run.planned.policy.conditions[cliff.condition].title)
        table.add_row(title, f"{cliff.below[0]:,}", f"{cliff.above[0]:,}")
    console.print(table)


def _print_moved(run: DryRun) -> None:
    if not run.moved:
        return
    columns = (
        say("条件"), say("门槛"), say("移到"), say("符合"), say("应得"),
    )  # fmt: skip
    table = _titled(say("门槛移动一成"), *columns)
    for each in run.moved:
        title = told(run.planned.policy.conditions[each.condition].title)
        change = each.eligible - run.counts["yes"]
        eligible = f"{each.eligible:,} ({change:+,})"
        thresholds = [text.replace("_", ",") for text in (each.written, each.to)]
        table.add_row(title, *thresholds, eligible, money(each.due))
    console.print(table)


def _print_overlaps(run: DryRun) -> None:
    if not run.overlaps:
        return
    columns = (
        say("政策"), say("同时符合"), say("那边应得"), say("须二选一"),
    )  # fmt: skip
    table = _titled(say("与现有政策重叠"), *columns)
    for each in run.overlaps[:LISTED]:
        title = told(each.planned.policy.title)
        table.add_row(title, f"{each.subjects:,}", money(each.amount), f"{each.choose:,}")
    console.print(table)


def _print_change(run: DryRun, unit: str) -> None:
    console.print()
    if run.change is None:
        console.print(told("没有现行版本，是一项新政策。"))
        return
    change, more, less = run.change, money(run.change.more), money(run.change.less)
    console.print(
        told(
            "与现行版本相比：{gain:,} 户多得 {more} {unit}，{lose:,} 户少得 {less} {unit}",
            gain=change.gain,
            more=more,
            unit=unit,
            lose=change.lose,
            less=less,
        )
    )
    for subject, before, after in run.losers.head(LISTED).iter_rows():
        console.print(f"  {subject}  {money(before)} → {money(after)}", style="dim")
    if run.losers.height > LISTED:
        rest = f"{run.losers.height - LISTED:,}"
        console.print(told("  … 另有 {rest} 户", rest=rest), style="dim")
