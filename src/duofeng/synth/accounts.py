"""Amounts and counts beyond the basic accounts: research, finance, costs, half years and quarters, earlier payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from duofeng.kernel.period import Period
from duofeng.synth.population import Floats, Integers, Population, minor
from duofeng.synth.spells import first_days
from duofeng.synth.standing import (
    backed,
    body_level,
    cyber_security,
    happens,
    in_divisions,
    industrial,
    listing,
    outlet,
    own_office,
    renown,
    rented_area,
    researches,
)

OfYear = Callable[[Population, int], Integers | Floats]
OfPeriod = Callable[[Population, Period], Integers | Floats]

NOT_PLACED = 9999
SERVICE_LIST = "service_list"
YUAN_PER_KWH = 0.75
RATE = 0.0345
YUAN_PER_SQUARE_METRE = 32 * 12
SEASONS: Mapping[str, float] = {"H1": 0.47, "H2": 0.53, "Q1": 0.22, "Q2": 0.25, "Q3": 0.25, "Q4": 0.28}


# ---- research -----------------------------------------------------------------------------------------------------


def _domestic(population: Population, year: int) -> Integers:
    inside = population.stream("domestic").beta(20, 1.0, population.size)
    return minor(population.research(year) / 100 * inside)


def deduction_base(population: Population, year: int) -> Integers:
    claims = happens(population, "claims the deduction", 0.85)
    share = 0.65 + 0.3 * population.stream("admitted").random(population.size)
    return minor(np.where(claims, population.research(year) / 100 * share, 0.0))


def _relief(population: Population, year: int) -> Integers:
    used = np.minimum(deduction_base(population, year), np.maximum(population.taxable(year), 0))
    return minor(used / 100 * np.where(population.talent > 1, 0.15, 0.25))


def _budget(population: Population, year: int) -> Integers:
    files = happens(population, f"files a budget {year}", 0.12 * np.exp(0.5 * population.talent))
    return minor(np.where(files, population.research(year) / 100 * 0.9, 0.0))


def _counts(name: str, often: float, *, by_renown: float, at_most: float = 50.0) -> OfYear:
    def read(population: Population, year: int) -> Integers:
        expected = np.minimum(often * np.exp(by_renown * renown(population)), at_most) * researches(population)
        return np.asarray(population.stream(f"{name} {year}").poisson(expected), dtype=np.int64)

    return read


def _top_five(population: Population, year: int) -> Integers:
    more = _counts("awards top five", 0.002, by_renown=1.2)(population, year)
    return np.asarray(_AWARDS_NATIONAL(population, year) + more, dtype=np.int64)


_AWARDS_NATIONAL = _counts("awards national", 0.0008, by_renown=1.2, at_most=1)


def _contest(population: Population, year: int) -> Integers:
    enters = happens(population, f"enters the contest {year}", 0.05) & researches(population)
    rank = population.stream(f"contest {year}").integers(1, 4000, population.size)
    return np.where(enters, rank, NOT_PLACED)


def _given(name: str, most: float, mean: float, spread: float) -> OfYear:
    """A mark that experts give, in half points."""

    def read(population: Population, _year: int) -> Floats:
        mark = mean + spread * (0.8 * renown(population) + 0.6 * population.normal(name))
        return np.round(np.clip(mark, 0, most) * 2) / 2

    return read


def _high_tech_revenue(population: Population, year: int) -> Integers:
    share = np.where(
        population.research_share > 0, population.stream("high-tech share").beta(5, 2, population.size), 0.0
    )
    return minor(population.revenue(year) / 100 * share)


def _applications(population: Population, year: int) -> Integers:
    expected = np.minimum(0.35 * (population.research(year) / 1e8) ** 0.8, 500.0)
    return np.asarray(population.stream(f"applications {year}").poisson(expected), dtype=np.int64)


def _granted(population: Population, year: int) -> Integers:
    expected = np.minimum(3.0 * (population.research(year) / 1e8) ** 0.8, 900.0)
    return np.asarray(population.stream(f"granted {year}").poisson(expected), dtype=np.int64)


def _pct(population: Population, year: int) -> Integers:
    expected = np.minimum(0.012 * (population.research(year) / 1e8) ** 0.8, 20.0)
    return np.asarray(population.stream(f"pct {year}").poisson(expected), dtype=np.int64)


def _niche_share(population: Population, _year: int) -> Floats:
    level = np.exp(1.5 + 0.7 * renown(population) + 0.8 * population.normal("niche share"))
    return np.round(np.clip(level, 0.1, 85.0), 1)


# ---- finance ------------------------------------------------------------------------------------------------------


def raised(population: Population, year: int) -> Integers:
    raises = happens(population, f"raises {year}", np.where(backed(population), 0.4, 0.0005))
    needs = 2e6 + 0.3 * population.revenue(year) / 100
    amount = needs * np.exp(0.8 * population.normal(f"raised {year}"))
    return minor(np.where(raises, np.clip(amount, 1e6, 4e8), 0.0))


def _venture(population: Population, year: int) -> Integers:
    share = np.where(happens(population, "venture", 0.6), 0.8, 0.0)
    return minor(raised(population, year) / 100 * share)


def _loans(population: Population, year: int) -> Integers:
    borrows = happens(population, f"borrows {year}", np.clip(0.15 * np.exp(0.5 * population.size_score), 0, 0.9))
    amount = population.revenue(year) / 100 * 0.15 * np.exp(0.6 * population.normal("loan"))
    return minor(np.where(borrows, amount, 0.0))


def _interest(population: Population, year: int) -> Integers:
    months = 0.3 + 0.7 * population.stream("months of the loan").random(population.size)
    return minor(_loans(population, year) / 100 * RATE * months)


def _guarantee_fee(population: Population, year: int) -> Integers:
    draw = population.stream("guarantee")
    guaranteed = draw.random(population.size) < 0.4
    rate = draw.uniform(0.003, 0.018, population.size)
    return minor(np.where(guaranteed, _loans(population, year) / 100 * rate, 0.0))


def _loan_loss(population: Population, year: int) -> Integers:
    lost = happens(population, "loses a loan", np.where(outlet(population) < 3, 0.8, 0.003))
    return minor(np.where(lost, _loans(population, year) / 100 * 0.3, 0.0))


def _securities(population: Population, year: int) -> Integers:
    issues = happens(population, f"ip securities {year}", 0.0025 * np.exp(population.talent)) & researches(population)
    return minor(np.where(issues, np.clip(population.revenue(year) / 100 * 0.1, 1e6, 2e7), 0.0))


# ---- costs --------------------------------------------------------------------------------------------------------


def _share_of_revenue(name: str, share: float, who: Callable[[Population], Floats]) -> OfYear:
    """A cost of those whose chance `who` gives; nothing for the others."""

    def read(population: Population, year: int) -> Integers:
        has = happens(population, f"{name} {year}", who(population))
        amount = population.revenue(year) / 100 * share * np.exp(0.7 * population.normal(f"{name} amount"))
        return minor(np.where(has, amount, 0.0))

    return read


def _rent(population: Population, _year: int) -> Integers:
    return minor(np.where(own_office(population), 0.0, rented_area(population) * YUAN_PER_SQUARE_METRE))


_equipment = _share_of_revenue("equipment", 0.05, lambda population: np.where(industrial(population), 0.45, 0.15))
_compute = _share_of_revenue(
    "computing", 0.015, lambda population: np.where(in_divisions(population, 64, 65, 73), 0.06, 0.005)
)


def _contract(population: Population, year: int) -> Integers:
    return minor(_compute(population, year) / 100 * population.stream("contract").uniform(0.3, 1.0, population.size))


def _provincial_equipment(population: Population, year: int) -> Integers:
    got = happens(population, "provincial equipment", 0.08)
    return minor(np.where(got, _equipment(population, year) / 100 * 0.1, 0.0))


def _security(population: Population, year: int) -> Integers:
    share = population.stream("security share").beta(5, 2.5, population.size)
    return minor(np.where(cyber_security(population), population.revenue(year) / 100 * share, 0.0))


def _service(population: Population, year: int) -> Integers:
    listed = population.holders(SERVICE_LIST) if SERVICE_LIST in population.plan.quotas else False
    serves = in_divisions(population, 64, 65, 73, 74, 75) & happens(population, "serves", 0.1)
    share = population.stream("service share").beta(6, 3, population.size)
    return minor(np.where(listed | serves, population.revenue(year) / 100 * share, 0.0))


def _offshore(population: Population, year: int) -> Integers:
    abroad = happens(population, "offshore", 0.4)
    share = population.stream("offshore share").beta(5, 2, population.size)
    return minor(np.where(abroad, _service(population, year) / 100 * share, 0.0))


# ---- parts of a year ----------------------------------------------------------------------------------------------


def _revenue_within(population: Population, period: Period) -> Floats:
    """Revenue of a half year or quarter, 元; the year after the last reported one goes on growing."""
    year = min(period.year, population.last_year)
    later = np.exp(population.growth * (period.year - year))
    noise = np.exp(0.08 * population.normal(f"within {period}"))
    season = SEASONS[str(period)[4:]]
    return np.asarray(population.revenue(year) / 100 * later * season * noise)


def _output(population: Population, period: Period) -> Integers:
    """Output; of services what they sold."""
    made = np.exp(0.03 * population.normal(f"stock {period}"))
    return minor(_revenue_within(population, period) * np.where(industrial(population), made, 1.0))


def _energy(population: Population, period: Period) -> Integers:
    power = sum((population.electricity(month) for month in months_of(period)), np.zeros(population.size))
    return minor(power * YUAN_PER_KWH * 1.1)


def months_of(quarter: Period) -> tuple[Period, ...]:
    first = quarter.first_day.month
    return tuple(Period.parse(f"{quarter.year}-{month:02d}") for month in range(first, quarter.last_day.month + 1))


def _freight(population: Population, period: Period) -> Integers:
    sends = industrial(population) | in_divisions(population, 51, 52)
    rate = 0.018 * np.exp(0.5 * population.normal("freight"))
    return minor(np.where(sends, _revenue_within(population, period) * rate, 0.0))


# ---- earlier payments ---------------------------------------------------------------------------------------------


def _on_recognition(flag: str, yuan: int) -> OfYear:
    """Paid in the year after June to June of the recognition; to some within the same year."""

    def read(population: Population, year: int) -> Integers:
        day = first_days(population, flag)
        due = (day >= np.datetime64(f"{year - 1}-07-01")) & (day < np.datetime64(f"{year}-07-01"))
        ahead = (day >= np.datetime64(f"{year}-07-01")) & happens(population, f"ahead {flag}", 0.4)
        paid = happens(population, f"paid for {flag}", 0.8)
        return np.where((due | ahead) & paid, yuan * 100, 0)

    return read


def _paid_research(population: Population, year: int) -> Integers:
    paid = happens(population, "paid for research", np.where(_budget(population, year) > 0, 0.7, 0.0))
    amount = np.minimum(deduction_base(population, year - 1) / 100 * 0.10, 1e6)
    return minor(np.where(paid, amount, 0.0))


def _paid_listing(population: Population, _year: int) -> Integers:
    paid = (listing(population) <= 5) & happens(population, "paid for listing", 0.3)
    return np.where(paid, 500_000 * 100, 0)


def _paid_body(population: Population, _year: int) -> Integers:
    yuan = np.array([1_000_000, 300_000, 0, 0, 0])[body_level(population)]
    return np.where(happens(population, "paid for the body", 0.6), yuan * 100, 0)


def _paid_to_some(flag: str, share: float, yuan: int) -> OfYear:
    def read(population: Population, year: int) -> Integers:
        held = population.holders(flag) if flag in population.plan.quotas else np.zeros(population.size, dtype=bool)
        return np.where(held & happens(population, f"paid to some {flag} {year}", share), yuan * 100, 0)

    return read


PAYMENTS: Mapping[str, OfYear] = {
    "paid:high_tech_award": _on_recognition("high_tech", 300_000),
    "paid:high_tech_provincial_match": _on_recognition("high_tech", 100_000),
    "paid:specialised_sme_award": _on_recognition("specialised_sme", 500_000),
    "paid:little_giant_award": _on_recognition("little_giant", 2_000_000),
    "paid:gazelle_award": _on_recognition("gazelle", 300_000),
    "paid:above_scale_first": _on_recognition("above_scale", 100_000),
    "paid:tech_sme_award": _paid_to_some("tech_sme", 0.4, 20_000),
    "paid:eaglet": _paid_to_some("eaglet", 0.5, 100_000),
    "paid:rd_subsidy": _paid_research,
    "paid:listing_award": _paid_listing,
    "paid:rd_body_award": _paid_body,
}
"""What earlier years paid; those without a payment have none on file."""
HONOURS: Mapping[str, OfYear] = {
    "pct_applications": _pct,
    "awards_national": _AWARDS_NATIONAL,
    "awards_national_top5": _top_five,
    "awards_provincial": _counts("awards provincial", 0.006, by_renown=1.0),
    "contest_rank": _contest,
}
"""From registers that are complete: who is not in them has none, also in years before it existed."""
RESEARCHERS: Mapping[str, OfYear] = {
    "rd_domestic_expense": _domestic,
    "rd_budget": _budget,
    "ip_score": _given("ip score", 30, 20.0, 4.5),
    "rd_organisation_score": _given("rd organisation", 20, 14.0, 2.5),
    "local_feature_score": _given("local feature", 15, 9.0, 2.5),
    "achievements_converted": _counts("converted", 3.5, by_renown=0.5),
    "st_projects": _counts("projects", 0.06, by_renown=0.9),
    "high_tech_revenue": _high_tech_revenue,
    "invention_applications": _applications,
    "patents_granted": _granted,
    "niche_share": _niche_share,
}
"""On file for those only that do research."""
ACCOUNTS: Mapping[str, OfYear] = {
    "rd_deduction_base": deduction_base,
    "rd_deduction_relief": _relief,
    "taxable_income": lambda population, year: population.taxable(year),
    "equity_raised": raised,
    "venture_raised": _venture,
    "loans": _loans,
    "loan_interest": _interest,
    "guarantee_fee": _guarantee_fee,
    "loan_loss": _loan_loss,
    "ip_securities": _securities,
    "equipment_investment": _equipment,
    "provincial_equipment_subsidy": _provincial_equipment,
    "rent": _rent,
    "compute_fees": _compute,
    "compute_contract": _contract,
    "security_revenue": _security,
    "service_revenue": _service,
    "offshore_revenue": _offshore,
}
PER_PERIOD: Mapping[str, OfPeriod] = {
    "electricity": lambda population, month: population.electricity(month),
    "revenue_half": lambda population, half: minor(_revenue_within(population, half)),
    "output_half": _output,
    "energy_cost": _energy,
    "freight_quarter": _freight,
}


def honours(population: Population, attribute: str, year: int) -> pl.Series:
    values = HONOURS[attribute](population, year)
    none = NOT_PLACED if attribute == "contest_rank" else 0
    return pl.Series(np.where(population.present(Period.parse(str(year))), values, none))


def told_by_researchers(population: Population, attribute: str, year: int) -> pl.Series:
    values = pl.Series(RESEARCHERS[attribute](population, year))
    return values.zip_with(pl.Series(researches(population)), pl.Series([None], dtype=values.dtype))


def paid(population: Population, attribute: str, year: int) -> pl.Series:
    """Null where nothing was paid."""
    values = pl.Series(PAYMENTS[attribute](population, year))
    return values.zip_with(values > 0, pl.Series([None], dtype=values.dtype))
