"""Whether a word in one declared file names something that another declares."""

from __future__ import annotations

from collections.abc import Iterable

from duofeng.kernel.problem import ProblemKind, hint
from duofeng.kernel.problems import SCHEME_UNKNOWN
from duofeng.zone import problems
from duofeng.zone.report import Report
from duofeng.zone.zone import Zone

_UNKNOWN: dict[str, ProblemKind] = {
    "calendar": problems.UNKNOWN_CALENDAR,
    "codes": problems.UNKNOWN_CODES,
    "document": problems.UNKNOWN_DOCUMENT,
    "indicator": problems.UNKNOWN_INDICATOR,
    "source": problems.UNKNOWN_SOURCE,
}


def item_exists(kind: str, word: str | None, path: tuple[str | int, ...], zone: Zone, report: Report) -> bool:
    """Report `word` unless an item of `kind` has that id; None refers to nothing. True when all is well."""
    if word is None or zone.knows(kind, word):
        return True
    known = list(zone.items(kind))
    report(_UNKNOWN[kind], path, word=word, **hint(word, known))
    return False


def register_exists(word: str, path: tuple[str | int, ...], zone: Zone, report: Report) -> bool:
    """Report `word` unless it is a register, declared or an element's own. True when all is well."""
    known = list(zone.registers)
    if word in known or zone.knows("register", word):
        return True
    report(problems.UNKNOWN_REGISTER, path, word=word, **hint(word, known))
    return False


def warn_of_nobody(register: str, zone: Zone, report: Report) -> None:
    """A warning where the zone has sources and none of them speaks of the register: nobody would ever be answered."""
    sources = zone.items("source").values()
    if sources and all(each.register != register for each in sources):
        report(problems.OF_NOBODY, ("of",), register=register)


def attribute_exists(register: str, word: str, path: tuple[str | int, ...], zone: Zone, report: Report) -> bool:
    """Report `word` unless subjects of the register have that attribute. True when all is well."""
    attributes = zone.attributes.get(register, {})
    if word in attributes or zone.knows("vocabulary", f"{register}.{word}"):
        return True
    report(problems.UNKNOWN_ATTRIBUTE, path, register=register, word=word, **hint(word, attributes))
    return False


def scheme_exists(
    word: str, path: tuple[str | int, ...], zone: Zone, report: Report, besides: Iterable[str] = ()
) -> bool:
    """Report `word` unless it is an identifier scheme or one of the words `besides`. True when all is well."""
    known = [*zone.identifier_schemes, *besides]
    if word in known or zone.knows("identifier", word):
        return True
    report.problem(SCHEME_UNKNOWN.at(scheme=word, **hint(word, known)), path)
    return False
