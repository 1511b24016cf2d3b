"""Candidate figures → facts about the zone: what is sure counts, the rest waits for a person's yes or no."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

import polars as pl

from duofeng.facts.arrivals import REJECTED
from duofeng.facts.documents.figures import CandidateFigure, ReadingContext
from duofeng.facts.documents.problems import NO_FIGURE_THERE, STILL_WAITS, WAITS
from duofeng.facts.documents.reading import read_figures
from duofeng.facts.documents.text import DocumentText
from duofeng.facts.documents.units import DIMENSION
from duofeng.facts.fact import DELIVERED, PRINTED, VALUE_OF_TYPE, Fact, Printed
from duofeng.facts.hedge import hedge_of
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import Message, say, stored
from duofeng.kernel.money import LARGEST_MINOR, MINOR_PER_YUAN
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError, Span, hint
from duofeng.kernel.units import convert
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone

DOCUMENTS = "documents"
"""The source whose arrivals are documents that were read."""
CONFIRMATIONS = "confirmations"
"""The source of figures a person said yes to."""
SURE = 0.8
"""At or above this confidence a figure counts without being asked about."""
TOLD = ("indicator", "period", "number", "money", "confidence", "start", "end")
"""What a reject says of a figure that waits."""
WAITING = pl.Schema({**DELIVERED, "indicator": pl.String(), "confidence": pl.Float64(), "why": pl.String()})
AREAS = {
    "全省": "province",
    "本省": "province",
    "全市": "city",
    "本市": "city",
    "全国": "nation",
    "市内": "urban_districts",
}
Why = Literal["undeclared", "elsewhere", "unsure", "no_period", "unit", "too_large"]
REASONS: dict[Why, Message] = {
    "undeclared": say("未声明的指标"),
    "elsewhere": say("对象不是本园区"),
    "unsure": say("把握不足"),
    "no_period": say("期间不明"),
    "unit": say("单位与指标不同"),
    "too_large": say("数值过大，账本容不下"),
}
"""Why a figure waits for a person."""
MEASURE_OF_KIND = {"target": ":target", "growth": ":growth"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of a figure under the attribute that holds it: a level, its growth, its share."""

    attribute: str
    value: Decimal
    unit: str


def zone_context(zone: Zone, period: str | None = None) -> ReadingContext:
    """What a zone tells the reader: its indicators by all their names, and how it is called itself."""
    indicators = {id: (*each.title.texts.values(), *each.aliases) for id, each in zone.indicators.items()}
    return ReadingContext(indicators=indicators, names=names_of(zone), period=period)


def names_of(zone: Zone) -> tuple[str, ...]:
    """The zone's title and whatever else documents call it."""
    return tuple(dict.fromkeys((*zone.title.texts.values(), *zone.file.also_called)))


def candidate_facts(
    document: DocumentText, zone: Zone, figures: Iterable[CandidateFigure] | None = None, sure: float = SURE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Facts in the ledger's shape (`DELIVERED`) that count, and those that wait (`WAITING`) with the reason why."""
    found = read_figures(document.text, zone_context(zone)) if figures is None else figures
    counted: list[dict[str, object]] = []
    waiting: list[dict[str, object]] = []
    for figure in found:
        own = printed_in(document, figure)
        beside = replace(own, written=None, hedge=None)
        for number, measured in enumerate(_measures(figure, zone)):
            row, why = _row(figure, measured, zone, sure)
            row |= asdict(beside if number else own)
            if why:
                waiting.append(row | {"indicator": figure.indicator, "why": why})
                waiting[-1]["confidence"] = figure.confidence
            else:
                counted.append(row)
    for rows in (counted, waiting):
        for sequence, row in enumerate(rows):
            row["sequence"] = sequence
    return pl.DataFrame(counted, schema=DELIVERED), pl.DataFrame(waiting, schema=WAITING)


def printed_in(document: DocumentText, figure: CandidateFigure) -> Printed:
    """How the document prints the figure's own number. A document just read is known by its file's name."""
    return Printed(document.path.name, figure.start, figure.end, figure.written, hedge_of(figure.hedge) or None)


def confirmed_facts(
    document: DocumentText, zone: Zone, figures: Iterable[CandidateFigure], place: str, indicator: str | None
) -> list[Fact]:
    """The facts of the figure at `start-end` that a person says yes to; `indicator` says what it is when unknown.

    Raises ProblemError: E410 when no figure stands there, E411 when it cannot be a fact even so.
    """
    found = list(figures)
    chosen = [figure for figure in found if f"{figure.start}-{figure.end}" == place]
    if not chosen:
        near = hint(place, [f"{figure.start}-{figure.end}" for figure in found])
        raise ProblemError(NO_FIGURE_THERE.at(Span(document.path.name), place=place, **near))
    said = [
        replace(_counted_as(zone, figure, indicator or figure.indicator_id), confidence=1.0, subject="zone")
        for figure in chosen
    ]
    counted, waiting = candidate_facts(document, zone, said)
    if counted.is_empty() and waiting.height:
        row = waiting.row(0, named=True)
        span, why = Span(document.path.name), REASONS[row["why"]]
        raise ProblemError(STILL_WAITS.at(span, indicator=row["indicator"], why=why))
    return [_as_fact(row) for row in counted.iter_rows(named=True)]


def _counted_as(zone: Zone, figure: CandidateFigure, indicator: str) -> CandidateFigure:
    """The figure as one of an indicator; what a person says is counted is not refused for its counting word."""
    declared = zone.indicators.get(indicator)
    if declared is None or figure.kind in ("growth", "share", "rank"):
        return replace(figure, indicator_id=indicator)
    words = [DIMENSION.get(unit) for unit in (declared.unit, figure.unit.lstrip("十百千万亿"))]
    if words != ["count", "count"]:
        return replace(figure, indicator_id=indicator)
    return replace(figure, indicator_id=indicator, value=figure.number, unit=declared.unit)


REFUSED = "figure_refused"
"""What is said of a document, a thing named by its checksum, when a person says no to the figure at a place."""


def refused_figure(document: DocumentText, figures: Iterable[CandidateFigure], place: str) -> Fact:
    """A person's no to the figure at `start-end`. Raises ProblemError (E410) when no figure stands there."""
    places = [f"{figure.start}-{figure.end}" for figure in figures]
    if place not in places:
        raise ProblemError(NO_FIGURE_THERE.at(Span(document.path.name), place=place, **hint(place, places)))
    return Fact("thing", document.checksum, REFUSED, place)


def refused_places(ledger: Ledger, document: DocumentText, known_at: datetime) -> frozenset[str]:
    """The places in a document that persons said no to, as known at the instant."""
    facts = ledger.facts(known_at=known_at, kind="thing", subjects=[document.checksum], attributes=[REFUSED])
    return frozenset(facts.select("text").collect()["text"])


def _as_fact(row: dict[str, Any]) -> Fact:
    value = Decimal(row["money"]) / 100 if row["money"] is not None else row["number"]
    period = Period.parse(row["period"])
    printed = Printed(**{name: row[name] for name in PRINTED})
    return Fact(row["kind"], row["subject"], row["attribute"], value, period=period, printed=printed)


def waiting_as_rejects(waiting: pl.DataFrame) -> pl.DataFrame:
    """What waits for a yes or no, in the shape of the ledger's rejects: place, words, reason, the fact as JSON."""
    rows = [
        {
            "sheet": "",
            "row": None,
            "column": row["attribute"] or row["indicator"],
            "raw": row["written"],
            "code": WAITS.code,
            "params": json.dumps(
                {name: str(row[name]) for name in TOLD} | {"why": stored(REASONS[row["why"]])}, ensure_ascii=False
            ),
        }
        for row in waiting.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=REJECTED)


def _measures(figure: CandidateFigure, zone: Zone) -> Iterator[Measured]:
    known = figure.indicator_id
    if figure.kind == "share":
        yield Measured(f"{known}:share:{_scope(figure.share_of, zone)}", figure.value, "%")
        return
    if figure.kind == "rank":
        yield Measured(f"{known}:rank:{_scope(figure.share_of, zone)}", figure.value, "位")
        return
    suffix = MEASURE_OF_KIND.get(figure.kind, "")
    if figure.kind == "target" and figure.yoy_pct is not None and figure.unit == "%":
        suffix = ":growth:target"
    yield Measured(f"{known}{suffix}", figure.value, figure.unit)
    if figure.yoy_pct is not None and not suffix:
        yield Measured(f"{known}:growth", figure.yoy_pct, "%")
    if figure.share_pct is not None:
        yield Measured(f"{known}:share:{_scope(figure.share_of, zone)}", figure.share_pct, "%")


def _scope(written: str, zone: Zone) -> str:
    """The zone's comparison that the words name, else the words."""
    for start, scope in AREAS.items():
        if written.startswith(start):
            return scope
    return next((scope for scope, title in zone.file.comparisons.items() if written in title.texts.values()), written)


def _row(figure: CandidateFigure, measured: Measured, zone: Zone, sure: float) -> tuple[dict[str, object], Why | None]:
    attribute = zone.attributes.get("zone", {}).get(measured.attribute) if figure.indicator_id else None
    row: dict[str, object] = {
        "kind": "zone",
        "subject": figure.subject,
        "attribute": attribute.id if attribute else None,
    }
    why = _add_period(row, figure.period)
    if attribute is None:
        return row, _add_number(row, measured.value) or "undeclared"
    why = _add_value(row, measured, attribute) or why
    if figure.subject != "zone":
        why = why or "elsewhere"
    if figure.confidence < sure:
        why = why or "unsure"
    return row, why


def _add_period(row: dict[str, object], written: str | None) -> Why | None:
    try:
        period = Period.parse(written or "")
    except ProblemError:
        return "no_period"
    row |= {"period": str(period), "valid_from": period.first_day, "valid_until": period.last_day}
    return None


def _add_value(row: dict[str, object], measured: Measured, attribute: Attribute) -> Why | None:
    """The value in the attribute's unit: money in minor units, numbers as they are."""
    column = VALUE_OF_TYPE[attribute.type]
    try:
        declared = (attribute.unit or measured.unit).partition("/")[0] if "/" not in measured.unit else attribute.unit
        value = convert(measured.value, measured.unit, "元" if column == "money" else declared or measured.unit)
    except ProblemError:
        return _add_number(row, measured.value) or "unit"
    if column != "money":
        return _add_number(row, value)
    if abs(value) * MINOR_PER_YUAN > LARGEST_MINOR:
        return _add_number(row, value) or "too_large"
    row["money"] = int((value * MINOR_PER_YUAN).to_integral_value())
    return None


def _add_number(row: dict[str, object], value: Decimal) -> Why | None:
    number = float(value)
    if not isfinite(number):
        return "too_large"
    row["number"] = number
    return None
