"""What is true of the made-up organisations: their attributes, each by its formula, its quota or its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl
from sqlglot import exp

from duofeng.engine.syntax import Text, parse_sql
from duofeng.kernel.period import Period
from duofeng.synth.formulas import Formulas, Values
from duofeng.synth.population import Population, days, labels, minor
from duofeng.synth.spells import first_days
from duofeng.zone.kinds.synth import SINCE
from duofeng.zone.kinds.vocabulary import Attribute

KEPT = 24
"""Columns at hand; nearly all amounts follow from a few."""
COLUMNS: Mapping[str, Callable[[Population], pl.Series]] = {
    "name": lambda population: population.naming.names,
    "credit_code": lambda population: population.naming.credit_codes,
    "registered_on": lambda population: days(population.registered_on),
    "industry": lambda population: labels(tuple(code[:2] for code in population.plan.industries), population.industry),
    "industry_class": lambda population: labels(tuple(population.plan.industries), population.industry),
    "office": lambda population: labels(
        tuple(population.plan.areas.offices),
        population.chosen("office", {key: each.share for key, each in population.plan.areas.offices.items()}),
    ),
    "park": lambda population: labels(
        tuple(population.plan.areas.parks), population.chosen("park", population.plan.areas.parks)
    ),
}
CAUSES: Mapping[str, Callable[[Population, Period], Values]] = {
    "year": lambda _, period: period.year,
    "month": lambda _, period: period.first_day.month,
    "months": lambda _, period: period.last_day.month - period.first_day.month + 1,
    "in_business": lambda population, period: population.present(period),
    "as_of": lambda population, _: population.as_of.astype(np.int64),
    "registered_on": lambda population, _: _day_numbers(population.registered_on),
    "last_year": lambda population, _: population.last_year,
    "age_days": lambda population, _: population.age_days,
    "talent": lambda population, _: population.talent,
    "size_score": lambda population, _: population.size_score,
    "growth": lambda population, _: population.growth,
    "research_share": lambda population, _: population.research_share,
    "division": lambda population, _: population.division,
    "active": lambda population, _: population.active,
}


class Truths:
    """Every attribute of a population that can be made up; `attributes` are those of organisations."""

    def __init__(self, population: Population, attributes: Mapping[str, Attribute]) -> None:
        self.population = population
        self.attributes = attributes
        self.formulas = population.plan.formulas
        self._value = lru_cache(KEPT)(self._computed)

    def is_modelled(self, attribute: str) -> bool:
        return attribute in (*COLUMNS, *self.formulas, *self.population.plan.quotas) or self._is_since(attribute)

    def column(self, attribute: str, period: Period | None) -> pl.Series:
        """The truth for everybody; null where it was not in business, or the formula says that nothing is known.

        Money is Int64 in minor units, counts Int64, measures Float64, flags Boolean, dates Date, the rest String.
        """
        when = period or self._year(self.population.last_year)
        if attribute in COLUMNS:
            return COLUMNS[attribute](self.population)
        if attribute not in self.formulas:
            return self._as_column(attribute, self.read(attribute, None, when))
        formula, value = self.formulas[attribute], self._value(attribute, when)
        values = self._as_column(attribute, value)
        known = np.ones(self.population.size, dtype=bool)
        if formula.who is not None:
            known = self._compute(formula.who, when, {"value": value})
        if period is not None:
            present = self.population.present(period)
            if formula.absent is not None:
                values = values.zip_with(pl.Series(present), pl.Series([int(formula.absent)], dtype=values.dtype))
            else:
                known = known & present
        return values.zip_with(pl.Series(known), pl.Series([None], dtype=values.dtype))

    def read(self, name: str, bracket: str | None, period: Period) -> Values:
        """What a name in a formula means in a period; what is reported yearly, in the year reported last by then."""
        if name in self.formulas:
            attribute = self.attributes.get(name)
            if attribute is not None and attribute.per == "year" and (bracket or period.grain != "year"):
                last = self.population.last_year
                period = self._year(last if bracket == "last" else min(period.year, last) + int(bracket or 0))
            return self._value(name, period)
        population = self.population
        if name in population.plan.quotas:
            return population.holders(name)
        if self._is_since(name):
            return _day_numbers(first_days(population, name.removesuffix(SINCE)))
        return CAUSES[name](population, period)

    def _computed(self, name: str, period: Period) -> Values:
        """Of an attribute as it is kept: amounts are whole hundreds of 元, counts whole."""
        values = self._compute(self.formulas[name].value, period, {})
        match self.attributes[name].type if name in self.attributes else "":
            case "money":
                return minor(values) / 100
            case "integer":
                return np.round(values).astype(np.int64)
        return values

    def _compute(self, text: str, period: Period, named: Mapping[str, Values]) -> Values:
        def read(name: str, bracket: str | None, when: Period) -> Values:
            return named[name] if name in named else self.read(name, bracket, when)

        return np.broadcast_to(Formulas(self.population, period, read).compute(parsed(text)), self.population.size)

    def _as_column(self, attribute: str, values: Values) -> pl.Series:
        match self.attributes[attribute].type:
            case "money":
                return pl.Series(minor(values))
            case "date":
                unknown = np.isnan(values)
                return days(
                    np.where(
                        unknown, np.datetime64("NaT"), np.where(unknown, 0, values).astype(np.int64).astype("M8[D]")
                    )
                )
        return pl.Series(values)

    def _is_since(self, name: str) -> bool:
        return name.endswith(SINCE) and name.removesuffix(SINCE) in self.population.plan.quotas

    def _year(self, year: int) -> Period:
        return Period.parse(str(year))


def _day_numbers(dates: npt.NDArray[np.datetime64]) -> Values:
    return np.where(np.isnat(dates), np.nan, dates.astype("M8[D]").astype(np.int64))


@lru_cache(1024)
def parsed(text: str) -> exp.Expression:
    return parse_sql(Text(text))
