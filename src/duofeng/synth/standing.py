"""What an organisation is, apart from its amounts: its line of business, ties, listing, recognitions, capability."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from duofeng.synth.population import Dates, Flags, Floats, Integers, Population, days, labels
from duofeng.synth.spells import first_days

State = Callable[[Population], pl.Series]

SECTION_ENDS = (5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97)
SECTIONS = tuple("ABCDEFGHIJKLMNOPQRST")
"""GB/T 4754-2017: the last division of each section."""
FIELDS: Mapping[int, str] = {
    26: "materials", 27: "bio", 29: "materials", 30: "materials", 34: "manufacturing", 35: "manufacturing",
    38: "energy", 39: "it", 40: "manufacturing", 63: "it", 64: "it", 65: "it", 73: "services", 74: "services",
    75: "services",
}  # fmt: skip
LEVELS = ("national", "provincial", "city", "zone", "none")
LEVEL_SHARES = (0.003, 0.025, 0.09, 0.12)  # of those that do research, the best known first
LISTINGS = ("main", "star", "chinext", "bse", "overseas", "neeq", "counselling", "reserve", "regional", "none")
LISTING_SHARES = (0.0002, 0.0003, 0.0006, 0.0005, 0.0001, 0.007, 0.001, 0.004, 0.012)
ON_AN_EXCHANGE = 6  # of LISTINGS
PRODUCT_FIELDS = ("six_bases", "manufacturing_power", "network_power", "chain_key", "leader_supplier", "other")
OUTLETS = ("centre", "division", "branch", "none")


def renown(population: Population) -> Floats:
    """What recognitions of research go by: talent first, then size."""
    return np.asarray((1.2 * population.talent + 0.7 * population.size_score) / 1.4)


def division(population: Population) -> Integers:
    return np.array([int(code[:2]) for code in population.plan.industries])[population.industry]


def in_divisions(population: Population, *numbers: int) -> Flags:
    return np.isin(division(population), numbers)


def section(population: Population) -> Integers:
    return np.searchsorted(SECTION_ENDS, division(population))


def industrial(population: Population) -> Flags:
    return np.isin(section(population), (1, 2, 3))


def happens(population: Population, name: str, chance: Floats | float) -> Flags:
    return population.stream(name).random(population.size) < chance


def researches(population: Population) -> Flags:
    return population.research_share > 0


def among_researchers(state: Callable[[Population], pl.Series | Flags | Integers | Floats]) -> State:
    """Only those that do research are on file for it."""

    def read(population: Population) -> pl.Series:
        values = pl.Series(state(population))
        return values.zip_with(pl.Series(researches(population)), pl.Series([None], dtype=values.dtype))

    return read


def _by_rank(population: Population, score: Floats, among: Flags, shares: tuple[float, ...]) -> Integers:
    """Position of the class: the first share of the highest scores is 0, and so on; the others come last."""
    place = np.full(population.size, len(shares))
    order = np.argsort(-np.where(among, score, -np.inf), kind="stable")[: int(among.sum())]
    place[order] = np.searchsorted(np.cumsum(shares) * len(order), np.arange(len(order)) + 0.5)
    return place


def body_level(population: Population) -> Integers:
    score = renown(population) + 0.8 * population.normal("research body")
    return _by_rank(population, score, researches(population), LEVEL_SHARES)


def _platforms(population: Population) -> Integers:
    level = body_level(population)
    more = population.stream("platforms").poisson(np.where(level == 0, 1.5, 0.3))
    return np.where(level < 2, 1 + more, 0)


def listing(population: Population) -> Integers:
    score = population.size_score + 0.8 * population.talent + 0.8 * population.normal("listing")
    return _by_rank(population, score, population.active & (population.age_days > 1200), LISTING_SHARES)


def _listed_on(population: Population) -> pl.Series:
    draw = population.stream("listed on")
    ago = np.where(draw.random(population.size) < 0.12, 360, 3000) * draw.random(population.size)
    day = np.maximum(population.as_of - ago.astype("m8[D]"), population.registered_on + np.timedelta64(900, "D"))
    return _where(listing(population) < ON_AN_EXCHANGE, day)


def backed(population: Population) -> Flags:
    """Has a private-equity investor."""
    return happens(population, "backed", 0.05 * np.exp(0.8 * population.talent)) & researches(population)


def _valuation(population: Population) -> pl.Series:
    times = np.exp(1.3 + 0.4 * population.talent + 0.7 * population.normal("valuation"))
    worth = np.maximum(population.revenue(population.last_year) / 100 * times, 2e7)
    return _where(backed(population), (np.round(worth / 1e6) * 1e8).astype(np.int64))


def cyber_security(population: Population) -> Flags:
    return in_divisions(population, 64, 65) & happens(population, "cyber security", 0.04)


def _section(population: Population) -> pl.Series:
    return labels(SECTIONS, section(population))


def _field(population: Population) -> pl.Series:
    codes = tuple(FIELDS.get(int(code[:2]), "") for code in population.plan.industries)
    found = labels(codes, population.industry)
    known = researches(population) & (found != "").to_numpy()
    return _where(known, found)


def _kind_above_scale(population: Population) -> pl.Series:
    kinds = {4: "construction", 5: "wholesale", 7: "catering", 10: "property"}
    names = tuple("industry" if at in (1, 2, 3) else kinds.get(at, "service") for at in range(len(SECTIONS)))
    found = labels(names, section(population))
    found = pl.Series(["retail"]).new_from_index(0, len(found)).zip_with(pl.Series(in_divisions(population, 52)), found)
    return _where(~np.isnat(first_days(population, "above_scale")), found)


def _product_field(population: Population) -> pl.Series:
    luck = population.stream("product field").random(population.size) - 0.08 * renown(population)
    made = np.searchsorted((0.25, 0.45, 0.45, 0.60, 0.72), luck)
    written = np.searchsorted((0.0, 0.05, 0.40, 0.55, 0.65), luck)
    return labels(PRODUCT_FIELDS, np.where(industrial(population), made, written).astype(np.int64))


def _moved_in_on(population: Population) -> pl.Series:
    draw = population.stream("moved in")
    life = np.where(draw.random(population.size) < 0.6, 0.0, draw.random(population.size))
    return days((population.registered_on + (population.age_days * life).astype("m8[D]")).astype("M8[D]"))


def _headquarters(population: Population) -> Flags:
    builds = (section(population) == 4) & (population.size_score > 0)
    leads = population.size_score + 0.5 * population.normal("headquarters") > 2.8
    return np.asarray(builds | leads, dtype=np.bool_)


def own_office(population: Population) -> Flags:
    return happens(population, "own office", 0.08 * np.exp(0.5 * population.size_score))


def rented_area(population: Population) -> Floats:
    heads = population.employees(population.last_year)
    area = np.round(heads * 12 * np.exp(0.4 * population.normal("area")) + 20)
    return np.where(own_office(population), 0.0, np.minimum(area, 60_000))


def outlet(population: Population) -> Integers:
    """Sci-tech finance outlets are found among business services."""
    opened = in_divisions(population, 66, 67, 69, 72) & happens(population, "outlet", 0.08)
    return np.where(opened, population.stream("kind of outlet").integers(0, 3, population.size), 3)


def _outlet_since(population: Population) -> pl.Series:
    ago = population.stream("outlet since").integers(1, 900, population.size).astype("m8[D]")
    day = np.maximum(population.as_of - ago, population.registered_on).astype("M8[D]")
    return _where(outlet(population) < 3, day)


def _pledged_on(population: Population) -> pl.Series:
    pledges = happens(population, "pledges", 0.012 * np.exp(5 * population.growth)) & (population.age_days > 1500)
    ago = population.stream("pledged on").integers(10, 1500, population.size).astype("m8[D]")
    return _where(pledges, (population.as_of - ago).astype("M8[D]"))


def small_low_profit(population: Population) -> Flags:
    year = population.last_year
    income = population.taxable(year)
    few = (population.employees(year) <= 300) & (population.assets(year) <= 50_000_000 * 100)
    return np.asarray((income > 0) & (income <= 3_000_000 * 100) & few, dtype=np.bool_)


def _niche_years(population: Population) -> Integers:
    years = population.age_days / 365.25
    return np.floor(years * (0.4 + 0.6 * population.stream("niche").beta(3, 1, population.size))).astype(np.int64)


def digital_maturity(population: Population) -> Floats:
    """About 1 to 5, as the levels of maturity are counted."""
    return 2.0 + 0.45 * population.size_score + 0.3 * population.talent + 0.6 * population.normal("digital")


def _digital(population: Population) -> Integers:
    return np.clip(np.round(digital_maturity(population)), 1, 5).astype(np.int64)


def _standards(name: str, often: float) -> State:
    def read(population: Population) -> pl.Series:
        expected = np.minimum(often * np.exp(1.1 * renown(population)), 8) * researches(population)
        return pl.Series(population.stream(name).poisson(expected).astype(np.int64))

    return read


def _able(name: str, bar: float) -> State:
    """True for the better known ones first; `bar` in standard deviations."""
    return among_researchers(lambda population: renown(population) + population.normal(name) > bar)


def _chance(name: str, chance: float) -> State:
    return lambda population: pl.Series(happens(population, name, chance))


def part_of_rights(whole: Callable[[Population], Integers], name: str, share: float) -> State:
    return lambda population: pl.Series(population.stream(name).binomial(whole(population), share).astype(np.int64))


def _where(held: Flags, values: Dates | Integers | pl.Series) -> pl.Series:
    """The values of those; of the others nothing is known."""
    series = pl.Series(values)
    return series.zip_with(pl.Series(held), pl.Series([None], dtype=series.dtype))


STANDING: Mapping[str, State] = {
    "industry_section": _section,
    "resident": _chance("resident", 0.985),
    "restricted_industry": _chance("restricted", 0.006),
    "energy_intensive": lambda population: pl.Series(
        in_divisions(population, 25, 26, 30, 31, 32, 44) & happens(population, "energy-intensive", 0.3)
    ),
    "registered_in_zone": _chance("registered in zone", 0.97),
    "taxed_in_zone": _chance("taxed in zone", 0.94),
    "counted_in_zone": _chance("counted in zone", 0.93),
    "independent_accounting": _chance("accounting", 0.98),
    "continuous_operation": lambda population: pl.Series(population.active),
    "has_premises": _chance("premises", 0.96),
    "own_office": lambda population: pl.Series(own_office(population)),
    "rented_area": lambda population: pl.Series(rented_area(population)),
    "headquarters": lambda population: pl.Series(_headquarters(population)),
    "moved_in_on": _moved_in_on,
    "construction_qualified": lambda population: pl.Series(
        (section(population) == 4) & happens(population, "contractor", 0.35)
    ),
    "small_low_profit": lambda population: pl.Series(small_low_profit(population)),
    "software_firm": lambda population: pl.Series(in_divisions(population, 64, 65) & researches(population)),
    "electronics_firm": lambda population: pl.Series(in_divisions(population, 39)),
    "smart_equipment_firm": lambda population: pl.Series(
        in_divisions(population, 34, 35, 40) & happens(population, "smart equipment", 0.4)
    ),
    "cyber_security": lambda population: pl.Series(cyber_security(population)),
    "strategic_emerging": lambda population: pl.Series(
        researches(population) & happens(population, "emerging", np.where(industrial(population), 0.6, 0.4))
    ),
    "high_tech_field": _field,
    "above_scale_kind": _kind_above_scale,
    "finance_outlet": lambda population: labels(OUTLETS, outlet(population)),
    "finance_outlet_since": _outlet_since,
    "doubling_pledged_on": _pledged_on,
    "listed": lambda population: labels(LISTINGS, listing(population)),
    "listed_on": _listed_on,
    "private_equity": lambda population: pl.Series(backed(population)),
    "valuation": _valuation,
    "rd_body_level": lambda population: labels(LEVELS, body_level(population)),
    "rd_platforms": lambda population: pl.Series(_platforms(population)),
    "niche_years": among_researchers(_niche_years),
    "digital_level": among_researchers(_digital),
    "core_on_systems": _able("core on systems", -0.3),
    "quality_certified": _able("certified", 0.0),
    "quality_award": _able("quality award", 3.2),
    "own_brand": _able("own brand", -0.3),
    "key_chain_link": _able("chain link", 0.6),
    "product_field": among_researchers(_product_field),
    "standards_led": _standards("standards led", 0.015),
    "standards_joined": _standards("standards joined", 0.08),
    "compute_self_built": _chance("own computing", 0.03),
    "compute_provider_related": _chance("related provider", 0.02),
}
