"""A draft tried on every subject of a run, as plain data that can be kept; here, or in a bounded process of its own.

A draft is data: it is parsed, never run. What it may ask for is still a lot of arithmetic, because every threshold is
moved twice and everything counted anew. So a draft of any weight is tried apart, where it can be stopped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl

from duofeng.brain.policies.dryrun import DryRun, dry_run, together_with
from duofeng.brain.policies.examples import failing_examples_of
from duofeng.brain.policies.plan import plan
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import whole_profile
from duofeng.facts.ledger import Ledger
from duofeng.kernel.message import Message, restored, say, stored
from duofeng.kernel.problem import KINDS, Problem, ProblemError
from duofeng.web.charts import spread
from duofeng.web.lifetime import outlive_nobody
from duofeng.web.problems import (
    DRAFT_TOO_LONG,
    DRAFT_TOO_MUCH,
    NO_DRAFT,
    TRIAL_BROKE_OFF,
    TRIAL_TOO_LARGE,
    TRIAL_TOO_LONG,
)
from duofeng.zone.kinds.policy import Policy
from duofeng.zone.load import load_draft, load_zone
from duofeng.zone.zone import Zone

LARGEST = 64 * 1024
"""Characters of a draft."""
MOST_EXPRESSIONS, MOST_EXAMPLES = 200, 40
LIGHT_EXPRESSIONS, LIGHT_CHARACTERS = 20, 1_200
"""A draft within both is no heavier than policies in force are, and cannot ask for much."""
WAITED_SUBJECTS, UNBOUNDED_SUBJECTS = 2_000, 20_000
"""Up to so many a light draft is tried while a person waits; up to so many the worker tries it itself."""
KEPT_ROWS = 50
"""Subjects named in a result: those who get most, those who lose most."""
MOST_MOVED = 400
LOOK_SECONDS = 0.2
PAGE = os.sysconf("SC_PAGE_SIZE")

Step = Callable[[Message], None]
Report = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a process of its own finds everything: the zone's folder, the data folder, the run."""

    zone: str
    data: str
    run: str


@dataclass(frozen=True)
class Bounds:
    """Seconds by the wall, bytes in memory."""

    seconds: float
    memory: int


def drafted(zone: Zone, text: str) -> tuple[Zone, Policy]:
    """The zone with the draft in it. Raises ProblemError with every mistake."""
    if len(text) > LARGEST:
        raise ProblemError(DRAFT_TOO_LONG.at(size=len(text), most=LARGEST))
    if not text.strip():
        raise ProblemError(NO_DRAFT.at())
    with tempfile.TemporaryDirectory(prefix="duofeng-draft-") as folder:
        file = Path(folder) / "draft.yaml"
        file.write_text(text, "utf-8")
        own, item = load_draft(zone, file, "policy")
    assert isinstance(item, Policy)
    expressions = sum(1 for _each in item.texts())
    if expressions > MOST_EXPRESSIONS or len(item.examples) > MOST_EXAMPLES:
        counted = DRAFT_TOO_MUCH.at(
            expressions=expressions, examples=len(item.examples), most=MOST_EXPRESSIONS, most_examples=MOST_EXAMPLES
        )
        raise ProblemError(counted)
    broken = list(failing_examples_of(own, item))
    if broken:
        raise ProblemError(broken)
    return own, item


def light(policy: Policy) -> bool:
    written = [text for _place, text, _type in policy.texts()]
    return len(written) <= LIGHT_EXPRESSIONS and sum(map(len, written)) <= LIGHT_CHARACTERS


def tried(zone: Zone, run: Run, ledger: Ledger, text: str, step: Step) -> Report:
    """What would come of the draft. Raises ProblemError."""
    step(say("核对草案和算例"))
    own, draft = drafted(zone, text)
    now = plan(zone, run.as_of, draft.register)
    together = together_with(own, draft, now)
    step(say("读取档案"))
    frame = whole_profile(run, together, own, ledger)
    step(say("逐户试算，移动每个门槛"))
    return _report(run, dry_run(draft, frame, together, now))


def _report(run: Run, found: DryRun) -> Report:
    titles = {id: stored(each.title) for id, each in found.planned.policy.conditions.items()}
    register = found.planned.policy.register
    names = run.names(register).collect()
    return {
        "policy": found.planned.id,
        "register": register,
        "title": stored(found.planned.policy.title),
        "run": run.id,
        "as_of": run.as_of.isoformat(),
        "subjects": found.subjects,
        "warnings": [each.stored() for each in found.warnings],
        "counts": found.counts,
        **{name: getattr(found, name) for name in ("due", "taken", "paid", "unknown_amounts")},
        "budget": asdict(found.budget) if found.budget else None,
        "amounts": spread(found.amounts),
        "cliffs": [{**asdict(each), "title": titles[each.condition]} for each in found.cliffs],
        "moved": [{**asdict(each), "title": titles[each.condition]} for each in found.moved[:MOST_MOVED]],
        "overlaps": [
            {"title": stored(each.planned.policy.title), "subjects": each.subjects, "amount": each.amount,
             "choose": each.choose}
            for each in found.overlaps
        ],
        "change": asdict(found.change) if found.change else None,
        "losers": _named(found.losers, names),
        "eligible": _named(found.eligible, names),
    }  # fmt: skip


def _named(table: pl.DataFrame, names: pl.DataFrame) -> list[dict[str, Any]]:
    return table.head(KEPT_ROWS).join(names, on="subject", how="left", maintain_order="left").to_dicts()


def apart(place: Place, text: str, bounds: Bounds, step: Step) -> Report:
    """The same in a process of its own.

    It is ended when it takes too long (E713) or too much memory (E714), when `step` raises because a person cancelled,
    and when this process dies. Raises ProblemError.
    """
    with tempfile.TemporaryDirectory(prefix="duofeng-trial-") as name:
        folder = Path(name)
        asked = {**asdict(place), "text": text}
        (folder / "asked.json").write_text(json.dumps(asked), "utf-8")
        command = [sys.executable, "-m", "duofeng.web.trial", name, str(os.getpid())]
        with (folder / "said.txt").open("wb") as said:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            _watch(child, folder, bounds, step)
        finally:
            child.kill()
            child.wait()
        if child.returncode or not (folder / "report.json").exists():
            raise ProblemError(TRIAL_BROKE_OFF.at())
        return _answer(json.loads((folder / "report.json").read_text("utf-8")))


def _watch(child: subprocess.Popen[bytes], folder: Path, bounds: Bounds, step: Step) -> None:
    began, told = monotonic(), say("启动")
    while child.poll() is None:
        if monotonic() - began > bounds.seconds:
            raise ProblemError(TRIAL_TOO_LONG.at(seconds=f"{bounds.seconds:g}"))
        if _memory(child.pid) > bounds.memory:
            raise ProblemError(TRIAL_TOO_LARGE.at(limit=bounds.memory // 2**20))
        told = _told(folder) or told
        step(told)
        try:
            child.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _memory(pid: int) -> int:
    """Bytes the process holds now; nothing where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _told(folder: Path) -> Message | None:
    try:
        step = restored(json.loads((folder / "step.json").read_text("utf-8")))
    except (OSError, ValueError):
        return None
    return step if isinstance(step, Message) else None


def _answer(report: Mapping[str, Any]) -> Report:
    """The report, or the problems the other process found, raised here."""
    if problems := report.get("problems"):
        raise ProblemError([Problem.restored(each) for each in problems if each["code"] in KINDS])
    return dict(report)


def _alone(folder: Path) -> None:
    """What the process of its own does: read what is asked, try it, leave a report."""
    asked = json.loads((folder / "asked.json").read_text("utf-8"))
    data = Path(asked["data"])

    def step(what: Message) -> None:
        fresh = folder / "step.new"
        fresh.write_text(json.dumps(stored(what)), "utf-8")
        fresh.replace(folder / "step.json")

    try:
        step(say("读取园区声明"))
        zone = load_zone(Path(asked["zone"]))
        report = tried(zone, Runs(data / "runs")[asked["run"]], Ledger.open(data / "ledger"), asked["text"], step)
    except ProblemError as error:
        report = {"problems": [each.stored() for each in error.problems]}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")


def problems_of(report: Mapping[str, Any]) -> Iterator[Problem]:
    """The warnings of a report, to be said in the reader's language."""
    for each in report["warnings"]:
        if each["code"] in KINDS:
            yield Problem.restored(each)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it decides when it ends
    os.nice(10)  # pages are answered first
    threading.Thread(target=outlive_nobody, args=(int(sys.argv[2]),), daemon=True).start()
    _alone(Path(sys.argv[1]))
