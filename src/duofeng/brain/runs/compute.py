"""One run: profile, scores, policies, what is paid; the same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import resource
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from duofeng.brain.names import ways_to_call
from duofeng.brain.policies.budget import within_budget
from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.claims import Claims
from duofeng.brain.policies.examples import failing_examples
from duofeng.brain.policies.history import after_history, payment_columns, payments
from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import Answering, Bytes, Outcomes, answer, name_of
from duofeng.brain.policies.plan import Plan
from duofeng.brain.profiles import One, referred_to, subjects_as_one
from duofeng.brain.rules.condition import RuleBook
from duofeng.brain.runs import problems
from duofeng.brain.runs.earlier import Earlier, earlier_of
from duofeng.brain.runs.judged import Judged, judged
from duofeng.brain.runs.on_spark import answering_on_spark
from duofeng.brain.runs.record import conditions_kept, policies_kept
from duofeng.brain.runs.store import NEAR, Manifest, Run, Runs, near_of
from duofeng.brain.runs.subject import MERGED, merged
from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.examples import failing_examples as failing_card_examples
from duofeng.brain.scores.tables import score_tables
from duofeng.engine.links import linked
from duofeng.engine.memory import give_back
from duofeng.engine.truths import BLOCK, Truths
from duofeng.engine.words import is_result
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.facts.snapshot import Snapshot
from duofeng.facts.verify import refuse_damaged
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.zone.zone import Zone

Engine = Literal["polars", "spark"]
Progress = Callable[[Message], None]
AT_ONCE = 4 * BLOCK
"""Subjects answered together; a whole number of the blocks truths are kept in."""
THREADS = 2
PACKAGES = ("duofeng", "polars", "numpy", "sqlglot", "deltalake")


@dataclass(frozen=True)
class Inputs:
    """Everything a run depends on."""

    zone: Zone
    ledger: Ledger
    as_of: date
    known_at: datetime
    engine: Engine = "polars"

    @property
    def pinned(self) -> Inputs:
        """The same, with the ledger at the version it has now: what arrives while a run is computed is not in it."""
        return replace(self, ledger=Snapshot(self.ledger.folder, self.ledger.version))

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
        self.seconds[step] = round(self.seconds.get(step, 0.0) + now - self.last, 3)
        self.last = now
        give_back()


def compute(inputs: Inputs, runs: Runs, progress: Progress | None = None, *, by: str = "") -> Run:
    """Compute and publish a run; return it. A failed run leaves the current one as it is.

    Raises ProblemError (E657) where the current run is of a later day or knows more: that is a question; and where the
    ledger lacks something that was accepted: what is lost would be unknown.
    """
    refuse_damaged(inputs.ledger)
    inputs = inputs.pinned
    _refuse_earlier(inputs, runs)
    with runs.writing(inputs.id) as folder:
        manifest = _computed(inputs, folder, progress or _quietly, _earlier(inputs, runs))
        return runs.publish(folder, replace(manifest, by=by))


def ask(inputs: Inputs, runs: Runs, title: str, progress: Progress | None = None, *, by: str = "") -> Run:
    """Compute the same for another day, an earlier knowledge or a drafted zone; keep it as a question and return it.
    The current run stays as it is."""
    refuse_damaged(inputs.ledger)
    inputs = inputs.pinned
    with runs.writing(inputs.id) as folder:
        manifest = _computed(inputs, folder, progress or _quietly)
        return runs.keep_question(folder, replace(manifest, title=title, by=by))


def _refuse_earlier(inputs: Inputs, runs: Runs) -> None:
    try:
        current = runs.current()
    except ProblemError:
        return
    if inputs.as_of < current.as_of or inputs.known_at < current.known_at:
        known_at = f"{current.known_at.astimezone(inputs.zone.time_zone):%Y-%m-%d %H:%M}"
        raise ProblemError(problems.EARLIER_DAY.at(as_of=current.as_of, known_at=known_at))


def _earlier(inputs: Inputs, runs: Runs) -> Earlier | None:
    """The run to build on. Computing the same again is done whole: it must give the same."""
    found = earlier_of(runs, inputs.zone, inputs.ledger, inputs.as_of, inputs.known_at, inputs.engine, _packages())
    return None if found is None or found.run.id == inputs.id else found


def _computed(inputs: Inputs, folder: Path, step: Progress, earlier: Earlier | None = None) -> Manifest:
    """Everything a run keeps, written into a folder. What an `earlier` run worked out and still holds is taken from it.

    1. Refuse a zone whose worked examples do not come out (E653); an earlier run has seen that they do.
    2. Fold the profile of every register, only the columns somebody reads, from one version of the ledger.
    3. Link: follow references and look back along them, so that what other subjects say is a column too.
    4. Score every card in use.
    5. Answer every policy in force, register by register and slice by slice.
    6. Take history, exclusions and budgets into account.
    """
    clock = _Clock()
    if earlier is None:
        refuse_failing_examples(inputs.zone)
    registers = judged(inputs.zone, inputs.as_of)
    clock.done("check")
    step(say("汇总档案"))
    asked = referred_to(inputs.zone, [each.register for each in registers])
    if earlier is None:
        one = subjects_as_one(inputs.ledger, inputs.zone, sorted(asked), inputs.known_at)
    else:
        one = earlier.subjects_as_one(sorted(asked))
    folded = {
        each.register: _folded(inputs, each, registers, one, folder / each.register, earlier) for each in registers
    }
    clock.done("profile")
    frames = {each.register: _linked(each, folded, folder / each.register, earlier) for each in registers}
    folded.clear()
    clock.done("links")
    step(say("计算评分"))
    results = {each.register: _scores(each, frames, folder / each.register, earlier) for each in registers}
    frames |= {
        each.register: _linked_late(each, frames, results, folder / each.register, earlier) for each in registers
    }
    clock.done("scores")
    step(say("核对政策"))
    counts: dict[str, dict[str, int]] = {}
    warnings: list[Problem] = []
    with _answering(inputs.engine) as run:
        for each in registers:
            place = folder / each.register
            read = (*_read_by_policies(inputs, each.plan), *each.plan.links.names)
            frame = frames.pop(each.register).select("subject", *read).hstack(results.pop(each.register))
            answered = _answered(each.plan, frame, run, place, earlier)
            clock.done("policies")
            counts[each.register], short = _payments(each, answered, frame, place)
            warnings += short
            clock.done("payments")
    return _manifest(inputs, registers, counts, warnings, _measured(clock))


def _quietly(_step: Message) -> None:
    pass


def _measured(clock: _Clock) -> dict[str, object]:
    return {
        "seconds": clock.seconds,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "python": sys.version.split()[0],
        "packages": _packages(),
    }


def _packages() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


def refuse_failing_examples(zone: Zone) -> None:
    """Raises ProblemError (E653 and every example) when worked examples of a policy or card do not come out."""
    broken = [*failing_examples(zone), *failing_card_examples(zone)]
    if broken:
        raise ProblemError([problems.EXAMPLES_FAIL.at(count=len(broken)), *broken])


def _folded(
    inputs: Inputs, judged: Judged, all_judged: Sequence[Judged], one: One, place: Path, earlier: Earlier | None
) -> pl.DataFrame:
    """The profile of a register: what is asked of it and what others ask of it. Keeps which subjects are one."""
    place.mkdir()
    zone, ledger, known_at = inputs.zone, inputs.ledger, inputs.known_at
    scored = (name for card in judged.cards for name in card.profile_columns)
    asked = (name for each in all_judged for name in each.links.columns.get(judged.register, ()))
    from_elsewhere = (name for name in asked if not is_result(name))
    own = [*judged.shown, *_read_by_policies(inputs, judged.plan)]
    wanted = tuple(dict.fromkeys([*own, *scored, *from_elsewhere]))
    folded = earlier.profile(judged.register, wanted, one) if earlier else None
    if folded is None:
        folded = profile(
            ledger, zone, judged.register, wanted, as_of=inputs.as_of, known_at=known_at, canonical=one
        ).collect()
    _keep(merged(one.get(judged.register)), place, MERGED)
    return folded


def _linked(judged: Judged, folded: Mapping[str, pl.DataFrame], place: Path, earlier: Earlier | None) -> pl.DataFrame:
    """The profile with a column for everything asked of other subjects; kept."""
    return _finished(judged, linked(folded[judged.register], judged.links.early, folded), place, earlier)


def _linked_late(
    judged: Judged,
    frames: Mapping[str, pl.DataFrame],
    results: Mapping[str, pl.DataFrame],
    place: Path,
    earlier: Earlier | None,
) -> pl.DataFrame:
    """The same with what reads the scores of other subjects."""
    frame, late = frames[judged.register], judged.links.late
    if not late.nodes:
        return frame
    scored = {each: frames[each].hstack(results[each]) for each in late.columns}
    return _finished(judged, linked(frame, late, scored), place, earlier)


def _finished(judged: Judged, frame: pl.DataFrame, place: Path, earlier: Earlier | None) -> pl.DataFrame:
    if earlier is not None:
        earlier.compare(judged.register, frame)
    _keep(frame, place, "profile")
    return frame


def _read_by_policies(inputs: Inputs, planned: Plan) -> tuple[str, ...]:
    recorded = set(inputs.ledger.attributes(known_at=inputs.known_at)["attribute"])
    return tuple(dict.fromkeys([*planned.columns, *payment_columns(planned, recorded)]))


def _scores(judged: Judged, frames: Mapping[str, pl.DataFrame], place: Path, earlier: Earlier | None) -> pl.DataFrame:
    """Score every card of a register and keep its tables. Columns: what policies may read of them, row by row of the
    register's profile. No card reads another's result."""
    with ThreadPoolExecutor(THREADS) as pool:
        scored = pool.map(lambda compiled: _score(compiled, frames[judged.register], place, earlier), judged.cards)
        results = frames[judged.register].select("subject")
        for table in scored:
            results = results.join(table, on="subject", how="left", maintain_order="left")
    return results.drop("subject")


def _score(compiled: Compiled, frame: pl.DataFrame, folder: Path, earlier: Earlier | None) -> pl.DataFrame:
    if earlier is None or not earlier.take_card(compiled, folder):
        for each, parts in score_tables(compiled, frame):
            _keep_parts(parts, folder, each)
        give_back()
    name = compiled.card.card
    return pl.read_parquet(folder / f"score-{name}.parquet").select(
        "subject", pl.col("score").alias(f"score:{name}"), pl.col("grade").alias(f"grade:{name}"),
        pl.col("rank").cast(pl.Float64).alias(f"rank:{name}"),
        *(pl.col(f"score.{part}").alias(f"score:{name}.{part}") for part in compiled.parts),
    )  # fmt: skip


def _answering(engine: Engine) -> AbstractContextManager[Answering]:
    return answering_on_spark() if engine == "spark" else nullcontext(RuleBook.run)


def _answered(
    planned: Plan, frame: pl.DataFrame, run: Answering, folder: Path, earlier: Earlier | None
) -> list[Outcomes]:
    """Answer slice by slice; keep outcomes, truths and near misses."""
    starts = range(0, max(frame.height, 1), AT_ONCE)
    from_row = earlier.answering(planned, frame, run) if earlier else lambda _first: run
    answered = [answer(planned, frame.slice(first, AT_ONCE), from_row(first)) for first in starts]
    codes = np.concatenate([each.codes for each in answered], axis=1)
    names = [each.id for each in planned.policies]
    _keep(pl.DataFrame({"subject": frame["subject"], **dict(zip(names, codes, strict=True))}), folder, "outcomes")
    truths = Truths(
        frame.height,
        np.concatenate([each.truths.yes for each in answered], axis=1),
        np.concatenate([each.truths.unknown for each in answered], axis=1),
    )
    truths.write(folder / "truths.parquet")
    (folder / NEAR).mkdir()
    same = earlier.take_near(planned, codes, frame, folder) if earlier else set()
    _keep_near(answered, [name for name in names if name not in same], folder)
    return answered


def _payments(
    judged: Judged, answered: list[Outcomes], frame: pl.DataFrame, folder: Path
) -> tuple[dict[str, int], list[Problem]]:
    planned = judged.plan
    paid_before = payments(planned, frame)
    claims = Claims.of(planned, frame)
    due, barred = after_history(planned, pl.concat([each.entitled() for each in answered]), paid_before, claims)
    chosen = bundles(planned, due, claims)
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
    _keep(policies_kept(planned, judged.cards), folder, "policies")
    _keep(conditions_kept(planned), folder, "conditions")
    counts = {"subjects": frame.height, "cards": len(judged.cards), "policies": len(planned.policies)}
    return counts | _counted([each.codes for each in answered], paid), warnings


def _keep(table: pl.DataFrame, folder: Path, name: str) -> None:
    table.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1, row_group_size=BLOCK)


def _keep_parts(parts: Iterable[pl.DataFrame], folder: Path, name: str) -> None:
    """One part in memory at a time: all at once would not fit into a city's memory."""
    arrived = (part.to_arrow(compat_level=pl.CompatLevel.oldest()) for part in parts)
    first = next(arrived)
    # Every subject is another one; to look for those that come again costs half the time.
    again = [each.name for each in first.schema if each.name != "subject" and pa.types.is_large_string(each.type)]
    packed: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "use_dictionary": again}
    with pq.ParquetWriter(folder / f"{name}.parquet", first.schema, **packed) as writer:
        for table in chain([first], arrived):
            writer.write_table(table, row_group_size=BLOCK)


def _keep_near(answered: list[Outcomes], policies: Sequence[str], folder: Path) -> None:
    """A table a policy, the most money per effort first; an empty one where there is no policy."""
    if not answered[0].plan.policies:
        _keep(near_misses(answered), folder, NEAR)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda policy: _keep(near_misses(answered, [policy]), folder, near_of(policy)), policies))


def _counted(codes: list[Bytes], paid: pl.DataFrame) -> dict[str, int]:
    sizes = sum((np.bincount(each.ravel(), minlength=256) for each in codes), start=np.zeros(256, np.int64))
    counts = {"yes": 0, "near": 0, "unknown": 0, "no": 0}
    for code, size in enumerate(sizes):
        counts[name_of(code)] += int(size)
    return {**counts, "payments": int((paid["paid"] > 0).sum()), "paid_minor": int(paid["paid"].sum())}


def _manifest(
    inputs: Inputs,
    registers: Sequence[Judged],
    counts: Mapping[str, Mapping[str, int]],
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
        rules={each.register: each.rules for each in registers},
        names={each.register: ways for each in registers if (ways := ways_to_call(inputs.zone, each.register))},
        counts=counts,
        warnings=tuple(warning.stored() for warning in warnings),
        measured=measured,
    )
