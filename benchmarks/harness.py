"""How the benchmarks measure: every case in its own process, in alternating rounds, ratios to the first case.

A module of this folder that has `subject(scale) -> Subject` gets a table. A case names a function of a module; only the
call is timed, not imports; the process tells its peak memory when it ends. What all cases of a subject share (data) is
made by `Subject.prepare` in a child process too, so that nothing of it is left in memory. CPU seconds of the process
stand beside the wall clock: on a machine that is busy with other work they are the fairer figure.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Scale = Literal["full", "quick", "large"]
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Case:
    """One thing to measure: `function` is `module:name`, called with `arguments`; a text it returns is the note."""

    name: str
    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    skip: str | None = None
    most_rounds: int | None = None
    """For a peer so slow that it is measured fewer times than the others."""


@dataclass(frozen=True)
class Timed:
    """What a case returns that did more than is to be timed, such as starting a server."""

    seconds: float
    note: str = ""


@dataclass(frozen=True)
class Subject:
    """Cases measured against each other. The first is the one that ratios are taken to."""

    title: str
    cases: Sequence[Case]
    prepare: Sequence[Case] = ()
    remark: str = ""


@dataclass
class Measured:
    case: Case
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak_mib: float = 0.0
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(subject: Subject, rounds: int) -> list[Measured]:
    """Every case once a round, in turn, so that a busy minute of the machine falls on all of them."""
    for case in subject.prepare:
        _in_child(case)
    measured = [Measured(case, note=case.skip or "") for case in subject.cases]
    for number in range(rounds):
        for one in measured:
            if one.case.skip or number >= (one.case.most_rounds or rounds):
                continue
            answer = _in_child(one.case)
            one.seconds.append(answer["seconds"])
            one.cpu.append(answer["cpu"])
            one.peak_mib = max(one.peak_mib, answer["peak_mib"])
            one.note = answer["note"] or ""
            print(f"  {one.case.name}: {answer['seconds']:.2f} s", file=sys.stderr)
    return measured


def _in_child(case: Case) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.harness", case.function, json.dumps(dict(case.arguments))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{case.name} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def run_case(function: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Call the function in this process and say how long it took and how much memory the process ever held."""
    module, name = function.split(":")
    called = getattr(importlib.import_module(module), name)
    started, worked = time.perf_counter(), time.process_time()
    note = called(**arguments)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    if isinstance(note, Timed):
        seconds, note = note.seconds, note.note
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "peak_mib": peak, "note": note}


def machine() -> str:
    """The machine in one line: processor, cores, memory, system."""
    names = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    size = f"{int(memory[0]) / 2**20:.0f} GiB" if memory else "? GiB"
    processor = names[0] if names else platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} × {processor}, {size}, {system}"


def _lines(path: str) -> Iterator[str]:
    if Path(path).is_file():
        yield from Path(path).read_text("utf-8").splitlines()


def table(subject: Subject, measured: Sequence[Measured]) -> str:
    """The Markdown table of a subject."""
    limit = next((one.median for one in measured if one.seconds), None)
    rows = [f"### {subject.title}", ""]
    rows += ["| case | median s | min–max | ratio | CPU s | peak MiB | rounds | note |"]
    rows += ["|---|---:|---:|---:|---:|---:|---:|---|"]
    rows += [_row(one, limit) for one in measured]
    return "\n".join([*rows, "", subject.remark]).rstrip()


def _row(one: Measured, limit: float | None) -> str:
    if not one.seconds or limit is None:
        return f"| {one.case.name} | – | – | – | – | – | 0 | not run: {one.note} |"
    spread = f"{min(one.seconds):.2f}–{max(one.seconds):.2f}"
    times = f"{one.median:.2f} | {spread} | {one.median / limit:.2f} | {statistics.median(one.cpu):.1f}"
    figures = f"{times} | {one.peak_mib:.0f} | {len(one.seconds)}"
    return f"| {one.case.name} | {figures} | {one.note} |"


if __name__ == "__main__":
    # As __main__ this module is another one than the cases import, with a Timed of its own.
    from benchmarks.harness import run_case as run_here

    print(json.dumps(run_here(sys.argv[1], json.loads(sys.argv[2]))))
