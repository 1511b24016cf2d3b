"""Which relations bear on a draft: what the declared identities say of it, unless its own words say more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from duofeng.brain.figures.draft import DRAFT, Draft
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement
from duofeng.brain.figures.ties import ties
from duofeng.brain.figures.ties.repeats import nearly
from duofeng.facts.documents.source import SURE
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.zone import Zone


def bearing_on(draft: Draft, text: str, declared: Iterable[Check], zone: Zone) -> list[Check]:
    """The checks about a number of the draft, each once; one that may be of another thing is a warning at most."""
    read = ties(draft.told, text)
    words = _Words(draft, read, zone)
    meant = [check for check in declared if own(check) and not words.say_more(check)]
    doubtful = frozenset(each.figure.start for each in draft.told if each.figure.confidence < SURE)
    return [_as_sure_as_read(check, doubtful) for check in _once([*meant, *_besides(read, meant)])]


def own(check: Check) -> list[Statement]:
    """What the draft states of it."""
    return [each for each in check.statements if each.document == DRAFT]


class _Words:
    """What the words around the numbers say that names alone do not."""

    def __init__(self, draft: Draft, read: Iterable[Check], zone: Zone) -> None:
        self._zone = zone
        self._ratios = {check.statements[1].start for check in read if check.rule == "read_completion"}
        self._before = {after.figure.start: each.figure.start for each, after in pairwise(draft.told)}
        self._of_which = {e.figure.start for e in draft.told if "其中" in e.opening and "其中" not in e.lead}

    def say_more(self, check: Check) -> bool:
        """Whether they say that the check is about something else."""
        match check.rule:
            case "same_fact":
                return self._are_two_things(own(check))
            case "completion":
                return self._is_of_another_plan(*check.statements)
            case "one_base":
                return self._is_the_base(check)
        return False

    def _are_two_things(self, said: Sequence[Statement]) -> bool:
        """A number listed behind 其中 is of a part; two of one name that lie far apart are of two things."""
        return any(each.start in self._of_which for each in said) or (len(said) > 1 and not nearly(said[0], said[1]))

    def _is_of_another_plan(self, level: Statement, ratio: Statement, plan: Statement | None = None) -> bool:
        """The sentence names the plan; or it is another of this draft; or the ratio is not of the number before."""
        if plan is not None:
            return plan.document == DRAFT or ratio.start in self._ratios
        start = ratio.start or 0
        return ratio.start in self._ratios or level.start != self._before.get(start, level.start)

    def _is_the_base(self, check: Check) -> bool:
        """All that the draft says of a common base is the base itself, to which other figures are held."""
        people = self._zone.declared(Identity)[check.identity].bases[0].stated
        return all(each.indicator == people for each in own(check))


def _besides(read: Iterable[Check], declared: Sequence[Check]) -> Iterator[Check]:
    """What the text states and no declared identity breaks at already."""
    broken = [_starts(check) for check in declared if check.holds is False]
    yield from (check for check in read if check.holds or not any(_starts(check) <= other for other in broken))


def _starts(check: Check) -> set[int | None]:
    return {each.start for each in own(check)}


def _once(checks: Iterable[Check]) -> list[Check]:
    """One check per relation and places of the draft: a number printed in three reports is contradicted once."""
    kept: dict[object, Check] = {}
    for check in checks:
        places = frozenset((each.start, each.measure) for each in own(check))
        others = frozenset(each.key for each in check.statements if each.document != DRAFT)
        kept.setdefault((check.identity, places, others, check.holds), check)
    return list(kept.values())


def _as_sure_as_read(check: Check, doubtful: frozenset[int]) -> Check:
    """An error only where every number of the draft is surely bound, and not two of one name in one text."""
    within_one_text = check.rule == "same_fact" and len(own(check)) == len(check.statements)
    doubted = not check.rule.startswith("read_") and any(each.start in doubtful for each in own(check))
    return replace(check, severity="warning") if within_one_text or doubted else check
