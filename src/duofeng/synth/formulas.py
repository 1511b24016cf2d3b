"""Computes the formulas of synth.yaml over whole columns; numbers in, numbers out, every chance from a named stream.

A day is the number of days since 1970, none a NaN; an amount is in 元; a condition is a column of flags, and counts as
1 where it is multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlglot import exp

from duofeng.kernel.period import Period
from duofeng.synth.population import Floats, Integers, Population

Values = Any  # a column, one number or word for everybody, or the bounds of every organisation's industry
BINARY: Mapping[type[exp.Expression], Callable[[Values, Values], Values]] = {
    exp.Add: np.add, exp.Sub: np.subtract, exp.Mul: np.multiply, exp.Div: np.true_divide,
    exp.LT: np.less, exp.LTE: np.less_equal, exp.GT: np.greater, exp.GTE: np.greater_equal,
    exp.EQ: np.equal, exp.NEQ: np.not_equal, exp.And: np.logical_and, exp.Or: np.logical_or,
}  # fmt: skip
UNARY: Mapping[type[exp.Expression], Callable[[Values], Values]] = {
    exp.Paren: lambda values: values,
    exp.Neg: np.negative,
    exp.Not: np.logical_not,
}


def _steps(values: Values, *bounds: float) -> Values:
    """How many of the bounds lie below."""
    return np.searchsorted(bounds, values)


def _ranked(score: Floats, among: Values, *shares: float) -> Integers:
    """Position of the class: the first share of the highest scores is 0, and so on; the others come last."""
    place = np.full(len(score), len(shares))
    order = np.argsort(-np.where(among, score, -np.inf), kind="stable")[: int(among.sum())]
    place[order] = np.searchsorted(np.cumsum(shares) * len(order), np.arange(len(order)) + 0.5)
    return place


PLAIN: Mapping[str, Callable[..., Values]] = {
    "exp": np.exp,
    "ln": np.log,
    "log1p": np.log1p,
    "cos": np.cos,
    "power": np.power,
    "floor": np.floor,
    "round": lambda values, digits=0: np.round(values, int(digits)),
    "least": np.minimum,
    "greatest": np.maximum,
    "clip": np.clip,
    "mean": np.mean,
    "steps": _steps,
    "reached": lambda values, bounds: (values[:, None] >= bounds).sum(axis=1),
    "ranked": _ranked,
    "word": lambda positions, *words: np.array(words)[positions],
    "day": lambda year, month, day: np.datetime64(f"{int(year)}-{int(month):02d}-{int(day):02d}").astype(np.int64),
}
DRAWN: Mapping[str, Callable[..., Values]] = {
    "normal": lambda draw, size: draw.standard_normal(size),
    "uniform": lambda draw, size, low=0.0, high=1.0: draw.uniform(low, high, size),
    "integers": lambda draw, size, low, high: draw.integers(int(low), int(high), size),
    "beta": lambda draw, size, a, b: draw.beta(a, b, size),
    "chance": lambda draw, size, chance: draw.random(size) < chance,
    "poisson": lambda draw, _size, expected: draw.poisson(expected),
    "binomial": lambda draw, _size, number, share: draw.binomial(number, share),
}


@dataclass(frozen=True)
class Formulas:
    """What is computed for one period. `read` gives what a name means there, `[-1]` or `[last]` behind it."""

    population: Population
    period: Period
    read: Callable[[str, str | None, Period], Values]

    def compute(self, sql: exp.Expression) -> Values:
        if type(sql) in BINARY:
            return BINARY[type(sql)](self.compute(sql.this), self.compute(sql.expression))
        if type(sql) in UNARY:
            return UNARY[type(sql)](self.compute(sql.this))
        match sql:
            case exp.Literal():
                return str(sql.this) if sql.is_string else float(sql.this)
            case exp.In():
                return np.isin(self.compute(sql.this), [self.compute(each) for each in sql.expressions])
            case exp.Case():
                return self._case(sql)
            case exp.Anonymous():
                return self._call(str(sql.this), sql.expressions)
            case exp.Bracket():
                return self.read(sql.this.name, str(sql.expressions[0].this), self.period)
        return (
            self.population.of_industry(sql.name) if sql.args.get("table") else self.read(sql.name, None, self.period)
        )

    def _case(self, sql: exp.Case) -> Values:
        value = self.compute(sql.args["default"])
        for branch in reversed(sql.args["ifs"]):
            value = np.where(self.compute(branch.this), self.compute(branch.args["true"]), value)
        return value

    def _call(self, name: str, args: list[exp.Expression]) -> Values:
        if name == "of_months":
            return sum(Formulas(self.population, each, self.read).compute(args[0]) for each in months_of(self.period))
        values = [self.compute(each) for each in args]
        if name == "named":
            return self.population.naming.names.str.contains(values[0], literal=True).to_numpy()
        if name in PLAIN:
            return PLAIN[name](*values)
        stream = self.population.stream(values[0].format(year=self.period.year, period=self.period))
        return DRAWN[name](stream, self.population.size, *values[1:])


def months_of(period: Period) -> tuple[Period, ...]:
    first = period.first_day.month
    return tuple(Period.parse(f"{period.year}-{month:02d}") for month in range(first, period.last_day.month + 1))
