"""Which policies may not be had together, and every set that may: small graphs, solved once for all subjects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from duofeng.zone.kinds.policy import Policy

MOST_SETS = 4096
Conflicts = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Component:
    """Policies tied to each other by conflicts. `sets` are all its largest sets without one, or None when too many."""

    policies: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...] | None


def conflicts(paying: Mapping[str, Policy]) -> Conflicts:
    """Policy → policies it may not be had with: members of one family, and named exclusions, which hold both ways."""
    found: dict[str, set[str]] = {id: set() for id in paying}
    families: dict[str, list[str]] = {}
    for id, policy in paying.items():
        for family in policy.families:
            families.setdefault(family, []).append(id)
        for other in policy.excludes:
            if other in found:
                found[id].add(other)
                found[other].add(id)
    for members in families.values():
        for one, other in combinations(members, 2):
            found[one].add(other)
            found[other].add(one)
    return {id: frozenset(others) for id, others in found.items()}


def excluded_with(policies: Mapping[str, Policy], id: str) -> list[str]:
    """Policies that may not be had together with one because either names the other."""
    return [other for other, policy in policies.items() if id in policy.excludes or other in policies[id].excludes]


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
