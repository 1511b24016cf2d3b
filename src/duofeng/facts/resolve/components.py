"""Joined subjects as components of a graph: which unions cannot all hold, and who stands for each component."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from duofeng.facts.resolve.candidates import Ints
from duofeng.facts.resolve.decisions import Decisions
from duofeng.facts.resolve.problems import CONTRADICTION, TWO_IDENTIFIERS
from duofeng.kernel.problem import Problem

CANONICAL = pl.Schema({"subject": pl.String(), "canonical": pl.String(), "how": pl.String(), "score": pl.Float64()})
"""A union: `subject` is one with `other`, by which step and how surely."""

CREDIT_CODE_FORM = r"^[0-9A-HJ-NPQRTUWXY]{18}$"
CREDIT_CODE = pl.col("subject").str.contains(CREDIT_CODE_FORM)


def _components(subjects: pl.DataFrame, edges: pl.DataFrame) -> Ints:
    """A number per subject, equal for joined ones."""
    row = {"subject": subjects["subject"], "row": pl.int_range(len(subjects), eager=True)}
    rows = pl.DataFrame(row)
    ends = [
        edges.select(subject=pl.col(side)).join(rows, on="subject", how="left", maintain_order="left")["row"].to_numpy()
        for side in ("subject", "other")
    ]
    graph = sparse.coo_matrix((np.ones(len(edges), dtype=np.int8), ends), shape=(len(subjects), len(subjects)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def consistent(
    subjects: pl.DataFrame, edges: pl.DataFrame, held: Decisions
) -> tuple[tuple[Problem, ...], pl.DataFrame]:
    """Problems of decisions that cannot all hold, and the edges outside the components where they stand."""
    part = pl.DataFrame({"subject": subjects["subject"], "part": _components(subjects, edges)})
    split = _parted(part, held.different)
    scheme = pl.coalesce(pl.when(CREDIT_CODE).then(pl.lit("")), pl.col("subject").str.extract("^([^:]*):"))
    several = subjects.filter("own").with_columns(scheme=scheme).drop_nulls("scheme")
    several = several.join(part, on="subject").sort("subject")
    direct = held.same.select(
        pl.min_horizontal("subject", "other").alias("first"), pl.max_horizontal("subject", "other").alias("second")
    )
    double = several.group_by("part", "scheme").agg(
        first=pl.col("subject").first(), second=pl.col("subject").get(1, null_on_oob=True)
    )
    double = double.drop_nulls("second").join(direct, on=["first", "second"], how="anti").sort("first")
    tagged = edges.join(part, on="subject", how="left", maintain_order="left")
    problems = [
        kind.at(first=row["first"], second=row["second"], chain=_chain(tagged, row["part"]))
        for kind, found in ((CONTRADICTION, split), (TWO_IDENTIFIERS, double))
        for row in found.iter_rows(named=True)
    ]
    bad = pl.concat([split["part"], double["part"]])
    return tuple(problems), tagged.filter(~pl.col("part").is_in(bad.implode())).drop("part")


def _parted(part: pl.DataFrame, different: pl.DataFrame) -> pl.DataFrame:
    """Pairs kept apart by a person whose two ends are nevertheless in one component: first, second, part."""
    both = different.select(first="subject", second="other").join(part, left_on="first", right_on="subject")
    both = both.join(part, left_on="second", right_on="subject", suffix="_second")
    return (
        both.filter(pl.col("part") == pl.col("part_second")).sort("first", "second").select("first", "second", "part")
    )


def _chain(tagged: pl.DataFrame, part: int) -> str:
    edges = tagged.filter(pl.col("part") == part).sort("subject", "other").head(6)
    return "; ".join(f"{row['subject']} = {row['other']}" for row in edges.iter_rows(named=True))


def harmless(subjects: pl.DataFrame, certain: pl.DataFrame, automatic: pl.DataFrame, held: Decisions) -> pl.DataFrame:
    """Automatic edges, without those of any component that would then go against a decision or hold two identifiers."""
    part = pl.DataFrame(
        {"subject": subjects["subject"], "part": _components(subjects, pl.concat([certain, automatic]))}
    )
    before = pl.DataFrame({"subject": subjects["subject"], "before": _components(subjects, certain)})
    owners = subjects.filter("own").join(part, on="subject").join(before, on="subject")
    crowded = owners.group_by("part").agg(pl.col("before").n_unique()).filter(pl.col("before") > 1)["part"]
    bad = pl.concat([_parted(part, held.different)["part"], crowded])
    return automatic.join(part, on="subject").filter(~pl.col("part").is_in(bad.implode())).drop("part")


def mapped(subjects: pl.DataFrame, certain: pl.DataFrame, automatic: pl.DataFrame) -> pl.DataFrame:
    """The member that stands for its component: not itself decided to be another, identified, first by key."""
    edges = pl.concat([certain, automatic])
    own = edges.unique("subject", keep="first", maintain_order=True).select("subject", "how", "score")
    decided = certain.filter(pl.col("how") == "decision").get_column("subject")
    frame = subjects.with_columns(part=pl.Series(_components(subjects, edges))).sort(
        "part",
        pl.col("subject").is_in(decided.implode()),
        ~pl.col("own"),
        ~CREDIT_CODE,
        "subject",
    )
    frame = frame.with_columns(canonical=pl.col("subject").first().over("part")).join(own, on="subject", how="left")
    itself = pl.col("subject") == pl.col("canonical")
    return frame.select(
        "subject", "canonical",
        how=pl.when(itself).then(pl.lit("self")).otherwise(pl.col("how").fill_null("linked")),
        score=pl.when(itself).then(1.0).otherwise(pl.col("score").fill_null(1.0)),
    ).sort("subject")  # fmt: skip
