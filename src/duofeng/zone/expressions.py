"""Expressions inside declared files: parsed against the zone's words, their mistakes reported at their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from duofeng.engine.checking import NAMES
from duofeng.engine.columns import attribute_in
from duofeng.engine.expression import Expression, parse
from duofeng.engine.problems import TYPE_WANTED, UNKNOWN_ATTRIBUTE, UNKNOWN_RESULT
from duofeng.engine.traps import traps
from duofeng.engine.words import CodeSet, Column, Standpoint, Type, Word, member_of
from duofeng.kernel.calendar import WorkCalendar
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.kernel.time_zones import time_zones
from duofeng.zone.report import Report
from duofeng.zone.zone import Zone

Path = tuple[str | int, ...]
A_PART = re.compile(r"score\s*\(\s*'([^']+)'\s*,\s*'([^']+)'\s*\)", re.IGNORECASE)


@lru_cache(maxsize=16)
def code_sets(zone: Zone) -> Mapping[str, CodeSet]:
    """The zone's code lists as the engine takes them. A code that begins with a listed one belongs to the list."""
    return {name: CodeSet(frozenset(listed.codes), prefix=True) for name, listed in zone.codes.items()}


@lru_cache(maxsize=64)
def results(zone: Zone, kind: str) -> Mapping[str, Word]:
    """What other things declared for a kind leave behind as columns: outcomes and amounts of policies, scores, grades,
    ranks of cards."""
    columns: dict[str, Word] = {}
    for policy in zone.items("policy").values():
        if policy.register == kind:
            columns[f"outcome:{policy.policy}"] = Column("flag")
            columns[f"amount:{policy.policy}"] = Column("money", zone.currency.unit)
    return {**columns, **results_of_cards(zone, kind)}


@lru_cache(maxsize=64)
def results_of_cards(zone: Zone, kind: str) -> Mapping[str, Word]:
    """Scores, grades and ranks: what may be asked of a subject from other registers, too."""
    columns: dict[str, Word] = {}
    for card in zone.items("scorecard").values():
        if card.register == kind:
            columns[f"score:{card.card}"] = Column("number")
            columns |= {f"score:{card.card}.{'.'.join(path)}": Column("number") for path in card.entry_paths()}
            columns[f"grade:{card.card}"] = Column("text")
            columns[f"rank:{card.card}"] = Column("integer")
    return columns


@lru_cache(maxsize=256)
def parts_asked(zone: Zone, card: str) -> tuple[str, ...]:
    """The parts of a card, by their paths, whose points policies and pages read: `score('card', 'part')`."""
    texts = [text for policy in zone.items("policy").values() for _, text, _ in policy.texts()]
    texts += [text for page in zone.items("page").values() for block in page.blocks.values() for text in block.texts]
    return tuple(sorted({part for text in texts for named, part in A_PART.findall(text) if named == card}))


@lru_cache(maxsize=64)
def standpoint(zone: Zone, kind: str, computed: bool = True) -> Standpoint:
    """Where an expression over subjects of a kind is read from: what it may follow and look back along."""
    scored = {each: results_of_cards(zone, each) for each in zone.registers} if computed else {}
    registers = {**{key: {} for key in zone.registers}, **zone.attributes}
    clock = zone.file.time_zone if zone.items("zone") else "UTC"
    known = clock if clock in time_zones() else "UTC"  # a wrong one is reported where it is written
    return Standpoint(kind, registers, known, scored, _calendar(zone))


def _calendar(zone: Zone) -> WorkCalendar | None:
    """The zone's calendar; None while its own file still has mistakes, which are reported there."""
    try:
        return zone.calendar
    except (KeyError, StopIteration, ProblemError):
        return None


@lru_cache(maxsize=16_384)
def expression(zone: Zone, kind: str, text: str, want: Type | None, computed: bool = True) -> Expression:
    """The checked expression over subjects of a kind. Raises ProblemError; cannot for a text of a loaded zone.

    `computed`: it may read results of policies and cards.
    """
    extra = results(zone, kind) if computed else {}
    words = zone.attributes.get(kind, {})
    return parse(text, words, codes=code_sets(zone), extra=extra, want=want, at=standpoint(zone, kind, computed))


@lru_cache(maxsize=4096)
def words_of_column(zone: Zone, register: str, column: str) -> frozenset[tuple[str, str]]:
    """Register and id of every attribute a profile column is made of: whoever sees the column must may see these. Empty
    when nothing declared makes such a column."""
    name = attribute_in(column)
    if name in zone.attributes.get(register, {}):
        return frozenset({(register, name)})
    try:
        read = expression(zone, register, column, None)
    except ProblemError:
        return frozenset()
    return frozenset((register, name) for name in read.attributes) | read.elsewhere


def check_single(
    zone: Zone, kind: str, text: str, path: Path, report: Report, *, computed: bool = False
) -> Expression | None:
    """A checked expression by whose value subjects are told apart: a set of values tells nobody apart."""
    found = check_expression(zone, kind, text, None, path, report, computed=computed)
    if found is not None and member_of(found.type) is not None:
        report(TYPE_WANTED, path, wanted=say("单个值"), found=NAMES[found.type])
    return found


def _of_what_was_refused(problem: Problem, zone: Zone) -> bool:
    """Whether a word is unknown because there is a mistake where it is declared, which is told there."""
    kinds = {UNKNOWN_ATTRIBUTE.code: ("vocabulary",), UNKNOWN_RESULT.code: ("policy", "scorecard")}
    refused = [id for kind in kinds.get(problem.code, ()) for id in zone.broken.get(kind, ())]
    word = str(problem.params.get("name")).rpartition(".")[2]
    return any(id == "*" or id.rpartition(".")[2].startswith(word) for id in refused)


def check_expression(
    zone: Zone, kind: str, text: str, want: Type | None, path: Path, report: Report, *, computed: bool = True
) -> Expression | None:
    """The expression, or None after its mistakes were reported at line and column of the file."""
    try:
        found = expression(zone, kind, text, want, computed)
        problems = list(traps(found))
    except ProblemError as error:
        found, problems = None, [each for each in error.problems if not _of_what_was_refused(each, zone)]
    lines = text.splitlines(keepends=True) or [""]
    for problem in problems:
        line, column = (problem.span.line or 1, problem.span.column or 1) if problem.span else (1, 1)
        report.problem(problem, path, offset=sum(map(len, lines[: line - 1])) + column - 1)
    return found
