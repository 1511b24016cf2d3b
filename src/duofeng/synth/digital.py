"""What firms answer to a questionnaire on how digital they are; every answer follows one maturity and its own noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from duofeng.synth.population import Flags, Floats, Integers, Population, minor
from duofeng.synth.standing import State, digital_maturity, happens, in_divisions, industrial

OfYear = Callable[[Population, int], Integers | Floats]
PROCESSES, MEASURES, LEVELS = 10, 5, 5
FIRST_YEAR = 2023
A_YEAR = 0.12
"""By how much of a level a firm moves in a year."""


def _share(population: Population, year: int, name: str) -> Floats:
    """Between 0 and 1: maturity in the year, and what is particular to the question."""
    level = digital_maturity(population) + A_YEAR * (year - FIRST_YEAR) + 0.5 * population.normal(name)
    return np.clip((level - 0.5) / LEVELS, 0.0, 1.0)


def _percent(name: str, most: float, who: Callable[[Population], Flags] | None = None) -> OfYear:
    """A share of at most so many per cent; nothing for those whom the question does not concern."""

    def read(population: Population, year: int) -> Floats:
        value = np.round(most * _share(population, year, name), 1)
        return value if who is None else np.where(who(population), value, 0.0)

    return read


def _of(name: str, most: int) -> OfYear:
    return lambda population, year: np.round(most * _share(population, year, name)).astype(np.int64)


def _joined(population: Population, year: int) -> Integers:
    """Systems that work together are at most those there are."""
    systems = _of("processes", PROCESSES)(population, year)
    return np.floor(systems * 0.6 * _share(population, year, "joined")).astype(np.int64)


def _spending(population: Population, year: int) -> Integers:
    rate = 0.02 * _share(population, year, "spending") * np.exp(0.6 * population.normal("digital spending"))
    return minor(population.revenue(year) / 100 * rate)


def _staff(population: Population, year: int) -> Integers:
    expected = population.employees(year) * 0.03 * _share(population, year, "staff")
    return np.asarray(population.stream(f"digital staff {year}").poisson(expected), dtype=np.int64)


def _sells_online(population: Population) -> Flags:
    return in_divisions(population, 51, 52, 62, 64, 65) | happens(population, "sells online", 0.1)


def _holds(name: str, bar: float) -> State:
    return lambda population: pl.Series(_share(population, FIRST_YEAR, name) > bar)


QUESTIONS: Mapping[str, OfYear] = {
    "digital_equipment_share": _percent("digital equipment", 100.0),
    "connected_equipment_share": _percent("connected equipment", 85.0),
    "processes_on_systems": _of("processes", PROCESSES),
    "systems_joined": _joined,
    "digital_spending": _spending,
    "digital_staff": _staff,
    "online_sales_share": _percent("online sales", 45.0, _sells_online),
    "energy_saved_share": _percent("energy saved", 12.0, industrial),
}
ANSWERS: Mapping[str, State] = {
    "cloud_services": _holds("cloud", 0.3),
    "data_rules": _holds("rules", 0.45),
    "security_measures": lambda population: pl.Series(_of("security", MEASURES)(population, FIRST_YEAR)),
}
"""What holds until something else is said."""
