"""The same 60 policies on engines of others, in memory, and ours in memory beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import zen as zen_engine
from benchmarks import firms
from benchmarks.firms import AS_OF, Test
from benchmarks.harness import Scale
from benchmarks.policies import counted, program
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

from duofeng.engine import statuses

ZEN_FIRMS = 10_000
PERIOD = f"{AS_OF:%Y-%m}"


def _timed(work: Callable[[], str]) -> str:
    """The note tells the time of the work itself: what the harness measures holds the preparation too."""
    started = time.perf_counter()
    note = work()
    return f"**{time.perf_counter() - started:.3f} s** without preparation; {note}"


def duofeng_in_memory(scale: Scale) -> str:
    frame = firms.frame(scale)
    compiled, policies = program()

    batch = compiled.load(frame)

    def work() -> str:
        eligible = 0
        for _, rows, truths in compiled.blocks(batch, frame.height):
            answers = statuses.of_block(truths, list(policies.values()), rows)
            eligible += statuses.count(answers)["eligible"]
        return f"one thread; eligible {eligible:,}, with near misses and reasons"

    return _timed(work)


def openfisca(scale: Scale) -> str:
    """Numbers as float32, its default; texts as whole numbers, which it has no faster form for."""
    frame = firms.frame(scale)
    tests, policies = firms.policies()
    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    base = {"entity": person, "definition_period": periods.MONTH}
    for name in firms.columns():
        kind = int if name[0] in "ft" else float
        system.add_variable(type(name, (variables.Variable,), {"value_type": kind, **base}))
    dictionaries = {
        name: frame[name].drop_nulls().unique().sort().to_list() for name in frame.columns if name[0] == "t"
    }
    for number, policy in enumerate(policies):
        formula = _formula([tests[place] for place in policy], dictionaries)
        members = {"value_type": bool, "formula": formula, **base}
        system.add_variable(type(f"p{number:02}", (variables.Variable,), members))
    simulation = simulations.SimulationBuilder().build_default_simulation(system, frame.height)
    for name in firms.columns():
        simulation.set_input(name, PERIOD, _as_input(frame[name], dictionaries))

    def work() -> str:
        eligible = sum(int(simulation.calculate(f"p{number:02}", PERIOD).sum()) for number in range(len(policies)))
        return f"eligible {eligible:,} (float32)"

    return _timed(work)


def _as_input(series: pl.Series, dictionaries: dict[str, list[str]]) -> Any:
    """Unknown as a value that meets no condition."""
    if series.name[0] == "t":
        return series.cast(pl.Enum(dictionaries[series.name])).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    if series.name[0] == "d":
        return series.to_physical().cast(pl.Float32).fill_null(float("nan")).to_numpy()
    if series.name[0] == "f":
        return series.cast(pl.Int32).fill_null(-1).to_numpy()
    scale = 100 if series.name[0] == "m" else 1
    return (series.cast(pl.Float64) / scale).fill_null(float("nan")).to_numpy().astype(np.float32)


def _formula(tests: list[Test], dictionaries: dict[str, list[str]]) -> Callable[..., Any]:
    epoch = (firms.FIRST_DATE - firms.date(1970, 1, 1)).days

    def one(person: Any, period: Any, test: Test) -> Any:
        values = person(test.column, period)
        match test.sign:
            case "true" | "false":
                return values == (test.sign == "true")
            case "among":
                table = np.array([word in test.bound for word in dictionaries[test.column]] + [False])
                return table[values]
            case "ratio":
                return values / person(test.other, period) >= test.bound
        bound = test.bound + epoch if test.column[0] == "d" else test.bound
        return values >= bound if test.sign == ">=" else values <= bound

    def formula(person: Any, period: Any) -> Any:
        result = one(person, period, tests[0])
        for test in tests[1:]:
            result = result & one(person, period, test)
        return result

    return formula


def zen(scale: Scale) -> str:
    """One compiled expression that returns the list of failed conditions for all policies."""
    tests, policies = firms.policies()
    epoch = (firms.FIRST_DATE - firms.date(1970, 1, 1)).days
    texts = ["[" + ",".join(_zen(tests[number], epoch) for number in policy) + "]" for policy in policies]
    compiled = zen_engine.compile_expression("[" + ",".join(texts) + "]")
    frame = firms.frame(scale).head(ZEN_FIRMS)
    plain = frame.with_columns(
        *(pl.col(name).to_physical() for name in frame.columns if name[0] == "d"),
        *((pl.col(name) / 100).alias(name) for name in frame.columns if name[0] == "m"),
    )
    records = plain.to_dicts()

    def work() -> str:
        started, eligible = time.perf_counter(), 0
        for record in records:
            eligible += sum(1 for policy in compiled.evaluate(record) if 0 not in policy)
        each = (time.perf_counter() - started) / len(records)
        return (
            f"{each * 1e6:.0f} µs a firm, {each * firms.ROWS[scale]:.0f} s for all, extrapolated; eligible {eligible:,}"
        )

    return _timed(work)


def _zen(test: Test, epoch: int) -> str:
    known = f"{test.column} != null"
    match test.sign:
        case "true":
            body = f"{test.column} == true"
        case "false":
            body = f"{test.column} == false"
        case "among":
            assert isinstance(test.bound, tuple)
            body = f"{test.column} in [{','.join(repr(word) for word in test.bound)}]"
        case "ratio":
            known += f" and {test.other} != null"
            body = f"{test.column} / {test.other} >= {test.bound}"
        case _:
            bound = test.bound + epoch if test.column[0] == "d" else test.bound
            body = f"{test.column} {test.sign} {bound}"
    return f"({known} and {body} ? 1 : 0)"


__all__ = ["counted", "duofeng_in_memory", "openfisca", "zen"]
