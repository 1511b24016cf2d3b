"""The profile of one subject: values by the source that says them, the newest first, what else was said beneath."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from duofeng.tell.words import told
from duofeng.web import habits, reader
from duofeng.web.periods import written_period
from duofeng.web.references import End, end_of
from duofeng.web.run_view import RunView
from duofeng.web.sight import MASK, Sight
from duofeng.web.subject_view import SubjectView
from duofeng.web.values import age, fact_value
from duofeng.zone.kinds.vocabulary import Attribute

LOST: Mapping[str, Promise] = {
    "lapsed": _("当日不成立"),
    "left": _("已退出"),
    "list": _("不在最新名单中"),
    "type": _("值的类型与词表不同"),
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
    when: str
    source: str
    evidence: str
    recorded: date
    age: str
    lost: Any = None
    disputes: bool = False
    address: str = ""


@dataclass(frozen=True)
class Line:
    """One attribute: its newest value, older periods, and what else was said of each."""

    attribute: str
    title: str
    now: Said
    earlier: tuple[Said, ...]
    others: tuple[Said, ...]
    guarded: bool
    under: str

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

    @property
    def dated(self) -> bool:
        """Whether anything in it is said of a time."""
        return any(line.now.when for line in self.lines)


@dataclass(frozen=True)
class Profile:
    topics: tuple[Topic, ...]
    guarded: tuple[str, ...]
    values: int
    facts: int
    sources: int
    disputed: int


def profile_of(subject: SubjectView, sight: Sight) -> Profile:
    """A value that is another subject is shown by the name of that one, and leads to its page."""
    facts, declared = subject.facts, reader.zone().attributes.get(subject.register, {})
    sayer = Sayer(subject.view, sight, subject.view.run.as_of)
    # As the vocabulary is written: who wrote it put what belongs together side by side.
    order = {name: (str(each.span.file), each.span.line or 0) for name, each in declared.items()}
    topics: dict[str, Topic] = {}
    guarded: list[str] = []
    rows = _by_attribute(facts)
    # A value that several sources give stands under the one that says most of this subject.
    widest = Counter(source for said in rows.values() for source in {fact["source"] for fact in said})
    for attribute in sorted(rows, key=lambda name: (order.get(name, LAST), name)):
        if not sight.sees(attribute):
            guarded.append(attribute)
        source = max(_best_sources(rows[attribute]), key=lambda each: (widest[each], each))
        topic = topics.setdefault(source, Topic(_source_title(source)))
        topic.lines.append(_line(sayer, declared.get(attribute), rows[attribute], topic.title))
    return Profile(
        topics=_in_order(topics),
        guarded=tuple(guarded),
        values=sum(fact["standing"] == 1 for said in rows.values() for fact in said),
        facts=facts.height,
        sources=len(widest),
        disputed=sum(line.disputed for topic in topics.values() for line in topic.lines),
    )


def _best_sources(said: list[dict[str, Any]]) -> set[str]:
    best = max(fact["priority"] for fact in said)
    return {fact["source"] for fact in said if fact["priority"] == best}


def _in_order(topics: Mapping[str, Topic]) -> tuple[Topic, ...]:
    """By source: who names the subject first, then who says most of it."""

    def place(source: str) -> tuple[bool, int, str]:
        attributes = [line.attribute for line in topics[source].lines]
        return "name" not in attributes, -len(attributes), source

    return tuple(topics[source] for source in sorted(topics, key=place))


def _by_attribute(facts: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The facts of each attribute, the newest first."""
    newest = facts.sort("valid_until", "valid_from", "recorded_at", descending=True, nulls_last=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for fact in newest.iter_rows(named=True):
        found.setdefault(fact["attribute"], []).append(fact)
    return found


@dataclass(frozen=True)
class Sayer:
    """Writes facts for one person who looks at one subject."""

    view: RunView
    sight: Sight
    as_of: date

    def said(self, declared: Attribute | None, fact: Mapping[str, Any]) -> Said:
        row = gettext("第 %(row)d 行") % {"row": fact["row"]} if fact["row"] is not None else ""
        speaks_of = fact["valid_until"] if fact["period"] else fact["valid_from"]
        end = self._end(declared, fact)
        return Said(
            value=end.name,
            address=end.address,
            period=str(fact["period"] or ""),
            when=_when(fact),
            source=_source_title(fact["source"]),
            evidence=f"{fact['file'] or fact['arrival']} {fact['place'] or ''} {row}".strip(),
            recorded=habits.day_of(fact["recorded_at"]),
            age=age(speaks_of, self.as_of),
            lost=LOST.get(fact["lost_by"] or ""),
            disputes=bool(fact["disputes"]),
        )

    def _end(self, declared: Attribute | None, fact: Mapping[str, Any]) -> End:
        if not self.sight.sees(fact["attribute"]):
            return End(MASK)
        if declared is not None and declared.to is not None and fact["text"]:
            return end_of(self.view, self.sight.rights, declared.to, fact["text"])
        return End(fact_value(self.sight.register, fact))


def _line(sayer: Sayer, declared: Attribute | None, facts: list[dict[str, Any]], under: str) -> Line:
    attribute = facts[0]["attribute"]
    won = [sayer.said(declared, fact) for fact in facts if fact["lost_by"] is None]
    others = [sayer.said(declared, fact) for fact in facts if fact["lost_by"] is not None]
    title = told(declared.title) if declared else attribute
    if not won:
        won, others = others[:1], others[1:]
    guarded = not sayer.sight.sees(attribute)
    return Line(attribute, title, won[0], tuple(won[1:]), tuple(others), guarded, under)


def _when(fact: Mapping[str, Any]) -> str:
    if fact["period"]:
        return written_period(fact["period"])
    first, last = fact["valid_from"], fact["valid_until"]
    if first is None and last is None:
        return ""
    if last is None:
        return gettext("%(first)s 起") % {"first": first}
    return f"{first or ''}–{last}"


def _source_title(source: str) -> str:
    declared = reader.zone().sources.get(source) or reader.zone().documents.get(source)
    return told(declared.title) if declared else source
