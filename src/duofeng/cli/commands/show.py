"""`duofeng show`: what is known of one subject, each value with its source and proof, the losing facts beneath."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import polars as pl
import typer
from rich.table import Table
from rich.text import Text

from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, DataOption, ZoneOption, console, language, now, say, today
from duofeng.cli.series import Grain, asked_attributes, latest_of_series
from duofeng.cli.values import written
from duofeng.facts.evidence import standing
from duofeng.facts.finding import Found, find
from duofeng.facts.ledger import Ledger
from duofeng.facts.resolve.canonical import canonical
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

MADE_KEY = ":"
"""Stands in keys that a source made itself; only where there are such can two subjects be one."""
GRAIN_WORDS: dict[Grain, tuple[str, str]] = {
    "quarter": ("个季度", "quarters"),
    "month": ("个月", "months"),
    "day": ("天", "days"),
}
LOST = {
    "lapsed": ("当日不成立", "not in force that day"),
    "left": ("已退出", "has left"),
    "list": ("不在最新名单中", "not in the newest list"),
    "type": ("值的类型与词表不同", "of another type than its attribute"),
    "priority": ("来源优先级低", "lower source"),
    "older": ("较早的状态", "older state"),
    "recorded": ("较早记录", "recorded earlier"),
}


def register(app: typer.Typer) -> None:
    app.command("show", help="显示一个对象的档案和每个值的出处 / Show what is known of a subject, and from where")(show)


def show(
    subject: Annotated[str, typer.Argument(help="标识、名称或名称的一部分 / identifier, name or part of a name")],
    kind: Annotated[str | None, typer.Option("--kind", help="对象种类 / kind of subject")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="看哪一天的状态 / as of this day")] = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", help="只看当时已知的 / as known at this day or instant")
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option("--attribute", "-a", help="只看这个属性，可多次 / only this, repeatable"),
    ] = None,
    all_periods: Annotated[
        bool, typer.Option("--all-periods", help="逐月逐季全部列出 / list every month and quarter")
    ] = False,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    declared = load_zone(zone)
    ledger = Ledger.open(data / "ledger")
    day = _day(as_of, "--as-of") if as_of else today()
    known = _instant(known_at) if known_at else now()
    found = find(ledger, subject, known_at=known, kind=kind)
    one = _canonical(ledger, declared, found, known)
    found = _itself(found, one)
    facts = standing(ledger, declared, found.kind, as_of=day, known_at=known, subjects=[found.subject], canonical=one)
    head = _head(declared, found, facts, day, known)
    if attribute:
        facts = facts.filter(pl.col("attribute").is_in(asked_attributes(declared, found.kind, attribute)))
    console.print(head, soft_wrap=True)
    marks = _marks(facts)
    listed, counts = (facts, {}) if all_periods else latest_of_series(facts)
    console.print(_table(declared, found.kind, listed, marks, counts))
    console.print(_foot(facts), style="bold")
    console.print(_arrivals(declared, facts, marks))


def _canonical(ledger: Ledger, zone: Zone, found: Found, known: datetime) -> pl.DataFrame | None:
    keys = ledger.subjects(known_at=known, kind=found.kind)["subject"]
    return canonical(ledger, zone, found.kind, known) if keys.str.contains(MADE_KEY, literal=True).any() else None


def _itself(found: Found, one: pl.DataFrame | None) -> Found:
    """The subject that the found one is one with."""
    if one is None:
        return found
    canonical_key = one.filter(pl.col("subject") == found.subject)["canonical"].to_list()
    return Found(found.kind, canonical_key[0], found.name) if canonical_key else found


def _head(zone: Zone, found: Found, facts: pl.DataFrame, day: date, known: datetime) -> Text:
    names = facts.filter((pl.col("attribute") == "name") & (pl.col("standing") == 1))["text"].to_list()
    head = Text(names[0] if names else found.subject, style="bold")
    head.append(f"  {found.kind} {found.subject}\n", style="not bold")
    at = f"{known.astimezone():%Y-%m-%d %H:%M}"
    clocks = say(f"截至 {day} 的状态，{at} 时所知", f"as of {day}, as known at {at}")
    return head.append(f"{zone.title.of(language())}  {clocks}", style="dim not bold")


def _table(
    zone: Zone, kind: str, facts: pl.DataFrame, marks: dict[str, str], counts: dict[str, tuple[int, Grain]]
) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title, width in zip(
        say("属性 值 时期 出处", "attribute value period evidence").split(), (24, 30, 12, 30), strict=True
    ):
        table.add_column(title, max_width=width, overflow="fold")
    order = {name: place for place, name in enumerate(zone.attributes.get(kind, {}))}
    places = pl.col("attribute").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    disputed = set(facts.filter("disputes").select("attribute", "period").iter_rows())
    won = ""
    rows = facts.sort(places, "attribute", "period", "standing", maintain_order=True).rows(named=True)
    for fact, after in zip(rows, [*rows[1:], None], strict=True):
        attribute = zone.attributes.get(kind, {}).get(fact["attribute"])
        value = written(zone, attribute, fact)
        if fact["standing"] == 1:
            won = value
        title = attribute.title.of(language()) if attribute else fact["attribute"]
        mark = " ⚡" if (fact["attribute"], fact["period"]) in disputed else ""
        label = f"{title}{mark}" if fact["lost_by"] is None else f"  └ {_why_lost(fact, value == won)}"
        table.add_row(
            Text(label), Text(value), _when(fact), Text(_evidence(fact, marks[fact["arrival"]])), style=_style(fact)
        )
        if fact["attribute"] in counts and (after is None or after["attribute"] != fact["attribute"]):
            table.add_row(*_folded(*counts[fact["attribute"]]), style="dim")
    return table


def _folded(count: int, grain: Grain) -> tuple[str, str]:
    zh, en = GRAIN_WORDS[grain]
    return say(f"  共 {count} {zh}", f"  {count} {en} in all"), say(
        "用 --all-periods 全部列出", "--all-periods lists them"
    )


def _why_lost(fact: dict[str, Any], agrees: bool) -> str:
    if fact["disputes"]:
        return say("有争议", "disputes it")
    if agrees and fact["lost_by"] != "lapsed":
        return say("一致", "agrees")
    return say(*LOST[fact["lost_by"]])


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
    return f"{first or ''}{say('起', ' on') if last is None else f'..{last}'}"


def _evidence(fact: dict[str, Any], mark: str) -> str:
    row = say(f"第{fact['row']}行", f"row {fact['row']}") if fact["row"] is not None else ""
    start, end = fact["start"], fact["end"]
    characters = say(f"第 {start}–{end} 字", f"chars {start}-{end}") if end is not None else ""
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
        said = source.title.of(language()) if source else fact["source"]
        at = f"{fact['recorded_at'].astimezone():%Y-%m-%d %H:%M}"
        recorded = say(f"{at} 记录", f"recorded {at}")
        table.add_row(Text(marks[fact["arrival"]]), said, fact["file"], recorded, fact["arrival"])
    return table


def _foot(facts: pl.DataFrame) -> str:
    values = facts.filter(pl.col("lost_by").is_null()).height
    split = facts.filter("disputes").select("attribute", "period").n_unique()
    return say(
        f"{values} 个值，{facts.height} 条事实，{facts['source'].n_unique()} 个来源，{split} 处争议 ⚡",
        f"{values} values, {facts.height} facts, {facts['source'].n_unique()} sources, {split} disputed ⚡",
    )


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        expected = say(f"{option} 要写成 2024-03-31", f"{option} is written 2024-03-31")
        raise typer.BadParameter(f"{text}: {expected}") from error


def _instant(text: str) -> datetime:
    """An instant, or the end of a day: what was recorded on that day was known at its end."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        expected = say(
            "--known-at 要写成 2024-03-31 或 2024-03-31T18:00", "--known-at is written 2024-03-31 or 2024-03-31T18:00"
        )
        raise typer.BadParameter(f"{text}: {expected}") from error
    if "T" not in text and " " not in text:
        instant = instant.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return instant.astimezone(UTC)
