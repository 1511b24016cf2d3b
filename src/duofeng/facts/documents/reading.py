"""`read_figures`: the numbers a text states."""

from __future__ import annotations

from duofeng.facts.documents.figures import CandidateFigure, ReadingContext


def read_figures(text: str, context: ReadingContext | None = None) -> list[CandidateFigure]:
    """Every level, growth, share, rank, limit or target a numeral states, in the order of the text."""
    raise NotImplementedError(text[:0], context)
