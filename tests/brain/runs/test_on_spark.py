"""Spark and this process give the same run, byte for byte: made-up enterprises of a whole zone, and odd values."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.on_spark import answering_on_spark
from duofeng.brain.runs.store import Runs
from duofeng.engine import spark, tree
from duofeng.engine.expression import Expression, bind
from duofeng.engine.program import POLARS_TYPES, evaluate
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.synth import write_zone
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

pytestmark = pytest.mark.spark
ROOT = Path(__file__).resolve().parents[3]
FIRMS, ODD = 240, 400
LOADED = datetime(2024, 7, 1, 9, tzinfo=UTC)
AS_OF = date(2024, 6, 30)


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(ROOT / "zones" / (ROOT / "zones" / "DEFAULT").read_text("utf-8").strip())


@pytest.fixture(scope="module")
def made_up(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A few hundred enterprises with what is wrong, missing and disputed about them."""
    data = tmp_path_factory.mktemp("made-up")
    ledger = Ledger.open(data / "ledger")
    loader = Loader(zone, ledger, data, "test", LOADED.date())
    write_zone(zone, FIRMS, data / "files")
    for path in sorted((data / "files").glob("*.csv")):
        if path.name != "answer_key.csv":
            loader.load(path, LOADED)
    return ledger


@pytest.fixture(scope="module")
def planned(zone: Zone) -> Plan:
    return plan(zone, AS_OF, "organisation")


def test_a_whole_run_of_made_up_enterprises_is_the_same_on_spark(
    zone: Zone, made_up: Ledger, tmp_path: Path, spark_session: Any
) -> None:
    here, there = (
        compute(Inputs(zone, made_up, AS_OF, LOADED, engine), Runs(tmp_path / engine)) for engine in ("polars", "spark")
    )
    assert here.id != there.id
    assert here.counts("organisation")["subjects"] >= FIRMS - 1 and here.counts("organisation")["payments"] > 0
    assert min(here.counts("organisation")[name] for name in ("yes", "near", "unknown", "no")) > 50
    assert all(here.has(name, "organisation") for name in ("outcomes", "truths", "near", "bundles"))
    assert here.manifest.files == there.manifest.files
    assert spark_session.range(1).count() == 1  # a session that was there before is still there


def test_a_small_zone_abroad_runs_the_same_on_spark(
    inputs: Callable[..., Inputs], tmp_path: Path, spark_session: Any
) -> None:
    here, there = (compute(inputs(engine=each), Runs(tmp_path / each)) for each in ("polars", "spark"))
    assert here.manifest.files == there.manifest.files


def test_every_condition_is_the_same_on_spark_whatever_the_values(planned: Plan, spark_session: Any) -> None:
    apart = []
    with answering_on_spark() as run:
        for book in planned.books:
            conditions = [one.expression for rule in book.rules.values() for one in rule.conditions]
            frame = odd_values(conditions, planned)
            here, there = book.run(frame), run(book, frame)
            assert np.array_equal(here.yes, there.yes) and np.array_equal(here.unknown, there.unknown)
            apart += [{0, 1} <= set(here.of(number).tolist()) for number in range(here.conditions)]
    assert sum(apart) > 0.8 * len(apart) and len(apart) > 120  # the values do tell conditions apart


def test_every_amount_is_the_same_on_spark_to_the_cent(planned: Plan, spark_session: Any) -> None:
    steps = [step for each in planned.policies if each.award for step in each.award.steps]
    expressions = [one for when, value in steps for one in (when, value) if one is not None]
    frame = odd_values(expressions, planned)
    table = spark_session.createDataFrame(frame.to_arrow())
    numbered = {f"e{number}": one for number, one in enumerate(expressions)}
    theirs = pl.DataFrame(spark.evaluate(table, numbered, AS_OF).toArrow())
    for name, expression in numbered.items():
        ours = evaluate(expression, frame, AS_OF)
        assert ours.to_list() == theirs[name].cast(ours.dtype).to_list(), expression.text
    assert len(expressions) > 20


def odd_values(expressions: list[Expression], planned: Plan) -> pl.DataFrame:
    """A frame of the columns that are read, with nulls, odd dates, huge and negative amounts, Chinese texts."""
    chance = random.Random(11)
    read = [node for one in expressions for node in tree.walk(bind(one, planned.as_of))]
    types = {node.name: node.type for node in read if isinstance(node, tree.ColumnRef)}
    columns = [
        pl.Series(name, [odd(kind, chance) for _ in range(ODD)], POLARS_TYPES[kind], strict=False)
        for name, kind in sorted(types.items())
    ]
    return pl.DataFrame([pl.Series("subject", [f"企业{row:04}" for row in range(ODD)]), *columns])


def odd(kind: str, chance: random.Random) -> object:
    if chance.random() < 0.2:
        return None
    match kind:
        case "money":
            whole = chance.choice([0, 1, -1, 99_999_99, 100_000_00, 2**53 + 1, chance.randint(0, 10**13)])
            return chance.choice([whole, chance.randint(1, 60) * 500_000_00])
        case "number" | "integer":
            return chance.choice([0.0, 1.0, -3.0, 0.03, 0.1 + 0.2, float("nan"), float(chance.randint(0, 1200))])
        case "date":
            return chance.choice([date(2024, 2, 29), AS_OF, AS_OF + timedelta(days=1)]) - timedelta(
                days=chance.choice([0, 365, 366, chance.randint(0, 9000)])
            )
        case "flag":
            return chance.random() < 0.6
    return chance.choice(
        ["A", "B", "C", "39", "3913", "65", "电子信息", "软件业", "active", "存续", "it's", "50%_", ""]
    )
