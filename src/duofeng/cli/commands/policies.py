"""`duofeng policies`: what is declared, who may have what, what one firm may take, the payment list."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from duofeng.brain.policies.dryrun import dry_run, together_with
from duofeng.brain.policies.examples import failing_examples_of
from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.policies.subject import Near, SubjectAnswers, Taken, answers_for
from duofeng.brain.runs.paying import payments_of
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import refuse_changed_rules, rows_together, subject_row, whole_profile
from duofeng.brain.scores.card import compile_card
from duofeng.cli.clocks import shown
from duofeng.cli.commands.run import run as compute_run
from duofeng.cli.console import (
    DEFAULT_DATA,
    DEFAULT_ZONE,
    FIRMS,
    DataOption,
    OfOption,
    ZoneOption,
    console,
    known_register,
    table_of,
)
from duofeng.cli.dry_run import print_dry_run
from duofeng.cli.policy_words import DELIVERY, OUTCOMES, money, write_out
from duofeng.facts.finding import find
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import loaded, say
from duofeng.kernel.problem import ProblemError
from duofeng.tell.dryrun_page import Heading, dryrun_page
from duofeng.tell.language import speaking
from duofeng.tell.payment_files import payments_csv, payments_xlsx
from duofeng.tell.sheet_words import column_title
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.zone.kinds.policy import Policy
from duofeng.zone.kinds.scorecard import scorecards_in_force
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.load import load_draft, load_zone
from duofeng.zone.zone import Zone

RunOption = Annotated[str, typer.Option("--run", help="哪一次计算")]


def register(app: typer.Typer) -> None:
    policies = typer.Typer(help="政策：谁符合、差多少、发多少", no_args_is_help=True)
    policies.command("list", help="生效的政策")(list_policies)
    policies.command("run", help="重新计算并汇总每项政策")(run_policies)
    policies.command("for", help="一个对象的全部政策")(for_subject)
    policies.command("dry-run", help="发布前试算一份草案")(try_draft)
    policies.command("pay", help="兑现清单")(pay)
    app.add_typer(policies, name="policies")


def opened(zone: Zone, run: Run, register: str) -> Plan:
    """The plan of a register on the run's day. Raises ProblemError (E655) when its rules are others than the run's."""
    planned = plan(zone, run.as_of, register)
    cards = [compile_card(zone, card, run.as_of) for card in scorecards_in_force(zone, run.as_of)]
    refuse_changed_rules(run, planned, [each for each in cards if each.card.register == register])
    return planned


def list_policies(run_id: RunOption = "current", data: DataOption = DEFAULT_DATA) -> None:
    console.print(_summary(Runs(data / "runs")[run_id]))


def run_policies(
    as_of: Annotated[str | None, typer.Option("--as-of", help="基准日")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="按何时所知")] = None,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    compute_run(as_of, known_at, "polars", zone, data)
    list_policies("current", data)


def _summary(run: Run) -> Table:
    """What the run itself kept: it can be read whatever the zone declares today."""
    unit, outcomes = _unit(run), [name for name, _style in OUTCOMES.values()]
    sums = (say("应得（{unit}）", unit=unit), say("实付（{unit}）", unit=unit))
    table = table_of(say("政策"), say("方式"), numbers=(*outcomes, *sums), row_styles=["", "dim"])
    table.columns[0].max_width = 44
    for register in run.registers:
        _add_register(table, run, register)
    return table


def _add_register(table: Table, run: Run, register: str) -> None:
    outcomes = run.table("outcomes", register).collect()
    bundles = (
        run.table("bundles", register)
        .group_by("policy")
        .agg(pl.col("amount").filter("taken").sum(), pl.col("paid").sum())
        .collect()
    )
    paid = {row["policy"]: row for row in bundles.iter_rows(named=True)}
    for each in run.table("policies", register).collect().iter_rows(named=True):
        counts = {"yes": 0, "near": 0, "unknown": 0, "no": 0}
        for code, size in outcomes[each["policy"]].value_counts().iter_rows():
            counts[name_of(code)] += size
        gives = each["gives"] == "money"
        sums = [money(paid.get(each["policy"], {}).get(name)) for name in ("amount", "paid")] if gives else ["", ""]
        how = told(DELIVERY[each["delivery"]]) if gives else told("认定")
        table.add_row(told(loaded(each["title"])), how, *(f"{number:,}" for number in counts.values()), *sums)


def for_subject(
    subject: Annotated[str, typer.Argument(help="标识、名称或名称的一部分")],
    of: OfOption = FIRMS,
    run_id: RunOption = "current",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
    most: Annotated[int, typer.Option("--most", help="每类最多列几项")] = 8,
) -> None:
    declared, run = load_zone(zone), Runs(data / "runs")[run_id]
    planned = opened(declared, run, known_register(declared, of))
    found = find(Ledger.open(data / "ledger"), declared, subject, known_at=run.known_at, kind=of)
    row = subject_row(run, planned, found.subject)
    answers = answers_for(declared, planned, row, rows_together(run, planned, row))
    console.print(f"[bold]{found}[/bold]  {told('截至')} {run.manifest.as_of}")
    unit = unit_name(declared.currency.unit)
    _print_bundle(declared, answers, unit)
    _print_near(answers, most, unit)
    _print_unknown(answers, most, declared.attributes.get(of, {}))
    held = told("、").join(told(each.policy.title) for each in answers.held) or told("无")
    console.print(told("\n符合的认定：{held}", held=held))


def _unit(run: Run) -> str:
    return unit_name(run.manifest.unit)


def _print_bundle(zone: Zone, answers: SubjectAnswers, unit: str) -> None:
    called = {each.policy: told(each.title) for each in zone.items("policy").values() if isinstance(each, Policy)}
    console.print(told("\n[bold]可享政策[/bold]"))
    for each in answers.bundle:
        title = told(each.planned.policy.title)
        if each.taken:
            console.print(f"  ✓ {title}  [green]{money(each.amount)}[/green] {unit}")
        elif each.amount is None:
            console.print(f"  ? {title}  " + told("金额还算不出"))
        else:
            console.print(f"  ✗ {title}  {money(each.amount)} {unit}  [dim]{_why_not(each, called, unit)}[/dim]")
    for barred in answers.barred:
        titles = [told(each.policy.title) for each in (barred.planned, barred.by)]
        had = f"{money(barred.paid)} {unit}"
        reason = told("{year} 年已兑现“{titles}” {had}", year=barred.year, titles=titles[1], had=had)
        console.print(f"  – {titles[0]}  [dim]{reason}[/dim]")
    if not answers.bundle and not answers.barred:
        console.print(told("  暂无"))
    console.print(f"  {told('合计')} [bold]{money(answers.total)}[/bold] {unit}")


def _why_not(each: Taken, called: Mapping[str, str], unit: str) -> str:
    if each.paid_to is not None:
        return told("同户只享一次，已由 {subject} 享受", subject=each.paid_to)
    instead = called.get(each.instead or "", each.instead)
    lost = told("改选少得 {loss} {unit}", loss=money(each.loss), unit=unit)
    return told("与“{instead}”不可兼得", instead=instead) + told("，") + lost


def _print_near(answers: SubjectAnswers, most: int, unit: str) -> None:
    if not answers.near:
        return
    order = told("（按每份努力的收益排序）")
    console.print(told("\n[bold]差一点[/bold]") + order)
    for each in answers.near[:most]:
        _print_one_near(each, unit)
    if len(answers.near) > most:
        rest = len(answers.near) - most
        console.print(told("  … 另有 {rest} 项", rest=rest), style="dim")


def _print_one_near(near: Near, unit: str) -> None:
    amount = f"  [yellow]{money(near.amount)}[/yellow] {unit}" if near.amount else ""
    console.print(f"  ~ {told(near.planned.policy.title)}{amount}")
    for failed in near.explanation.failed:
        gaps = told("；").join(told(gap.said) for gap in failed.gaps)
        title = told(failed.condition.title)
        console.print(f"      {title}{told('：')}{gaps}" if gaps else f"      {title}", highlight=False)
        if failed.condition.advice is not None:
            console.print(f"      → {told(failed.condition.advice)}", style="dim")


def _print_unknown(answers: SubjectAnswers, most: int, attributes: Mapping[str, Attribute]) -> None:
    if not answers.unknown:
        return
    console.print(told("\n[bold]还不知道[/bold]"))
    for each in answers.unknown[:most]:
        asks = told("，").join(
            told(
                "{text}（{source}）",
                text=column_title(column, attributes),
                source=each.sources[column] or told("没有来源提供"),
            )
            for column in each.missing[:3]
        )
        lacks = told("：缺")
        console.print(f"  ? {told(each.planned.policy.title)}{lacks} {asks}", soft_wrap=True)
    if len(answers.unknown) > most:
        rest = len(answers.unknown) - most
        console.print(told("  … 另有 {rest} 项", rest=rest), style="dim")


def try_draft(
    draft: Annotated[Path, typer.Argument(help="草案文件")],
    html: Annotated[Path | None, typer.Option("--html", help="写出网页")] = None,
    run_id: RunOption = "current",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Answer the draft on the profile of a run.

    1. Read and check the draft as if it stood in the zone.  2. Run its worked examples.
    3. Answer it beside the policies in force; print, and write the page.
    """
    declared, run = load_zone(zone), Runs(data / "runs")[run_id]
    drafted_zone, drafted = load_draft(declared, draft, "policy")
    assert isinstance(drafted, Policy)
    current = opened(declared, run, drafted.register)
    failing = list(failing_examples_of(drafted_zone, drafted))
    if failing:
        raise ProblemError(failing)
    together = together_with(drafted_zone, drafted, current)
    frame = whole_profile(run, together, drafted_zone, Ledger.open(data / "ledger"))
    result = dry_run(drafted, frame, together, current)
    console.print(f"[bold]{told(drafted.title)}[/bold]  {told('截至')} {run.manifest.as_of}")
    print_dry_run(result, _unit(run))
    if html is not None:
        names = dict(run.names(drafted.register).collect().iter_rows())
        made = run.manifest
        title = told(declared.title)
        heading = Heading(title, run.id, made.as_of, shown(made.known_at)[:10], made.unit, names)
        write_out(html, dryrun_page(result, heading).encode())
        console.print(told("已写出 {html}", html=html))


def pay(
    run_id: RunOption = "current",
    csv: Annotated[Path | None, typer.Option("--csv", help="写出 CSV")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写出 Excel")] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    run = Runs(data / "runs")[run_id]
    run.verify()
    unit, listed = _unit(run), payments_of(run)
    sums = (say("份数"), say("应得（{unit}）", unit=unit), say("实付（{unit}）", unit=unit))
    table = table_of(say("政策"), numbers=sums)
    table.columns[0].max_width = 50
    for row in listed.by_policy().iter_rows(named=True):
        title = told(listed.titles[row["policy"]])
        table.add_row(title, f"{row['subjects']:,}", money(row["amount"]), money(row["paid"]))
    console.print(table)
    console.print(told("合计 {total} {unit}", total=money(listed.total), unit=unit), style="bold")
    console.print(told("校验 {digest}", digest=listed.digest), style="dim", soft_wrap=True)
    for path, content in ((csv, payments_csv), (xlsx, payments_xlsx)):
        if path is not None:
            with speaking(run.manifest.language):  # a paper of the office, whoever makes it
                write_out(path, content(listed))
            console.print(told("已写出 {path}", path=path))
