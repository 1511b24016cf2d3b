"""The made-up organisations: who they are and what is true of them, as whole columns.

Every column is drawn from its own stream, keyed by seed and name, so any column can be asked for alone, again and in
any order, and is the same. Size, talent and growth are the common causes that correlate everything.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.kernel.period import Period
from duofeng.synth.naming import Naming
from duofeng.zone.kinds.synth import Follows, Synth

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]

COARSE_YUAN = 100  # amounts are whole hundreds of 元, so that 万元 with two decimals loses nothing
YEAR_DAYS = 365.25
LARGE, HEAVY_TAIL = 1.7, 1.0  # beyond this size a zone's few leaders stand farther apart than a bell curve has them
LAPSED = 0.1  # for ten that hold a recognition, one that no longer does


@dataclass(frozen=True)
class Population:
    """`size` organisations of a plan. Row `i` of every column is organisation `i`."""

    plan: Synth
    size: int
    seed: int

    def stream(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def normal(self, name: str) -> Floats:
        return self.stream(name).standard_normal(self.size)

    def chosen(self, name: str, shares: Mapping[str, Decimal]) -> Integers:
        """For each organisation the position of one of the keys, by share."""
        weights = np.array([float(share) for share in shares.values()])
        edges = np.cumsum(weights / weights.sum())[:-1]
        return np.searchsorted(edges, self.stream(name).random(self.size), side="right").astype(np.int64)

    def of_industry(self, key: str) -> Floats:
        """What is declared of each organisation's industry: a number, or three of them."""
        return np.array([getattr(each, key) for each in self.plan.industries.values()], dtype=np.float64)[self.industry]

    @cached_property
    def naming(self) -> Naming:
        return Naming(self.plan, self.size, self.seed, self.industry, self.stream)

    @cached_property
    def as_of(self) -> np.datetime64:
        return np.datetime64(self.plan.as_of, "D")

    # ---- common causes ----------------------------------------------------------------------------------------------

    @cached_property
    def industry(self) -> Integers:
        return self.chosen("industry", {key: each.share for key, each in self.plan.industries.items()})

    @cached_property
    def division(self) -> Integers:
        """Of the industry: the first two digits of its class."""
        return np.array([int(code[:2]) for code in self.plan.industries])[self.industry]

    @cached_property
    def talent(self) -> Floats:
        """How much an organisation is about knowledge; moves research, patents, growth and recognitions."""
        return self.normal("talent")

    @cached_property
    def age_days(self) -> Integers:
        """Days since registration at the end of the data: many young, few old."""
        years = np.minimum(self.stream("age").gamma(1.6, 4.5, self.size), 35.0)
        return (years * YEAR_DAYS).astype(np.int64) + 3

    @cached_property
    def registered_on(self) -> Dates:
        return self.as_of - self.age_days.astype("m8[D]")

    @cached_property
    def growth(self) -> Floats:
        """Yearly logarithmic growth."""
        young = np.clip(5 - self.age_days / YEAR_DAYS, 0, 5) * 0.03
        return 0.04 + young + 0.04 * self.talent + 0.14 * self.normal("growth")

    @cached_property
    def size_score(self) -> Floats:
        score = self.normal("size") + 0.15 * np.log1p(self.age_days / YEAR_DAYS) - 0.3
        return score + HEAVY_TAIL * np.maximum(score - LARGE, 0)

    @cached_property
    def alive_until(self) -> Dates:
        """Last day of business; far in the future for those still there."""
        gone = self.stream("gone").random(self.size) < 0.03
        days = self.stream("gone on").integers(1, 900, self.size)
        last = np.maximum(self.as_of - days.astype("m8[D]"), self.registered_on + np.timedelta64(2, "D"))
        return np.where(gone, last, np.datetime64("2199-12-31", "D")).astype("M8[D]")

    @cached_property
    def active(self) -> Flags:
        return self.alive_until > self.as_of

    def present(self, period: Period | None) -> Flags:
        """Whether it was in business at the end of the period and for a good part of it; today when there is none."""
        if period is None:
            return np.ones(self.size, dtype=bool)
        last = np.datetime64(min(period.last_day, self.plan.as_of), "D")
        part = np.timedelta64(max(period.days // 4, 1), "D")
        return (self.registered_on + part <= last) & (self.alive_until >= last)

    @cached_property
    def last_year(self) -> int:
        return self.plan.as_of.year - 1

    # ---- recognitions -----------------------------------------------------------------------------------------------

    def followed(self, follows: Follows, name: str) -> Floats:
        """A score by which the likelier ones come first, with chance in it."""
        chance = self.normal(f"chance {name}")
        match follows:
            case "research":
                score = 1.2 * self.talent + 0.7 * self.size_score + chance
            case "size":
                score = 2.0 * self.size_score + chance
            case "growth":
                score = 6.0 * self.growth + 0.5 * self.talent + 0.3 * self.size_score + chance
            case "age":
                score = np.log(self.age_days) + chance
            case "trouble":
                score = chance - 0.4 * self.talent - 2.0 * self.growth
            case "chance":
                score = chance
        return score

    def scaled(self, count: Decimal) -> int:
        """A total of the plan's base, for this many organisations."""
        return round(float(count) * self.size / self.plan.base)

    def holders(self, flag: str) -> Flags:
        """Who has the flag at the end of the data: exactly the scaled total, as far as enough are eligible."""
        quota = self.plan.quotas[flag]
        eligible = self.active & (self.age_days > 400)
        if quota.within is not None:
            eligible &= self.holders(quota.within)
        if quota.follows in ("research", "growth"):
            eligible &= self.research_share > 0
        count = min(self.scaled(quota.count), int(eligible.sum()))
        score = np.where(eligible, self.followed(quota.follows, flag), -np.inf)
        held = np.zeros(self.size, dtype=bool)
        if count:
            held[np.argpartition(-score, count - 1)[:count]] = True
        return held

    # ---- amounts ----------------------------------------------------------------------------------------------------

    @cached_property
    def research_share(self) -> Floats:
        """Research expense over revenue; none for those that do no research."""
        median = self.of_industry("research") / 100
        does = self.normal("does research") + self.talent + median * 40 > 2.5
        share = median * np.exp(0.5 * self.talent + 0.5 * self.normal("research share"))
        return np.where(does, np.clip(share, 0.003, 0.6), 0.0)


def minor(yuan: Floats) -> Integers:
    """Whole hundreds of 元, in minor units."""
    return (np.round(yuan / COARSE_YUAN) * COARSE_YUAN * 100).astype(np.int64)


def labels(words: tuple[str, ...], positions: Integers) -> pl.Series:
    """The word at each position, without a Python object per row."""
    return pl.Series(words, dtype=pl.String).gather(positions)


def days(dates: Dates) -> pl.Series:
    return pl.Series(dates.astype("M8[D]"))
