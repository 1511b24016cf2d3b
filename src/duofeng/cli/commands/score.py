"""`duofeng score`: the ranking of a card, or one subject's score worked out so that a person can redo it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer
from rich.table import Table
from rich.text import Text

from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import folded_as_run, subjects_as_one
from duofeng.brain.scores.alarms import alarms, before_deadline, watched
from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.changes import CAUSES, changed_entries, changed_scores
from duofeng.brain.scores.sheet import Sheet, card_of, sheet
from duofeng.cli.clocks import shown
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, table_of
from duofeng.cli.policy_words import write_out
from duofeng.facts.evidence import standing
from duofeng.facts.finding import find
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import say
from duofeng.tell import sheet_words as words
from duofeng.tell.sheet_page import LISTED, Extras, notes, sheet_page, tiles
from duofeng.tell.words import told
from duofeng.zone.kinds.scorecard import scorecards_in_force
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

BARS, WIDTH = 10, 40


def register(app: typer.Typer) -> None:
    app.command("score", help="评分：一张卡的排名，或一家企业可照着重算的得分")(score)


def score(
    card: Annotated[str | None, typer.Argument(help="评分卡，不写列出全部")] = None,
    firm: Annotated[str | None, typer.Argument(help="信用代码、名称或名称的一部分")] = None,
    run_id: Annotated[str, typer.Option("--run", help="哪一次计算")] = "current",
    since: Annotated[str | None, typer.Option("--since", help="与哪一次计算相比")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="写成一页可打印的网页")] = None,
    odd: Annotated[bool, typer.Option("--alarms", help="列出远离自身历史的数值")] = False,
    most: Annotated[int, typer.Option("--most", min=1, help="最多列几家")] = 20,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared, runs = load_zone(zone), Runs(data / "runs")
    run = runs[run_id]
    if card is None:
        _list_cards(declared, run)
        return
    compiled = card_of(declared, run, card)
    before = runs[since] if since else None
    if firm is not None:
        _one(declared, compiled, run, firm, before, html, Ledger.open(data / "ledger"))
    elif odd:
        _print_alarms(declared, compiled, _alarms(declared, compiled, run, Ledger.open(data / "ledger")), most)
    elif before is not None:
        _print_changes(before, run, compiled, most)
    else:
        _print_ranking(compiled, run, most)


def _list_cards(zone: Zone, run: Run) -> None:
    table = table_of(say("评分卡"), say("名称"), say("已评"), say("依据"))
    for each in scorecards_in_force(zone, run.as_of):
        if run.has(f"score-{each.card}", each.register):
            rated = run.table(f"score-{each.card}", each.register).select(pl.len()).collect().item()
            table.add_row(each.card, told(each.title), f"{rated:,}", told(each.source.document))
    console.print(table)


# ---- one card -------------------------------------------------------------------------------------------------------


def _print_ranking(compiled: Compiled, run: Run, most: int) -> None:
    scores = run.table(f"score-{compiled.card.card}", compiled.card.register).collect()
    known = scores.drop_nulls("score")
    console.print(Text(told(compiled.card.title), style="bold"))
    console.print(
        told(
            "截至 {as_of}：评 {height:,} 家，{known_height:,} 家有总分，其余因缺数据为区间或空缺",
            as_of=run.manifest.as_of,
            height=scores.height,
            known_height=known.height,
        )
    )
    table = Table(box=None, pad_edge=False)
    for title in (told("名次"), told("区间"), told("总分"), told("等级")):
        table.add_column(title, justify="right")
    for title in (told("同组"), told("企业")):
        table.add_column(title)
    names = _names(run, compiled.card.register)
    for row in known.sort("rank", "subject").head(most).iter_rows(named=True):
        interval = "" if row.get("rank_low") is None else f"{row['rank_low']}–{row['rank_high']}"
        who = f"{names[row['subject']]}（{row['subject']}）" if names.get(row["subject"]) else row["subject"]
        table.add_row(
            f"{row['rank']:,}", interval, words.points(row["score"]), row["grade"] or "", row["group"] or "", Text(who)
        )
    console.print(table)
    if known.height:
        _print_distribution(known["score"].to_numpy())
    _print_grades(compiled, known)


def _names(run: Run, register: str) -> Mapping[str, str]:
    return dict(run.names(register).collect().iter_rows())


def _print_distribution(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    counts, edges = np.histogram(scores, bins=BARS)
    console.print(told("\n分布"), style="bold")
    for count, low, high in zip(counts, edges, edges[1:], strict=False):
        bar = "█" * round(WIDTH * count / max(counts.max(), 1))
        console.print(f"{low:8.2f} – {high:8.2f} {count:>8,} {bar}")


def _print_grades(compiled: Compiled, known: pl.DataFrame) -> None:
    if not compiled.card.grades:
        return
    counts = dict(known["grade"].value_counts().iter_rows())
    spread = "  ".join(f"{each.grade} {counts.get(each.grade, 0):,}" for each in compiled.card.grades)
    console.print(f"\n{told('等级')}  {spread}")


def _print_changes(before: Run, run: Run, compiled: Compiled, most: int) -> None:
    moved = changed_scores(before, run, compiled.card.card, compiled.card.register)
    entries = changed_entries(before, run, compiled.card.card, compiled.card.register, compiled=compiled)
    causes = entries.group_by("cause").agg(pl.len(), pl.col("subject").n_unique()).sort("len", descending=True)
    console.print(told("{height:,} 家得分有变。", height=moved.height))
    for cause, moves, subjects in causes.iter_rows():
        console.print(
            told(
                "  {cause}：{moves:,} 项，{subjects:,} 家",
                cause=told(CAUSES[cause]),
                moves=moves,
                subjects=subjects,
            )
        )
    table = table_of(say("企业"), say("原来"), say("现在"), say("变动"), say("名次"))
    for row in moved.head(most).iter_rows(named=True):
        change = "" if row["change"] is None else f"{row['change']:+.4f}"
        ranks = f"{row['rank_before'] or '—'} → {row['rank_after'] or '—'}"
        table.add_row(row["subject"], words.points(row["before"]), words.points(row["after"]), change, ranks)
    console.print(table)


def _alarms(zone: Zone, compiled: Compiled, run: Run, ledger: Ledger, subject: str | None = None) -> pl.DataFrame:
    """Alarms of everybody the run rated, or of one; those recorded just before a deadline of the card come first."""
    attributes, watch = watched(compiled), compiled.card.watch
    if watch is None or not attributes:
        return pl.DataFrame()
    wanted = [name for each in attributes for name in each.columns]
    rated = run.table(f"score-{compiled.card.card}", compiled.card.register).select("subject")
    frame = folded_as_run(run, ledger, zone, compiled.card.register, wanted)
    found = alarms(watch, attributes, frame.join(rated.collect(), on="subject", how="semi"))
    if subject is not None:
        found = found.filter(pl.col("subject") == subject)
    if found.is_empty():
        return found
    facts = _standing(zone, compiled.card.register, run, ledger, found["subject"].unique().to_list())
    recorded = pl.col("recorded_at").dt.convert_time_zone(str(zone.time_zone))
    latest = facts.filter(pl.col("standing") == 1).select(
        "subject", "attribute", "period", recorded_on=recorded.dt.date()
    )
    return before_deadline(watch, found.join(latest, on=["subject", "attribute", "period"], maintain_order="left"))


def _standing(zone: Zone, register: str, run: Run, ledger: Ledger, subjects: list[str]) -> pl.DataFrame:
    """The facts of subjects as the run knew them, those of subjects it took as one among them."""
    one = subjects_as_one(run, ledger, zone, register)
    return standing(ledger, zone, register, as_of=run.as_of, known_at=run.known_at, subjects=subjects, canonical=one)


def _print_alarms(zone: Zone, compiled: Compiled, found: pl.DataFrame, most: int) -> None:
    if compiled.card.watch is None:
        console.print(told("这张卡没有写 watch，不查异常。"))
        return
    console.print(told("{height:,} 个数值远离自身往年：", height=found.height))
    watch, known = compiled.card.watch, zone.attributes[compiled.card.register]
    if (watch.deadlines or watch.every_year) and found.height:
        late = found["deadline"].count()
        text = told("其中 {late:,} 个记录于截止日前 {days} 天内，列在前面。", late=late, days=watch.within)
        console.print(text, style="yellow" if late else "dim")
    for row in found.head(most).iter_rows(named=True):
        console.print(Text(f"{row['subject']}  {words.alarm_text(row, known[row['attribute']])}"))


# ---- one subject ----------------------------------------------------------------------------------------------------


def _one(
    zone: Zone, compiled: Compiled, run: Run, typed: str, before: Run | None, html: Path | None, ledger: Ledger
) -> None:
    found = find(ledger, zone, typed, known_at=run.known_at, kind=compiled.card.register)
    subject, name = found.subject, found.name or _names(run, compiled.card.register).get(found.subject)
    worked = sheet(compiled, run, subject)
    extras = Extras(
        name,
        _sources(zone, compiled, run, ledger, subject),
        before.id if before else None,
        changed_entries(before, run, compiled.card.card, compiled.card.register, subject, compiled) if before else None,
        _alarms(zone, compiled, run, ledger, subject),
        shown(run.manifest.known_at),
    )
    _print_head(zone, worked, extras)
    if html is None:
        _print_working(zone, worked, extras)
    _print_improvements(worked)
    if html is None:
        _print_beside(zone, worked, extras)
        return
    write_out(html, sheet_page(worked, zone, extras).encode())
    console.print(told("已写出 {html}", html=html), soft_wrap=True)


def _sources(zone: Zone, compiled: Compiled, run: Run, ledger: Ledger, subject: str) -> dict[str, str]:
    """Column → title of the source whose fact won."""
    facts = _standing(zone, compiled.card.register, run, ledger, [subject]).filter(pl.col("standing") == 1)
    titles = {}
    for fact in facts.iter_rows(named=True):
        column = f"{fact['attribute']}[{fact['period']}]" if fact["period"] else fact["attribute"]
        source = zone.sources.get(fact["source"])
        titles[column] = told(source.title) if source else fact["source"]
    return titles


def _print_head(zone: Zone, worked: Sheet, extras: Extras) -> None:
    title = told(worked.compiled.card.title)
    console.print(Text(f"{extras.name or worked.subject}  {title}", style="bold"), soft_wrap=True)
    console.print(
        "    ".join(" ".join(part for part in tile if part) for tile in tiles(worked, zone)),
        soft_wrap=True,
    )


def _print_working(zone: Zone, worked: Sheet, extras: Extras) -> None:
    known = zone.attributes[worked.compiled.card.register]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, width in ((told("项目"), 30), (told("数据"), 46), (told("计算过程"), None)):
        table.add_column(head, max_width=width, overflow="fold")
    table.add_column(told("得分"), justify="right")
    table.add_column(told("权重"), justify="right")
    for line in worked.lines.values():
        data = "\n".join(
            _data(text, extras.sources.get(column)) for text, column in words.used_lines(line, known, zone.codes)
        )
        step = words.leaf_step(line) if line.is_leaf else words.branch_step(worked, line.path)
        table.add_row(
            Text("  " * (len(line.path) - 1) + told(line.entry.title)), Text(data, style="dim"), Text(step),
            words.between(line.low, line.high).replace("[", r"\["),
            words.points(line.weight) if words.weighted(worked, line.path) else "",
            style="" if line.is_leaf else "bold",
        )  # fmt: skip
    table.add_row(told("总分"), "", Text(words.branch_step(worked, ())), "", "", style="bold")
    console.print(table)


def _data(text: str, source: str | None) -> str:
    return told("{text}（{source}）", text=text, source=source) if source else text


def _print_improvements(worked: Sheet) -> None:
    if worked.improvements:
        console.print(told("\n最省力的改进（其他企业不变）"), style="bold")
    for number, each in enumerate(worked.improvements[:LISTED], 1):
        gains = told("总分 +{points}，费力 {effort}", points=words.points(each.gain), effort=each.entry.effort)
        console.print(Text(f"{number}. {words.improvement_text(each)}  {gains}"), soft_wrap=True)


def _print_beside(zone: Zone, worked: Sheet, extras: Extras) -> None:
    known = zone.attributes[worked.compiled.card.register]
    for line in worked.without_data:
        if line.missing:
            lacking = tuple(words.lacking(line, known))
            text = told("缺数据：{title}（{lacking}）", title=line.entry.title, lacking=lacking)
            console.print(Text(text), style="yellow")
    if extras.moved is not None:
        console.print(told("\n与 {before} 相比", before=extras.before), style="bold")
        for row in extras.moved.iter_rows(named=True):
            entry, cause = words.entry_title(worked, row["entry"]), told(CAUSES[row["cause"]])
            moved = f"{words.points(row['points_before'])} → {words.points(row['points'])}"
            console.print(Text(told("{entry}：{moved}（{cause}）", entry=entry, moved=moved, cause=cause)))
    console.print("\n" + "\n".join(notes(worked)), style="dim", markup=False)
