"""Which attributes can be made up, and how each follows from the population."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from duofeng.kernel.period import Period
from duofeng.synth.accounts import (
    ACCOUNTS,
    HONOURS,
    PAYMENTS,
    PER_PERIOD,
    RESEARCHERS,
    OfYear,
    honours,
    paid,
    told_by_researchers,
)
from duofeng.synth.digital import ANSWERS, QUESTIONS
from duofeng.synth.population import Floats, Integers, Population, days, labels, minor
from duofeng.synth.spells import first_days
from duofeng.synth.standing import STANDING, State, part_of_rights

SINCE = "_since"
STAGES = ("startup", "growth", "steady")
SIZES = ("micro", "small", "medium", "large")


def column(population: Population, attribute: str, period: Period | None) -> pl.Series | None:
    """The truth of an attribute for everybody; null where it was not in business. None when it is not modelled.

    Money is Int64 in minor units, counts Int64, measures Float64, flags Boolean, dates Date, the rest String.
    """
    if attribute in population.plan.quotas:
        return pl.Series(population.holders(attribute))
    if period is None:
        if _is_since(population, attribute):
            return days(first_days(population, attribute.removesuffix(SINCE)))
        return STATES[attribute](population) if attribute in STATES else None
    if attribute in HONOURS:
        return honours(population, attribute, period.year)
    if attribute in PER_YEAR:
        values = pl.Series(PER_YEAR[attribute](population, period.year))
    elif attribute in RESEARCHERS:
        values = told_by_researchers(population, attribute, period.year)
    elif attribute in PAYMENTS:
        values = paid(population, attribute, period.year)
    elif attribute in PER_PERIOD:
        values = pl.Series(PER_PERIOD[attribute](population, period))
    else:
        return None
    return values.zip_with(pl.Series(population.present(period)), pl.Series([None], dtype=values.dtype))


def is_modelled(population: Population, attribute: str) -> bool:
    known = (STATES, PER_YEAR, HONOURS, RESEARCHERS, PAYMENTS, PER_PERIOD, population.plan.quotas)
    return any(attribute in each for each in known) or _is_since(population, attribute)


def _is_since(population: Population, attribute: str) -> bool:
    return attribute.endswith(SINCE) and attribute.removesuffix(SINCE) in population.plan.quotas


def share_of_staff(share: float) -> OfYear:
    return lambda population, year: _part(population, year, np.full(population.size, share), f"staff {share}")


def _part(population: Population, year: int, share: Floats, name: str) -> Integers:
    heads = population.employees(year)
    wanted = heads * share * np.exp(0.2 * population.normal(name))
    return np.asarray(np.minimum(np.round(wanted), heads), dtype=np.int64)


def _research_staff(population: Population, year: int) -> Integers:
    return _part(population, year, np.minimum(population.research_share * 2.2, 0.8), "research staff")


def _technical_staff(population: Population, year: int) -> Integers:
    more = np.round(
        _research_staff(population, year) * (1.05 + 0.25 * population.stream("technical").random(population.size))
    )
    return np.minimum(more, population.employees(year)).astype(np.int64)


def _exports(population: Population, year: int) -> Integers:
    chance = population.of_industry(lambda industry: industry.exporters)
    does = population.stream("exporter").random(population.size) < chance * np.exp(0.4 * population.size_score)
    share = population.stream("export share").beta(1.2, 4, population.size)
    return minor(np.where(does, population.revenue(year) / 100 * share, 0.0))


def _belt_road_freight(population: Population, year: int) -> Integers:
    sends = population.stream("belt and road").random(population.size) < 0.15
    return minor(np.where(sends, _exports(population, year) / 100 * 0.04, 0.0))


def _tax(population: Population, year: int) -> Integers:
    on_sales = population.revenue(year) / 100 * 0.028 * np.exp(0.3 * population.normal("tax"))
    return minor(on_sales + 0.15 * np.maximum(population.profit(year) / 100, 0))


def _contracts(population: Population, year: int) -> Integers:
    does = population.stream(f"contracts {year}").random(population.size) < np.where(
        population.research_share > 0, 0.15, 0
    )
    return minor(
        np.where(does, population.research(year) / 100 * np.exp(1.9 * population.normal("contract size")), 0.0)
    )


def rights(name: str) -> State:
    return lambda population: pl.Series(_rights(population, name))


def _rights(population: Population, name: str) -> Integers:
    """Follows what was spent on research in the last year, and talent."""
    per_million = float(population.plan.rights_per_million.get(name, 0))
    spent = population.research(population.last_year) / 1e8  # million 元
    expected = np.minimum(per_million * spent**0.8 * np.exp(0.3 * population.talent), 3_000.0)
    return np.asarray(population.stream(name).poisson(expected), dtype=np.int64)


def _visits(population: Population, year: int) -> Integers:
    there = population.present(Period.parse(str(year)))
    weight = np.where(there, np.exp(0.7 * population.size_score + 0.3 * population.talent), 0.0)
    expected = weight / weight.mean() * float(population.plan.visits) / population.plan.base
    return np.asarray(population.stream(f"visits {year}").poisson(expected), dtype=np.int64)


def _problems(population: Population, year: int) -> Integers:
    share = float(population.plan.problems) / max(float(population.plan.visits), 1.0)
    return population.stream(f"problems {year}").binomial(_visits(population, year), min(share, 1.0)).astype(np.int64)


def _solved(population: Population, year: int) -> Integers:
    return population.stream(f"solved {year}").binomial(_problems(population, year), 0.999).astype(np.int64)


def _stage(population: Population) -> pl.Series:
    years = population.age_days / 365.25
    return labels(STAGES, np.digitize(years, [5, 10]).astype(np.int64))


def _industry(width: int) -> State:
    def read(population: Population) -> pl.Series:
        return labels(tuple(code[:width] for code in population.plan.industries), population.industry)

    return read


def _offices(population: Population) -> pl.Series:
    offices = population.plan.areas.offices
    return labels(tuple(offices), population.chosen("office", {key: each.share for key, each in offices.items()}))


def _registration_state(population: Population) -> pl.Series:
    gone = np.where(population.stream("how gone").random(population.size) < 0.7, 1, 2)
    return labels(("active", "deregistered", "moved_out"), np.where(population.active, 0, gone).astype(np.int64))


def _capital(population: Population) -> pl.Series:
    level = np.exp(np.log(3e6) + 0.8 * population.size_score + 0.8 * population.normal("capital"))
    return pl.Series((np.round(level / 1e5) * 1e5 * 100 + 1e7).astype(np.int64))


def _legal_form(population: Population) -> pl.Series:
    joint = population.naming.forms.str.contains("股份").to_numpy().astype(np.int64)
    return labels(("limited", "joint_stock"), joint)


STATES: Mapping[str, State] = {
    "name": lambda population: population.naming.names,
    "credit_code": lambda population: population.naming.credit_codes,
    "registered_on": lambda population: days(population.registered_on),
    "registration_state": _registration_state,
    "registered_capital": _capital,
    "legal_form": _legal_form,
    "industry": _industry(2),
    "industry_class": _industry(4),
    "office": _offices,
    "park": lambda population: labels(
        tuple(population.plan.areas.parks), population.chosen("park", population.plan.areas.parks)
    ),
    "stage": _stage,
    "size": lambda population: labels(SIZES, population.size_class()),
    "patents_class1": rights("patents_class1"),
    "patents_class2": rights("patents_class2"),
    "patents_class1_own": part_of_rights(lambda population: _rights(population, "patents_class1"), "own", 0.8),
    "patents_class1_product": part_of_rights(lambda population: _rights(population, "patents_class1"), "product", 0.6),
    "patents_high_value": part_of_rights(lambda population: _rights(population, "patents_class1"), "high value", 0.15),
    "ip_recent": part_of_rights(
        lambda population: _rights(population, "patents_class1") + _rights(population, "patents_class2"), "recent", 0.4
    ),
    "software_copyrights": rights("software_copyrights"),
    **STANDING,
    **ANSWERS,
}
PER_YEAR: Mapping[str, OfYear] = {
    "employees": lambda population, year: population.employees(year),
    "insured_staff": share_of_staff(0.92),
    "college_staff": share_of_staff(0.55),
    "graduate_staff": share_of_staff(0.08),
    "new_graduates": share_of_staff(0.03),
    "rd_staff": _research_staff,
    "st_staff": _technical_staff,
    "revenue": lambda population, year: population.revenue(year),
    "main_revenue": lambda population, year: minor(
        population.revenue(year) / 100 * population.stream("main share").beta(7, 2, population.size)
    ),
    "exports": _exports,
    "profit": lambda population, year: population.profit(year),
    "net_profit": lambda population, year: minor(population.profit(year) / 100 * 0.85),
    "tax_paid": _tax,
    "total_costs": lambda population, year: population.revenue(year) - population.profit(year),
    "assets": lambda population, year: population.assets(year),
    "liabilities": lambda population, year: minor(population.assets(year) / 100 * population.debt_share()),
    "net_assets": lambda population, year: (
        population.assets(year) - minor(population.assets(year) / 100 * population.debt_share())
    ),
    "rd_expense": lambda population, year: population.research(year),
    "technology_contracts": _contracts,
    "visits": _visits,
    "problems_raised": _problems,
    "problems_solved": _solved,
    "belt_road_freight": _belt_road_freight,
    **ACCOUNTS,
    **QUESTIONS,
}
