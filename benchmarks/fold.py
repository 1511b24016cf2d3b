"""The fold: the best value of 100 attributes for each of 100,000 subjects out of 10⁷ facts, against kernels by hand.

All cases choose by source priority, then the latest month up to the date asked, then the latest row, and must agree on
the number of cells and on their sum.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import duckdb
import numpy as np
import polars as pl
from benchmarks.harness import Case, Scale, Subject
from benchmarks.observations import AS_OF, ATTRIBUTES, LAST_MONTH_KNOWN, PRIORITIES, SOURCES, Observations

from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile

KNOWN_AT = datetime(2026, 6, 1, tzinfo=UTC)
COLUMNS = [f"measure_{number:02}" for number in range(ATTRIBUTES)]


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    here = "benchmarks.fold:"
    own = [
        Case("DuckDB winners on integers + numpy scatter, by hand", here + "duckdb_and_numpy", size),
        Case("**Duofeng profile, 100 columns**", here + "duofeng", size),
        Case("Duofeng profile, 5 of the 100 columns", here + "duofeng", {**size, "columns": 5}),
    ]
    peers = [
        Case("numpy alone, one packed sort, by hand", here + "numpy_alone", size),
        Case("DuckDB, text keys, arg_max, then PIVOT", here + "duckdb_pivot", size),
        Case("Polars, text keys, group_by, pivot", here + "polars_pivot", size),
    ]
    rows = Observations(scale).rows
    return Subject(
        title=f"Fold {rows:,} facts of {Observations(scale).subjects:,} subjects × {ATTRIBUTES} attributes",
        cases=own if scale == "large" else own + peers,
        prepare=[Case("data", "benchmarks.observations:prepare_fold", size)],
        remark="The note is the number of cells and their sum, which must be the same in every full case.",
    )


def duckdb_and_numpy(scale: Scale) -> str:
    """The fastest of the kernels written by hand, with a total order: the row number is part of the key."""
    data = Observations(scale)
    # Through Polars: pyarrow's own to_numpy imports pandas, which would spoil the time.
    found = duckdb.sql(
        f"""
        SELECT entity, attribute,
               arg_max(value, (priority::BIGINT << 40) + (month::BIGINT << 32) + file_row_number) AS value
        FROM read_parquet('{data.integers}', file_row_number = true)
        WHERE month <= {LAST_MONTH_KNOWN} GROUP BY ALL
        """
    ).pl()
    wide = np.full((data.subjects, ATTRIBUTES), np.nan)
    wide[found["entity"].to_numpy(), found["attribute"].to_numpy()] = found["value"].to_numpy()
    return _cells(wide)


def numpy_alone(scale: Scale) -> str:
    data = Observations(scale)
    rows = pl.read_parquet(data.integers).filter(pl.col("month") <= LAST_MONTH_KNOWN)
    cell = rows["entity"].to_numpy().astype(np.int64) * ATTRIBUTES + rows["attribute"].to_numpy()
    standing = rows["priority"].to_numpy().astype(np.int64) << 6 | rows["month"].to_numpy()
    order = np.argsort(cell << 13 | standing, kind="stable")
    wide = np.full(data.subjects * ATTRIBUTES, np.nan)
    wide[cell[order]] = rows["value"].to_numpy()[order]
    return _cells(wide)


def duofeng(scale: Scale, columns: int = ATTRIBUTES) -> str:
    data = Observations(scale)
    attribute = SimpleNamespace(type="number", per="state")
    zone = SimpleNamespace(
        attributes={"organisation": dict.fromkeys(COLUMNS, attribute)},
        sources={f"s{number}": SimpleNamespace(priority=PRIORITIES[number]) for number in range(SOURCES)},
        documents={},
    )
    ledger = Ledger.open(data.ledger)
    wide = profile(ledger, zone, "organisation", COLUMNS[:columns], as_of=AS_OF, known_at=KNOWN_AT).collect()
    return _cells(wide.drop("subject").fill_null(float("nan")).to_numpy())


def duckdb_pivot(scale: Scale) -> str:
    data = Observations(scale)
    wide = duckdb.sql(
        f"""
        PIVOT (SELECT credit_code, attribute, arg_max(value, ({_priority()} << 40) + (substr(period, 1, 4)::BIGINT * 12
                      + substr(period, 6, 2)::BIGINT << 32) + file_row_number) AS value
               FROM read_parquet('{data.texts}', file_row_number = true)
               WHERE period <= '{AS_OF:%Y-%m}' GROUP BY ALL)
        ON attribute USING first(value) GROUP BY credit_code
        """
    ).pl()
    return _cells(wide.drop("credit_code").fill_null(float("nan")).to_numpy())


def _priority() -> str:
    whens = " ".join(f"WHEN 's{number}' THEN {priority}" for number, priority in enumerate(PRIORITIES))
    return f"(CASE source {whens} END)::BIGINT"


def polars_pivot(scale: Scale) -> str:
    ranks = {f"s{number}": priority for number, priority in enumerate(PRIORITIES)}
    rows = pl.scan_parquet(Observations(scale).texts).filter(pl.col("period") <= f"{AS_OF:%Y-%m}")
    months = pl.col("period").str.slice(0, 4).cast(pl.Int64) * 12 + pl.col("period").str.slice(5).cast(pl.Int64)
    standing = pl.col("source").replace_strict(ranks, return_dtype=pl.Int64) * 2**40 + months * 2**25
    best = (
        rows.with_columns(standing=standing + pl.int_range(pl.len(), dtype=pl.Int64))
        .group_by("credit_code", "attribute")
        .agg(pl.col("value").get(pl.col("standing").arg_max()))
        .collect()
    )
    wide = best.pivot("attribute", index="credit_code", values="value").drop("credit_code")
    return _cells(wide.fill_null(float("nan")).to_numpy())


def _cells(wide: np.ndarray) -> str:
    # Summed as whole cents: in floats the order of adding would show.
    cents = np.rint(wide[~np.isnan(wide)] * 100).astype(np.int64)
    return f"{cents.size:,} cells, sum {cents.sum() / 100:,.2f}"
