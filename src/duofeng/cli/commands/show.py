"""`duofeng show`: what is known of one subject, each value with its source and proof, the losing facts beneath."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table
from rich.text import Text

from duofeng.brain.profiles import referred_to, subjects_as_one, subjects_called
from duofeng.cli.clocks import day, instant, moment, now, today
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, known_register
from duofeng.cli.series import Grain, asked_attributes, latest_of_series
from duofeng.cli.values import written
from duofeng.facts.evidence import standing
from duofeng.facts.finding import Found, find
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import Message, say
from duofeng.tell.words import told
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

FOLDED: dict[Grain, Message] = {
    "quarter": say("  共 {count} 个季度"),
    "month": say("  共 {count} 个月"),
    "day": say("  共 {count} 天"),
}
LOST = {
    "lapsed": say("当日不成立"),
    "left": say("已退出"),
    "list": say("不在最新名单中"),
    "type": say("值的类型与词表不同"),
    "priority": say("来源优先级低"),
    "older": say("较早的状态"),
    "recorded": say("较早记录"),
}


def register(app: typer.Typer) -> None:
    app.command("show", help="显示一个对象的档案和每个值的出处")(show)


def show(
    subject: Annotated[str, typer.Argument(help="标识、名称或名称的一部分")],
    of: Annotated[str | None, typer.Option("--of", help="哪一本台账")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="看哪一天的状态")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="只看当时已知的")] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option("--attribute", "-a", help="只看这个属性，可多次"),
    ] = None,
    all_periods: Annotated[bool, typer.Option("--all-periods", help="逐月逐季全部列出")] = False,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    ledger = Ledger.open(data / "ledger")
    on, known = day(as_of) or today(), instant(known_at) or now()
    register = known_register(declared, of) if of is not None else None
    found = find(ledger, declared, subject, known_at=known, kind=register)
    one = subjects_as_one(ledger, declared, referred_to(declared, [found.kind]), known)
    found = _itself(found, one.get(found.kind))
    facts = standing(ledger, declared, found.kind, as_of=on, known_at=known, subjects=[found.subject], canonical=one)
    called = subjects_called(declared, ledger, found.kind, as_of=on, known_at=known, one=one)
    name = called.filter(pl.col("subject") == found.subject)["name"].to_list()
    head = _head(declared, found, name[0] if name else None, on, known)
    if attribute:
        facts = facts.filter(pl.col("attribute").is_in(asked_attributes(declared, found.kind, attribute)))
    console.print(head, soft_wrap=True)
    marks = _marks(facts)
    listed, counts = (facts, {}) if all_periods else latest_of_series(facts)
    console.print(_table(declared, found.kind, listed, marks, counts))
    console.print(_foot(facts), style="bold")
    console.print(_arrivals(declared, facts, marks))


def _itself(found: Found, one: pl.DataFrame | None) -> Found:
    """The subject that the found one is one with."""
    if one is None:
        return found
    canonical_key = one.filter(pl.col("subject") == found.subject)["canonical"].to_list()
    return Found(found.kind, canonical_key[0], found.name) if canonical_key else found


def _head(zone: Zone, found: Found, name: str | None, day: date, known: datetime) -> Text:
    head = Text(name or found.subject, style="bold")
    head.append(f"  {found.kind} {found.subject}\n", style="not bold")
    at = moment(known)
    clocks = told("截至 {day} 的状态，{at} 时所知", day=day, at=at)
    return head.append(f"{told(zone.title)}  {clocks}", style="dim not bold")


def _table(
    zone: Zone, kind: str, facts: pl.DataFrame, marks: dict[str, str], counts: dict[str, tuple[int, Grain]]
) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title, width in ((say("属性"), 24), (say("值"), 30), (say("时期"), 12), (say("出处"), 30)):
        table.add_column(told(title), max_width=width, overflow="fold")
    known = zone.attributes.get(kind, {})
    disputed = pl.col("disputes").any().over("attribute", "period")
    order = {name: place for place, name in enumerate(known)}
    places = pl.col("attribute").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    rows = facts.with_columns(split=disputed).sort(places, "attribute", "period", "standing", maintain_order=True)
    for name, said in groupby(rows.iter_rows(named=True), lambda fact: str(fact["attribute"])):
        won = ""
        for fact in said:
            value = written(zone, known.get(name), fact)
            won = value if fact["standing"] == 1 else won
            evidence = _evidence(fact, marks[fact["arrival"]])
            label = _label(fact, known.get(name), agrees=value == won)
            table.add_row(Text(label), Text(value), _when(fact), Text(evidence), style=_style(fact))
        if name in counts:
            table.add_row(*_folded(*counts[name]), style="dim")
    return table


def _label(fact: dict[str, Any], attribute: Attribute | None, *, agrees: bool) -> str:
    if fact["lost_by"] is not None:
        return f"  └ {_why_lost(fact, agrees)}"
    title = told(attribute.title) if attribute else str(fact["attribute"])
    return f"{title} ⚡" if fact["split"] else title


def _folded(count: int, grain: Grain) -> tuple[str, str]:
    return told(Message(FOLDED[grain].id, {"count": count})), told("用 --all-periods 全部列出")


def _why_lost(fact: dict[str, Any], agrees: bool) -> str:
    if fact["disputes"]:
        return told("有争议")
    if agrees and fact["lost_by"] != "lapsed":
        return told("一致")
    return told(LOST[fact["lost_by"]])


def _style(fact: dict[str, Any]) -> str:
    if fact["disputes"]:
        return "yellow"
    return "" if fact["lost_by"] is None else "dim"


def _when(fact: dict[str, Any]) -> str:
    if fact["period"]:
        return str(fact["period"])
    first, last = fact["valid_from"], fact["valid_until"]
    if first is None and last is None:
        return ""
    return f"{first or ''}{told('起') if last is None else f'..{last}'}"


def _evidence(fact: dict[str, Any], mark: str) -> str:
    row = told("第{row}行", row=fact["row"]) if fact["row"] is not None else ""
    start, end = fact["start"], fact["end"]
    characters = told("第 {start}–{end} 字", start=start, end=end) if end is not None else ""
    return " ".join(part for part in (mark, fact["document"], fact["place"], characters, row) if part)


def _marks(facts: pl.DataFrame) -> dict[str, str]:
    """A short mark for each arrival, in the order of recording."""
    arrivals = facts.sort("recorded_at", "source", "file")["arrival"].unique(maintain_order=True)
    return {arrival: f"[{number}]" for number, arrival in enumerate(arrivals, 1)}


def _arrivals(zone: Zone, facts: pl.DataFrame, marks: dict[str, str]) -> Table:
    """What the marks stand for: who said it, in which file, when it was recorded."""
    table = Table(box=None, show_header=False, pad_edge=False, style="dim")
    for fact in facts.unique("arrival").sort("recorded_at", "source", "file").iter_rows(named=True):
        source = zone.sources.get(fact["source"]) or zone.documents.get(fact["source"])
        said = told(source.title) if source else fact["source"]
        at = moment(fact["recorded_at"])
        recorded = told("{at} 记录", at=at)
        table.add_row(Text(marks[fact["arrival"]]), said, fact["file"], recorded, fact["arrival"])
    return table


def _foot(facts: pl.DataFrame) -> str:
    values = facts.filter(pl.col("lost_by").is_null()).height
    split = facts.filter("disputes").select("attribute", "period").n_unique()
    return told(
        "{values} 个值，{height} 条事实，{n_unique} 个来源，{split} 处争议 ⚡",
        values=values,
        height=facts.height,
        n_unique=facts["source"].n_unique(),
        split=split,
    )
