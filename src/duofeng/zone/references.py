"""Whether a word in one declared file names something that another declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duofeng.kernel.problem import ProblemKind, nearest
from duofeng.zone import problems
from duofeng.zone.registry import Report

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

_UNKNOWN: dict[str, ProblemKind] = {
    "calendar": problems.UNKNOWN_CALENDAR,
    "codes": problems.UNKNOWN_CODES,
    "document": problems.UNKNOWN_DOCUMENT,
    "indicator": problems.UNKNOWN_INDICATOR,
    "source": problems.UNKNOWN_SOURCE,
}


def check_reference(kind: str, word: str | None, path: tuple[str | int, ...], zone: Zone, report: Report) -> bool:
    """Report `word` unless an item of `kind` has that id; None refers to nothing. True when all is well."""
    if word is None or zone.knows(kind, word):
        return True
    known = list(zone.items(kind))
    report(_UNKNOWN[kind], path, word=word, **problems.hint(nearest(word, known), known))
    return False


def check_subject_kind(word: str, known: tuple[str, ...], path: tuple[str | int, ...], report: Report) -> bool:
    if word in known:
        return True
    report(problems.UNKNOWN_ELEMENT, path, word=word, **problems.hint(nearest(word, known), known))
    return False


def check_attribute(kind: str, word: str, path: tuple[str | int, ...], zone: Zone, report: Report) -> bool:
    """Report `word` unless subjects of `kind` have that attribute. True when all is well."""
    attributes = zone.attributes.get(kind, {})
    if word in attributes or zone.knows("vocabulary", f"{kind}.{word}"):
        return True
    report(problems.UNKNOWN_ATTRIBUTE, path, kind=kind, word=word, **problems.hint(nearest(word, attributes)))
    return False
