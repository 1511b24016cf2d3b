"""A dry run in the words of the terminal."""

from __future__ import annotations

from rich.table import Table

from duofeng.brain.policies.dryrun import CLOSE, BudgetEnd, DryRun
from duofeng.cli.console import console, errors, language, say
from duofeng.cli.policy_words import OUTCOMES, money, outcome_name

LISTED = 8


def print_dry_run(run: DryRun, unit: str) -> None:
    """Who, how much, where the budget ends, cliffs, moved thresholds, overlap, who loses."""
    for warning in run.warnings:
        errors.print(warning.render(language()), style="yellow", markup=False, soft_wrap=True)
    counts = "  ".join(f"[{OUTCOMES[name][2]}]{outcome_name(name)} {size:,}[/]" for name, size in run.counts.items())
    console.print(say(f"对象 {run.subjects:,}：{counts}", f"{run.subjects:,} subjects: {counts}"))
    sums = [f"{money(each)} {unit}" for each in (run.due, run.taken, run.paid)]
    console.print(
        say(
            f"应得 {sums[0]}，择优后 {sums[1]}，实付 {sums[2]}",
            f"due {sums[0]}, after choices {sums[1]}, paid {sums[2]}",
        )
    )
    if run.unknown_amounts:
        console.print(say(f"另有 {run.unknown_amounts:,} 户金额未知", f"{run.unknown_amounts:,} amounts are unknown"))
    if run.budget is not None:
        _print_budget(run.budget, unit)
    _print_cliffs(run)
    _print_moved(run)
    _print_overlaps(run)
    _print_change(run, unit)


def _print_budget(end: BudgetEnd, unit: str) -> None:
    total, spent = money(end.total), money(end.spent)
    console.print(
        say(
            f"预算 {total} {unit}，当年已兑现 {spent}：{end.full:,} 户付足，{end.less:,} 户打折，{end.none:,} 户付不到",
            f"budget {total} {unit}, {spent} paid: {end.full:,} in full, {end.less:,} in part, {end.none:,} nothing",
        )
    )


def _titled(zh: str, en: str, *columns: tuple[str, str]) -> Table:
    console.print(f"\n[bold]{say(zh, en)}[/bold]")
    table = Table(box=None, pad_edge=False)
    for place, words in enumerate(columns):
        table.add_column(say(*words), justify="left" if place == 0 else "right")
    return table


def _print_cliffs(run: DryRun) -> None:
    if not run.cliffs:
        return
    share = f"{CLOSE:.0%}"
    table = _titled(
        f"悬崖：离门槛 {share} 以内",
        f"Cliffs: within {share} of a threshold",
        ("条件", "condition"),
        ("只差这条", "just missing it"),
        ("刚好达到", "just meeting it"),
    )
    for cliff in run.cliffs:
        title = run.planned.policy.conditions[cliff.condition].title.of(language())
        table.add_row(title, f"{cliff.below[0]:,}", f"{cliff.above[0]:,}")
    console.print(table)


def _print_moved(run: DryRun) -> None:
    if not run.moved:
        return
    columns = (
        ("条件", "condition"), ("门槛", "threshold"), ("移到", "moved to"), ("符合", "eligible"), ("应得", "due"),
    )  # fmt: skip
    table = _titled("门槛移动一成", "Thresholds moved by a tenth", *columns)
    for each in run.moved:
        title = run.planned.policy.conditions[each.condition].title.of(language())
        change = each.eligible - run.counts["yes"]
        eligible = f"{each.eligible:,} ({change:+,})"
        thresholds = [text.replace("_", ",") for text in (each.written, each.to)]
        table.add_row(title, *thresholds, eligible, money(each.due))
    console.print(table)


def _print_overlaps(run: DryRun) -> None:
    if not run.overlaps:
        return
    columns = (
        ("政策", "policy"), ("同时符合", "both"), ("那边应得", "due there"), ("须二选一", "must choose"),
    )  # fmt: skip
    table = _titled("与现有政策重叠", "Overlap with policies in force", *columns)
    for each in run.overlaps[:LISTED]:
        title = each.planned.policy.title.of(language())
        table.add_row(title, f"{each.subjects:,}", money(each.amount), f"{each.choose:,}")
    console.print(table)


def _print_change(run: DryRun, unit: str) -> None:
    console.print()
    if run.change is None:
        console.print(say("没有现行版本，是一项新政策。", "No version is in force; the policy is new."))
        return
    change, more, less = run.change, money(run.change.more), money(run.change.less)
    console.print(
        say(
            f"与现行版本相比：{change.gain:,} 户多得 {more} {unit}，{change.lose:,} 户少得 {less} {unit}",
            f"against the version in force: {change.gain:,} gain {more} {unit}, {change.lose:,} lose {less} {unit}",
        )
    )
    for subject, before, after in run.losers.head(LISTED).iter_rows():
        console.print(f"  {subject}  {money(before)} → {money(after)}", style="dim")
    if run.losers.height > LISTED:
        rest = f"{run.losers.height - LISTED:,}"
        console.print(say(f"  … 另有 {rest} 户", f"  … and {rest} more"), style="dim")
