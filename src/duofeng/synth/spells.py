"""When recognitions and listings began and ended: one row per change, for those who have them and some who had them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from duofeng.synth.population import LAPSED, Dates, Flags, Integers, Population

YEAR = np.timedelta64(365, "D")


@dataclass(frozen=True)
class Changes:
    """Row by row: which organisation, which flag (position in the asked list), from which day, on or off."""

    organisation: Integers
    flag: Integers
    day: Dates
    on: Flags


def changes(population: Population, flags: tuple[str, ...]) -> Changes:
    """Every change of the flags, by day, then organisation, then flag."""
    parts = [_of_flag(population, flag, position) for position, flag in enumerate(flags)]
    organisation, flag, day, on = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((flag, organisation, day))
    return Changes(organisation[order], flag[order], day[order], on[order])


def _of_flag(population: Population, flag: str, position: int) -> tuple[Integers, Integers, Dates, Flags]:
    """Spells in force at the end, earlier spells of those that renewed, and spells that ended for good."""
    quota = population.plan.quotas[flag]
    draw = population.stream(f"spells {flag}")
    held = population.holders(flag)
    holders = np.flatnonzero(held)
    others = np.flatnonzero(~held & (population.age_days > 1800))
    lapsed = draw.choice(others, min(round(len(holders) * LAPSED), len(others)), replace=False)
    last = population.as_of
    length = YEAR * (quota.lasts_years or 3)
    earliest = last - length + np.timedelta64(30, "D")
    if quota.years is not None:
        earliest = max(earliest, np.datetime64(f"{quota.years[0]}-01-01", "D"))
    since = _between(draw, np.maximum(earliest, population.registered_on[holders] + YEAR), last)
    renewed = draw.random(len(holders)) < 0.3
    renewed &= since - length > population.registered_on[holders] + YEAR
    renewed &= quota.lasts_years is not None
    ended = _between(draw, np.full(len(lapsed), last - YEAR), last)
    begun = np.maximum(ended - length, population.registered_on[lapsed] + np.timedelta64(200, "D"))
    organisation = np.concatenate([holders, holders[renewed], lapsed, lapsed])
    day = np.concatenate([since, since[renewed] - length, begun, ended])
    on = np.ones(len(organisation), dtype=bool)
    on[len(organisation) - len(lapsed) :] = False
    return organisation, np.full(len(organisation), position), day.astype("M8[D]"), on


def _between(draw: np.random.Generator, first: Dates, last: np.datetime64) -> Dates:
    width = np.maximum((last - first).astype(np.int64), 1)
    return np.asarray(first + (draw.random(len(first)) * width).astype("m8[D]"))


def first_days(population: Population, flag: str) -> Dates:
    """The day each was first recognised, of those that ever were; NaT for the others and for flags without a quota."""
    first = np.full(population.size, np.datetime64("NaT", "D"))
    if flag in population.plan.quotas:
        found = changes(population, (flag,))
        begun = found.on
        order = np.flatnonzero(begun)[::-1]  # by day, so that the earliest is written last
        first[found.organisation[order]] = found.day[order]
    return first
