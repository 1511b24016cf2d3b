"""A draft held against everything known: kept for the draft, the ledger version and the zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.computed import Computed
from duofeng.brain.figures.gate import GateReport, gate
from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.documents.reading import read_figures
from duofeng.facts.documents.source import zone_context
from duofeng.kernel.period import Period
from duofeng.tell.gate_page import marks
from duofeng.web.counted import counted
from duofeng.web.figures import Stated, stated
from duofeng.web.pages.gate.drafts import StoredDraft
from duofeng.zone.kinds.figure import Figure


@dataclass(frozen=True)
class Checked:
    report: GateReport
    figures: tuple[CandidateFigure, ...]


@dataclass(frozen=True)
class Stretch:
    """A piece of the draft: plain, or marked with its severity and the number of its finding."""

    text: str
    severity: str = ""
    number: int | None = None


def checked(draft: StoredDraft) -> Checked:
    return _checked(draft.text, draft.period, draft.besides, stated())


@lru_cache(maxsize=16)
def _checked(text: str, period: str | None, besides: str | None, everything: Stated) -> Checked:
    zone = everything.zone
    figures = tuple(read_figures(text, zone_context(zone, period)))
    others = Book.of((each for each in everything.book.said if each.document != besides), everything.book.indicators)
    computed = _computed(figures, everything, period)
    report = gate(text, figures, zone, others, now=datetime.now(UTC), period=period, counted=computed)
    return Checked(report, figures)


def _computed(figures: tuple[CandidateFigure, ...], everything: Stated, period: str | None) -> list[Computed]:
    """Every computed indicator the draft speaks of, as of the last day of its period."""
    days = {(each.indicator_id, each.period or period) for each in figures if each.indicator_id}
    found = []
    for figure in everything.zone.declared(Figure).values():
        for written in sorted(written for indicator, written in days if indicator == figure.indicator and written):
            one = counted(figure.id, Period.parse(written), None)
            if one.subjects:
                found.append(one.found)
    return found


def paragraphs(report: GateReport) -> list[list[Stretch]]:
    """The draft in paragraphs of stretches."""
    stretches, at = [], 0
    for mark in marks(report):
        stretches.append(Stretch(report.text[at : mark.start]))
        inside = report.text[mark.start : mark.end].replace("\n", " ")
        stretches.append(Stretch(inside, mark.severity, mark.number))
        at = mark.end
    stretches.append(Stretch(report.text[at:]))
    lines: list[list[Stretch]] = [[]]
    for stretch in stretches:
        first, *more = stretch.text.split("\n")
        lines[-1].append(Stretch(first, stretch.severity, stretch.number))
        lines += [[Stretch(piece)] for piece in more]
    return [line for line in lines if any(stretch.text.strip() for stretch in line)]
