"""The profile of one firm: values by the source that says them, the newest first, what else was said beneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from duofeng.brain.runs.compute import KIND
from duofeng.web import reader
from duofeng.web.context import language
from duofeng.web.pages.firms.sight import MASK, Sight
from duofeng.web.pages.firms.values import age, fact_value

LOST: Mapping[str, Promise] = {
    "lapsed": _("当日不成立"),
    "priority": _("来源优先级低"),
    "older": _("较早的状态"),
    "recorded": _("较早记录"),
}


LAST = ("\U0010ffff", 0)


@dataclass(frozen=True)
class Said:
    """One fact as it is shown."""

    value: str
    period: str
    source: str
    evidence: str
    recorded: date
    age: str
    lost: Any = None
    disputes: bool = False


@dataclass(frozen=True)
class Line:
    """One attribute: its newest value, older periods, and what else was said of each."""

    attribute: str
    title: str
    now: Said
    earlier: tuple[Said, ...]
    others: tuple[Said, ...]
    guarded: bool

    @property
    def more(self) -> int:
        return len(self.earlier) + len(self.others)

    @property
    def disputed(self) -> bool:
        return any(each.disputes for each in self.others)


@dataclass
class Topic:
    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Profile:
    topics: tuple[Topic, ...]
    guarded: tuple[str, ...]
    values: int
    facts: int
    sources: int
    disputed: int


def profile_of(facts: pl.DataFrame, sight: Sight, as_of: date) -> Profile:
    """`facts` is what `evidence.standing` says of one subject."""
    declared = reader.zone().attributes.get(KIND, {})
    # As the vocabulary is written: who wrote it put what belongs together side by side.
    order = {name: (str(each.span.file), each.span.line or 0) for name, each in declared.items()}
    topics: dict[str, Topic] = {}
    guarded: list[str] = []
    lines = 0
    rows = facts.partition_by("attribute", as_dict=True)
    for key in sorted(rows, key=lambda key: (order.get(str(key[0]), LAST), str(key[0]))):
        attribute = str(key[0])
        seen = sight.sees(attribute)
        if not seen:
            guarded.append(attribute)
        line, source = _line(attribute, rows[key], seen, as_of)
        topics.setdefault(source, Topic(_source_title(source))).lines.append(line)
        lines += line.disputed
    named = {source for source, topic in topics.items() if any(line.attribute == "name" for line in topic.lines)}
    ordered = sorted(topics, key=lambda source: (source not in named, -len(topics[source].lines), source))
    return Profile(
        tuple(topics[source] for source in ordered),
        tuple(guarded),
        facts.filter(pl.col("standing") == 1).height,
        facts.height,
        facts["source"].n_unique(),
        lines,
    )


def _line(attribute: str, facts: pl.DataFrame, seen: bool, as_of: date) -> tuple[Line, str]:
    newest = facts.sort("valid_until", "valid_from", "recorded_at", descending=True, nulls_last=True)
    won = [_said(fact, seen, as_of) for fact in newest.filter(pl.col("lost_by").is_null()).iter_rows(named=True)]
    others = tuple(_others(newest, seen, as_of))
    source = str(newest.filter(pl.col("standing") == 1)["source"][0])
    declared = reader.zone().attributes.get(KIND, {}).get(attribute)
    title = declared.title.of(language()) if declared else attribute
    if not won:
        won, others = [others[0]], others[1:]
    return Line(attribute, title, won[0], tuple(won[1:]), others, not seen), source


def _others(facts: pl.DataFrame, seen: bool, as_of: date) -> Iterator[Said]:
    for fact in facts.filter(pl.col("lost_by").is_not_null()).iter_rows(named=True):
        yield _said(fact, seen, as_of)


def _said(fact: Mapping[str, Any], seen: bool, as_of: date) -> Said:
    row = f" · {fact['row']}" if fact["row"] is not None else ""
    speaks_of = fact["valid_until"] if fact["period"] else fact["valid_from"]
    return Said(
        value=fact_value(fact) if seen else MASK,
        period=_when(fact),
        source=_source_title(fact["source"]),
        evidence=f"{fact['file'] or fact['arrival']} {fact['place'] or ''}{row}".strip(),
        recorded=fact["recorded_at"].date(),
        age=age(speaks_of, as_of),
        lost=LOST.get(fact["lost_by"] or ""),
        disputes=bool(fact["disputes"]),
    )


def _when(fact: Mapping[str, Any]) -> str:
    if fact["period"]:
        return str(fact["period"])
    first, last = fact["valid_from"], fact["valid_until"]
    if first is None and last is None:
        return ""
    return f"{first or ''}–{last or ''}".rstrip("–") + ("" if last else "–")


def _source_title(source: str) -> str:
    declared = reader.zone().sources.get(source) or reader.zone().documents.get(source)
    return declared.title.of(language()) if declared else source
