"""Which policies may not be had together, and every set that may: small graphs, solved once for all subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from duofeng.brain.policies.plan import Planned

MOST_SETS = 4096
Conflicts = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Component:
    """Policies tied to each other by conflicts. `sets` are all its largest sets without one, or None when too many."""

    policies: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...] | None


def conflicts(planned: Sequence[Planned]) -> Conflicts:
    """Policy → policies it may not be had with: members of one family, and named exclusions, which hold both ways."""
    found: dict[str, set[str]] = {each.id: set() for each in planned if each.award is not None}
    families: dict[str, list[str]] = {}
    for each in planned:
        if each.id not in found:
            continue
        for family in each.policy.families:
            families.setdefault(family, []).append(each.id)
        for other in each.policy.excludes:
            if other in found:
                found[each.id].add(other)
                found[other].add(each.id)
    for members in families.values():
        for one, other in combinations(members, 2):
            found[one].add(other)
            found[other].add(one)
    return {id: frozenset(others) for id, others in found.items()}


def excluded_with(planned: Sequence[Planned], policy: str) -> list[str]:
    """Policies that may not be had together with one because either names the other."""
    named = {each.id: each.policy.excludes for each in planned}
    return [each for each in named if each in named[policy] or policy in named[each]]


def components(graph: Conflicts) -> tuple[Component, ...]:
    """The graph's connected parts, by their first policy, each with all its sets that may be had together."""
    left = set(graph)
    parts: list[Component] = []
    for start in sorted(graph):
        if start not in left:
            continue
        reached, frontier = {start}, [start]
        while frontier:
            fresh = graph[frontier.pop()] - reached
            reached |= fresh
            frontier.extend(fresh)
        left -= reached
        members = tuple(sorted(reached))
        parts.append(Component(members, _largest_sets(members, graph)))
    return tuple(parts)


def _largest_sets(members: tuple[str, ...], graph: Conflicts) -> tuple[tuple[str, ...], ...] | None:
    """All maximal independent sets (Bron and Kerbosch on the complement), sorted; None past MOST_SETS."""
    friends = {each: frozenset(members) - graph[each] - {each} for each in members}
    found: list[tuple[str, ...]] = []
    pending: list[tuple[frozenset[str], frozenset[str], frozenset[str]]] = [
        (frozenset(), frozenset(members), frozenset())
    ]
    while pending:
        chosen, open_, done = pending.pop()
        if not open_ and not done:
            found.append(tuple(sorted(chosen)))
            if len(found) > MOST_SETS:
                return None
            continue
        if not open_:
            continue
        pivot = max(sorted(open_ | done), key=lambda each: len(open_ & friends[each]))
        for each in sorted(open_ - friends[pivot]):
            pending.append((chosen | {each}, open_ & friends[each], done & friends[each]))
            open_, done = open_ - {each}, done | {each}
    return tuple(sorted(found))
