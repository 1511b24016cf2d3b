"""One run: profile, scores, policies, what is paid; the same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import resource
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from duofeng.brain.policies.budget import within_budget
from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.examples import failing_examples
from duofeng.brain.policies.history import after_history, payment_columns, payments
from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import Bytes, Outcomes, answer, name_of
from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.rules.condition import RuleBook
from duofeng.brain.runs import problems
from duofeng.brain.runs.on_spark import answering_on_spark
from duofeng.brain.runs.record import conditions_kept, policies_kept, rule_digests
from duofeng.brain.runs.shown import shown_columns
from duofeng.brain.runs.store import Manifest, Run, Runs
from duofeng.brain.runs.subject import KIND, MERGED, canonical_subjects, merged
from duofeng.brain.scores.card import Compiled, compile_card
from duofeng.brain.scores.examples import failing_examples as failing_card_examples
from duofeng.brain.scores.tables import score_tables
from duofeng.engine.memory import give_back
from duofeng.engine.truths import BLOCK, Truths
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.zone.kinds.scorecard import scorecards_in_force
from duofeng.zone.zone import Zone

Engine = Literal["polars", "spark"]
Progress = Callable[[str, str], None]
AT_ONCE = 4 * BLOCK
"""Subjects answered together; a whole number of the blocks truths are kept in."""
THREADS = 2
PACKAGES = ("duofeng", "polars", "numpy", "sqlglot", "deltalake")
SHOWN = ("name", "office", "industry_section", "stage")


@dataclass(frozen=True)
class Inputs:
    """Everything a run depends on."""

    zone: Zone
    ledger: Ledger
    as_of: date
    known_at: datetime
    engine: Engine = "polars"

    @property
    def id(self) -> str:
        """The as-of date and a digest of all inputs: the same inputs have the same id."""
        parts = (
            self.zone.id, self.zone.fingerprint.meaning, self.zone.fingerprint.wording, self.ledger.version,
            self.as_of.isoformat(), self.known_at.isoformat(), self.engine, version("duofeng"),
        )  # fmt: skip
        return f"{self.as_of.isoformat()}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:12]}"


@dataclass
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=perf_counter)

    def done(self, step: str) -> None:
        now = perf_counter()
        self.seconds[step] = round(now - self.last, 3)
        self.last = now
        give_back()


def compute(inputs: Inputs, runs: Runs, progress: Progress | None = None) -> Run:
    """Compute and publish a run; return it. A failed run leaves the current one as it is.

    1. Refuse a zone whose worked examples do not come out (E653).
    2. Fold the profile, only the columns somebody reads, from one version of the ledger.
    3. Score every card in use.
    4. Answer every policy in force, slice by slice.
    5. Take history, exclusions and budgets into account.
    6. Publish the folder by one rename of the pointer.
    """
    clock, say = _Clock(), progress or _quietly
    inputs = replace(inputs, ledger=Ledger(inputs.ledger.folder, inputs.ledger.version))
    refuse_failing_examples(inputs.zone)
    planned = plan(inputs.zone, inputs.as_of, KIND)
    in_use = scorecards_in_force(inputs.zone, inputs.as_of)
    cards = [each for card in in_use if (each := compile_card(inputs.zone, card, inputs.as_of)).of == KIND]
    clock.done("check")
    with runs.writing(inputs.id) as folder:
        say("汇总档案", "folding the profile")
        one = canonical_subjects(inputs.ledger, inputs.zone, KIND, inputs.known_at)
        frame = _profile(inputs, planned, cards, one)
        read = frame.select("subject", *_read_by_policies(inputs, planned))
        _keep(frame, folder, "profile")
        _keep(merged(one), folder, MERGED)
        clock.done("profile")
        say("计算评分", "scoring")
        frame = read.hstack(_scores(cards, frame, folder))
        clock.done("scores")
        say("核对政策", "answering policies")
        answered = _answered(planned, frame, inputs.engine, folder)
        clock.done("policies")
        say("计算兑现", "working out what is paid")
        counts, warnings = _payments(planned, answered, frame, folder)
        _keep(policies_kept(planned, cards), folder, "policies")
        _keep(conditions_kept(planned), folder, "conditions")
        clock.done("payments")
        counts = {"subjects": frame.height, "cards": len(cards), "policies": len(planned.policies), **counts}
        manifest = _manifest(inputs, rule_digests(planned, cards), counts, warnings, _measured(clock))
        return runs.publish(folder, manifest)


def _quietly(_zh: str, _en: str) -> None:
    pass


def _measured(clock: _Clock) -> dict[str, object]:
    return {
        "seconds": clock.seconds,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in PACKAGES},
    }


def refuse_failing_examples(zone: Zone) -> None:
    """Raises ProblemError (E653 and every example) when worked examples of a policy or card do not come out."""
    broken = [*failing_examples(zone), *failing_card_examples(zone)]
    if broken:
        raise ProblemError([problems.EXAMPLES_FAIL.at(count=len(broken)), *broken])


def _profile(inputs: Inputs, planned: Plan, cards: list[Compiled], one: pl.DataFrame | None) -> pl.DataFrame:
    zone, ledger, known_at = inputs.zone, inputs.ledger, inputs.known_at
    shown = [name for name in SHOWN if name in zone.attributes.get(KIND, {})]
    shown += shown_columns(zone, KIND, inputs.as_of)
    columns = [*shown, *_read_by_policies(inputs, planned)]
    wanted = tuple(dict.fromkeys([*columns, *(name for card in cards for name in card.profile_columns)]))
    return profile(ledger, zone, KIND, wanted, as_of=inputs.as_of, known_at=known_at, canonical=one).collect()


def _read_by_policies(inputs: Inputs, planned: Plan) -> tuple[str, ...]:
    recorded = set(inputs.ledger.attributes(known_at=inputs.known_at)["attribute"])
    return tuple(dict.fromkeys([*planned.columns, *payment_columns(planned, recorded)]))


def _scores(cards: list[Compiled], frame: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Score every card and keep its tables. Columns: what policies may read of them. No card reads another's result."""
    with ThreadPoolExecutor(THREADS) as pool:
        scored = list(pool.map(lambda compiled: _score(compiled, frame, folder), cards))
    results = frame.select("subject")
    for compiled, table in zip(cards, scored, strict=True):
        if compiled.card.register == KIND:
            results = results.join(table, on="subject", how="left", maintain_order="left")
    return results.drop("subject")


def _score(compiled: Compiled, frame: pl.DataFrame, folder: Path) -> pl.DataFrame:
    name, results = compiled.card.card, pl.DataFrame()
    for each, parts in score_tables(compiled, frame):
        if each != f"score-{name}":
            _keep_parts(parts, folder, each)
            continue
        (table,) = parts
        _keep(table, folder, each)
        results = table.select(
            "subject", pl.col("score").alias(f"score:{name}"), pl.col("grade").alias(f"grade:{name}"),
            pl.col("rank").cast(pl.Float64).alias(f"rank:{name}"),
        )  # fmt: skip
    give_back()
    return results


def _answered(planned: Plan, frame: pl.DataFrame, engine: Engine, folder: Path) -> list[Outcomes]:
    """Answer slice by slice; keep outcomes, truths and near misses."""
    with answering_on_spark() if engine == "spark" else nullcontext(RuleBook.run) as run:
        starts = range(0, max(frame.height, 1), AT_ONCE)
        answered = [answer(planned, frame.slice(first, AT_ONCE), run) for first in starts]
    codes = np.concatenate([each.codes for each in answered], axis=1)
    names = [each.id for each in planned.policies]
    _keep(pl.DataFrame({"subject": frame["subject"], **dict(zip(names, codes, strict=True))}), folder, "outcomes")
    truths = Truths(
        frame.height,
        np.concatenate([each.truths.yes for each in answered], axis=1),
        np.concatenate([each.truths.unknown for each in answered], axis=1),
    )
    truths.write(folder / "truths.parquet")
    _keep_parts(_near(answered, planned), folder, "near")
    return answered


def _payments(
    planned: Plan, answered: list[Outcomes], frame: pl.DataFrame, folder: Path
) -> tuple[dict[str, int], list[Problem]]:
    paid_before = payments(planned, frame)
    due, barred = after_history(planned, pl.concat([each.entitled() for each in answered]), paid_before)
    chosen = bundles(planned, due)
    ordering = pl.concat([each.frame.select("subject", *planned.order_columns) for each in answered])
    this_year = paid_before.filter(pl.col("year") == planned.as_of.year).group_by("policy").agg(pl.col("paid").sum())
    paid, warnings = within_budget(planned, chosen.filter("taken"), ordering, dict(this_year.iter_rows()))
    _keep(barred, folder, "barred")
    _keep(
        chosen.join(paid.select("policy", "subject", "paid"), on=["policy", "subject"], how="left")
        .with_columns(pl.col("paid").fill_null(0))
        .sort("subject", "policy"),
        folder,
        "bundles",
    )
    return _counted([each.codes for each in answered], paid), warnings


def _keep(table: pl.DataFrame, folder: Path, name: str) -> None:
    table.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1, row_group_size=BLOCK)


def _keep_parts(parts: Iterable[pl.DataFrame], folder: Path, name: str) -> None:
    """One part in memory at a time: all at once would not fit into a city's memory."""
    arrived = (part.to_arrow(compat_level=pl.CompatLevel.oldest()) for part in parts)
    first = next(arrived)
    with pq.ParquetWriter(folder / f"{name}.parquet", first.schema, compression="zstd", compression_level=1) as writer:
        for table in chain([first], arrived):
            writer.write_table(table, row_group_size=BLOCK)


def _near(answered: list[Outcomes], planned: Plan) -> Iterator[pl.DataFrame]:
    """Policy after policy, each the most money per effort first."""
    yield near_misses(answered, [])
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque[Future[pl.DataFrame]]()
        for each in planned.policies:
            waiting.append(pool.submit(near_misses, answered, [each.id]))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _counted(codes: list[Bytes], paid: pl.DataFrame) -> dict[str, int]:
    sizes = sum((np.bincount(each.ravel(), minlength=256) for each in codes), start=np.zeros(256, np.int64))
    counts = {"yes": 0, "near": 0, "unknown": 0, "no": 0}
    for code, size in enumerate(sizes):
        counts[name_of(code)] += int(size)
    return {**counts, "payments": int((paid["paid"] > 0).sum()), "paid_minor": int(paid["paid"].sum())}


def _manifest(
    inputs: Inputs,
    rules: dict[str, str],
    counts: dict[str, int],
    warnings: list[Problem],
    measured: dict[str, object],
) -> Manifest:
    fingerprint = {"meaning": inputs.zone.fingerprint.meaning, "wording": inputs.zone.fingerprint.wording}
    return Manifest(
        id=inputs.id,
        zone=inputs.zone.id,
        fingerprint=fingerprint,
        ledger_version=inputs.ledger.version,
        as_of=inputs.as_of.isoformat(),
        known_at=inputs.known_at.isoformat(),
        engine=inputs.engine,
        unit=inputs.zone.currency.unit,
        language=inputs.zone.languages[0],
        rules=rules,
        counts=counts,
        warnings=tuple(warning.as_json() for warning in warnings),
        measured=measured,
    )
