"""Twenty conditions on what other subjects say: 10⁶ firms, 3·10⁶ projects that name them, 2,000 parks they are in.

By hand: one Polars query, a `group_by` with every aggregate, joins for what is followed, with the same rules for what
is unknown. The note counts yes and unknown over all conditions; it is the same for both.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from time import perf_counter

import numpy as np
import polars as pl
from benchmarks.harness import Case, Scale, Subject, Timed
from numpy.typing import NDArray

from duofeng.engine.expression import parse
from duofeng.engine.links import linked, links_needed
from duofeng.engine.program import compile_program
from duofeng.engine.words import Column, Registers, Standpoint

HERE = "benchmarks.links:"
FIRMS = {"quick": 20_000, "full": 1_000_000, "large": 4_000_000}
PARKS = 2_000
AS_OF = date(2024, 5, 10)
REGISTERS: Registers = {
    "organisation": {
        "park": Column("reference", to="place"), "staff": Column("integer", "人"),
        "revenue": Column("money", "元", "year"),
    },
    "project": {
        "carrier": Column("reference", to="organisation"), "stage": Column("text"), "amount": Column("money", "元"),
        "hours": Column("number", "小时"), "signed_on": Column("date"), "open": Column("flag"),
    },
    "place": {
        "level": Column("text"), "area": Column("number", "亩"), "operator": Column("reference", to="organisation"),
    },
}  # fmt: skip
CONDITIONS = (
    "count(project.carrier) >= 3",
    "count(project.carrier where stage = 'started') >= 1",
    "count(project.carrier where open and amount > 100_000) >= 2",
    "any(project.carrier where signed_on >= '2024-01-01')",
    "any(project.carrier where stage in ('ended', 'stopped'))",
    "sum(project.carrier, amount) >= 1_000_000",
    "sum(project.carrier, amount where stage = 'started') >= 500_000",
    "sum(project.carrier, hours where open) > 40",
    "avg(project.carrier, amount) > 300_000",
    "avg(project.carrier, hours) > 20",
    "min(project.carrier, signed_on) < '2020-01-01'",
    "max(project.carrier, amount) > 900_000",
    "max(project.carrier, signed_on where stage = 'ended') >= '2023-01-01'",
    "share(project.carrier, stage = 'ended') > 0.5",
    "share(project.carrier, open where amount > 50_000) >= 0.5",
    "park.level = 'national'",
    "park.area > 100 and staff > 50",
    "park.operator.revenue[-1] > 10_000_000",
    "park.count(organisation.park where staff > 50) >= 100",
    "sum(project.carrier, amount where carrier.staff > 100) > 0",
)


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    firms = FIRMS[scale]
    return Subject(
        f"{len(CONDITIONS)} conditions on other subjects, {firms:,} firms, {3 * firms:,} projects",
        [
            Case("**Duofeng**", HERE + "duofeng", size),
            Case("Polars by hand", HERE + "by_hand", size),
        ],
        remark="Making the tables is not timed.",
    )


@cache
def frames(scale: Scale) -> dict[str, pl.DataFrame]:
    random, firms = np.random.default_rng(1), FIRMS[scale]
    lines = 3 * firms
    keys = pl.Series([f"9141010{number:011}" for number in range(firms)])
    parks = pl.Series([f"park-{number:05}" for number in range(PARKS)])

    def some(values: NDArray[np.generic] | pl.Series, unknown: float) -> pl.Series:
        series = values if isinstance(values, pl.Series) else pl.Series(values)
        return pl.select(pl.when(pl.Series(random.random(len(series)) >= unknown)).then(series)).to_series()

    def one_of(choices: pl.Series, count: int) -> pl.Series:
        return choices.gather(random.integers(0, len(choices), count))

    stages = pl.Series(["planned", "started", "ended", "stopped"])
    days = pl.Series(random.integers(16_500, 19_900, lines).astype(np.int32)).cast(pl.Date)
    return {
        "organisation": pl.DataFrame({
            "subject": keys, "park": some(one_of(parks, firms), 0.1),
            "staff": some(random.integers(0, 300, firms).astype(np.float64), 0.05),
            "revenue[2023]": some(random.integers(0, 10**10, firms), 0.2),
        }),
        "project": pl.DataFrame({
            "subject": [f"J{number:08}" for number in range(lines)], "carrier": some(one_of(keys, lines), 0.02),
            "stage": some(one_of(stages, lines), 0.03), "amount": some(random.integers(0, 10**8, lines), 0.03),
            "hours": some(random.random(lines) * 60, 0.03), "signed_on": some(days, 0.03),
            "open": some(random.random(lines) < 0.4, 0.03),
        }),
        "place": pl.DataFrame({
            "subject": parks, "level": some(one_of(pl.Series(["national", "city"]), PARKS), 0.05),
            "area": some(random.random(PARKS) * 300, 0.05), "operator": some(one_of(keys, PARKS), 0.05),
        }),
    }  # fmt: skip


def duofeng(scale: Scale) -> Timed:
    made = frames(scale)
    at = Standpoint("organisation", REGISTERS)
    start = perf_counter()
    rules = [parse(text, REGISTERS["organisation"], at=at, want="flag") for text in CONDITIONS]
    frame = linked(made["organisation"], links_needed(rules, AS_OF), made)
    truths = compile_program(rules, AS_OF).run(frame, threads=2)
    seconds = perf_counter() - start
    answers = [truths.truth(number) for number in range(len(rules))]
    yes = sum(int(truth.yes.sum()) for truth in answers)
    unknown = sum(int(truth.unknown.sum()) for truth in answers if truth.unknown is not None)
    return Timed(seconds, f"{yes:,} yes, {unknown:,} unknown")


def by_hand(scale: Scale) -> Timed:
    made = frames(scale)
    start = perf_counter()
    firms, projects, places = (made[name].lazy() for name in ("organisation", "project", "place"))
    staffed = projects.join(firms.select(carrier="subject", carrier_staff="staff"), on="carrier", how="left")
    totals = staffed.filter(pl.col("carrier").is_not_null()).group_by("carrier").agg(**_aggregates())
    crowd = pl.col("staff") > 50
    tenants = firms.filter(pl.col("park").is_not_null()).group_by("park").agg(**_counted("crowd", crowd))
    operators = firms.select(operator="subject", operator_revenue="revenue[2023]")
    around = places.join(operators, on="operator", how="left").rename({"subject": "park"})
    around = around.join(tenants, on="park", how="left")
    table = firms.join(totals, left_on="subject", right_on="carrier", how="left").join(around, on="park", how="left")
    found = table.select(**_conditions()).collect()
    seconds = perf_counter() - start
    yes = sum(int(column.sum() or 0) for column in found)
    return Timed(seconds, f"{yes:,} yes, {sum(column.null_count() for column in found):,} unknown")


def _counted(name: str, condition: pl.Expr) -> dict[str, pl.Expr]:
    return {f"{name}_yes": condition.sum(), f"{name}_doubt": condition.null_count()}


def _valued(name: str, value: pl.Expr, where: pl.Expr | None, how: str) -> dict[str, pl.Expr]:
    """An aggregate with what makes it unknown: lines that may count, lines that count and have no value."""
    counted = value if where is None else value.filter(where)
    return {
        name: getattr(counted, how)(),
        f"{name}_lack": counted.null_count(),
        f"{name}_doubt": pl.lit(0) if where is None else where.null_count(),
    }


def _aggregates() -> dict[str, pl.Expr]:
    amount, hours, stage, signed, open_ = (pl.col(name) for name in ("amount", "hours", "stage", "signed_on", "open"))
    return {
        "lines": pl.len(),
        **_counted("started", stage == "started"),
        **_counted("big", open_ & (amount > 10_000_000)),
        **_counted("recent", signed >= date(2024, 1, 1)),
        **_counted("over", stage.is_in(["ended", "stopped"])),
        **_valued("amount", amount, None, "sum"),
        **_valued("started_amount", amount, stage == "started", "sum"),
        **_valued("open_hours", hours, open_, "sum"),
        **_valued("hours", hours, None, "mean"),
        **_valued("first", signed, None, "min"),
        **_valued("largest", amount, None, "max"),
        **_valued("ended_last", signed, stage == "ended", "max"),
        **_valued("ended_share", stage == "ended", None, "mean"),
        **_valued("open_share", open_, amount > 5_000_000, "mean"),
        **_valued("staffed_amount", amount, pl.col("carrier_staff") > 100, "sum"),
    }


def _at_least(name: str, bound: int) -> pl.Expr:
    yes, doubt = (pl.col(f"{name}_{side}").fill_null(0) for side in ("yes", "doubt"))
    return pl.when(yes >= bound).then(True).when(yes + doubt < bound).then(False)


def _settled(name: str) -> pl.Expr:
    return pl.when((pl.col(f"{name}_lack") == 0) & (pl.col(f"{name}_doubt") == 0)).then(pl.col(name))


def _sum(name: str) -> pl.Expr:
    return pl.when(pl.col("lines").is_null()).then(0).otherwise(_settled(name))


def _conditions() -> dict[str, pl.Expr]:
    amounts = pl.col("amount").cast(pl.Float64)
    mean = pl.when((pl.col("amount_lack") == 0) & (pl.col("lines") > 0)).then(amounts / pl.col("lines"))
    followed = pl.when(pl.col("park").is_null()).then(None)
    return {
        "c1": pl.col("lines").fill_null(0) >= 3,
        "c2": _at_least("started", 1),
        "c3": _at_least("big", 2),
        "c4": _at_least("recent", 1),
        "c5": _at_least("over", 1),
        "c6": _sum("amount") >= 100_000_000,
        "c7": _sum("started_amount") >= 50_000_000,
        "c8": _sum("open_hours") > 40,
        "c9": mean.round() > 30_000_000,
        "c10": _settled("hours") > 20,
        "c11": _settled("first") < date(2020, 1, 1),
        "c12": _settled("largest") > 90_000_000,
        "c13": _settled("ended_last") >= date(2023, 1, 1),
        "c14": _settled("ended_share") > 0.5,
        "c15": _settled("open_share") >= 0.5,
        "c16": pl.col("level") == "national",
        "c17": (pl.col("area") > 100) & (pl.col("staff") > 50),
        "c18": pl.col("operator_revenue") > 1_000_000_000,
        "c19": followed.otherwise(_at_least("crowd", 100)),
        "c20": _sum("staffed_amount") > 0,
    }
