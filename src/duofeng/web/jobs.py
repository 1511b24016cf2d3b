"""Long work in the background: loading a file, computing a run, trying a draft.

Done once, survives a restart, can be cancelled.

A job is claimed by one update of its row, so a second worker, a second click or a second delivery of the task finds
nothing to do. When a worker dies its job waits again; doing it anew is harmless, because a file loaded before and a run
computed before are recognised by what they are, and a trial leaves nothing but its report.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.compute import ask as ask_question
from duofeng.desk.accounts.models import User
from duofeng.desk.jobs.models import Job
from duofeng.facts.loading import Loader
from duofeng.kernel.message import Message, say, stored
from duofeng.kernel.problem import ProblemError
from duofeng.web import habits, reader, trial

LOOK_SECONDS = 0.5
"""How often work in progress writes how far it is and looks whether it was cancelled."""


class CancelledError(Exception):
    """A person asked for the work to stop."""


class Progress:
    """Tells the job's row how far the work is. Raises CancelledError when a person asked for an end."""

    def __init__(self, job: Job) -> None:
        self._job, self._rows, self._looked, self._thread = job.pk, 0, monotonic(), threading.get_ident()
        self._watched = not job.arguments.get("at_once")

    def step(self, what: Message) -> None:
        self._tell(step=stored(what))

    def rows(self, count: int) -> None:
        self._rows += count
        if self._watched and monotonic() - self._looked >= LOOK_SECONDS:
            self._tell(done=self._rows)

    def _tell(self, **values: object) -> None:
        self._looked = monotonic()
        own = Job.objects.filter(pk=self._job)
        own.update(**values)
        asked = own.values_list("cancel_asked", flat=True).get()
        if threading.get_ident() != self._thread:
            connection.close()  # files are read in a thread of their own, whose connection nobody else would close
        if asked:
            raise CancelledError


def ask(kind: str, title: str, by: User, key: str, arguments: dict[str, Any], *, at_once: bool = False) -> Job:
    """The job with that key; asked for now if it is new. `at_once` does it before returning."""
    job, fresh = Job.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "title": title[:200], "by": by, "arguments": {**arguments, "at_once": at_once}},
    )
    if fresh and at_once:
        perform.call(str(job.pk))
        job.refresh_from_db()
    elif fresh:
        perform.enqueue(str(job.pk))
    return job


@task()
def perform(job_id: str) -> None:
    """Do one job.

    1. Claim it; leave it alone when it is not waiting any more.
    2. Work, telling how far it is.
    3. Keep what came of it, or the problems.
    """
    job = Job.objects.get(pk=job_id)
    if not job.claim(datetime.now(UTC)):
        return
    state, outcome = Job.State.DONE, {}
    try:
        outcome = WORK[job.kind](job, Progress(job))
    except CancelledError:
        state = Job.State.CANCELLED
    except ProblemError as error:
        state, outcome = Job.State.FAILED, {"problems": [each.stored() for each in error.problems]}
    job.end(state, outcome, datetime.now(UTC))


def _who(job: Job) -> str:
    return job.by.get_full_name() or job.by.get_username()


def _load(job: Job, progress: Progress) -> dict[str, Any]:
    path = Path(job.arguments["path"])
    loader = Loader(reader.zone(), reader.ledger(), settings.DATA, _who(job), habits.today())
    progress.step(say("读取并核对"))
    found = loader.load(
        path,
        datetime.now(UTC),
        source=job.arguments.get("source"),
        replaces=job.arguments.get("replaces"),
        progress=progress.rows,
    )
    if path.parent.parent == uploads():
        shutil.rmtree(path.parent, ignore_errors=True)
    told = {name: getattr(found, name) for name in ("verdict", "arrival", "rows", "facts", "rejects", "source")}
    return {**told, "problems": [each.stored() for each in found.problems]}


def _run(job: Job, progress: Progress) -> dict[str, Any]:
    as_of, known_at = date.fromisoformat(job.arguments["as_of"]), datetime.fromisoformat(job.arguments["known_at"])
    progress.step(say("核对算例"))
    run = compute(Inputs(reader.zone(), reader.ledger(), as_of, known_at), reader.runs(), progress.step, by=_who(job))
    return {"run": run.id, "counts": {register: dict(counts) for register, counts in run.manifest.counts.items()}}


def _ask(job: Job, progress: Progress) -> dict[str, Any]:
    """The same computation as a run's, kept beside the runs: nobody's current one."""
    as_of, known_at = date.fromisoformat(job.arguments["as_of"]), datetime.fromisoformat(job.arguments["known_at"])
    progress.step(say("核对算例"))
    by, inputs = _who(job), Inputs(reader.zone(), reader.ledger(), as_of, known_at)
    return {"question": ask_question(inputs, reader.runs(), job.title, progress.step, by=by).id}


def _try(job: Job, progress: Progress) -> dict[str, Any]:
    """A draft tried: here when it is light, else in a process of its own that can be ended at any moment."""
    text, run = job.arguments["text"], job.arguments["run"]
    if not job.arguments["apart"]:
        return trial.tried(reader.zone(), reader.runs()[run], reader.ledger(), text, progress.step)
    place = trial.Place(str(Path(settings.ZONE).resolve()), str(settings.DATA), run)
    return trial.apart(place, text, trial.Bounds(settings.TRIAL_SECONDS, settings.TRIAL_MEMORY), progress.step)


WORK: dict[str, Callable[[Job, Progress], dict[str, Any]]] = {"load": _load, "run": _run, "ask": _ask, "try": _try}


def uploads() -> Path:
    """Where received files wait to be loaded."""
    return Path(settings.DATA) / "uploads"


def recover() -> int:
    """Let work of a dead worker wait again; how much there was. Only the one worker that holds the lock may ask."""
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(status=TaskResultStatus.READY)
    found = Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.WAITING)
    queued = {kept["args"][0] for kept in DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)}
    for job in Job.objects.filter(state=Job.State.WAITING):
        if str(job.pk) not in queued:
            perform.enqueue(str(job.pk))
    return found
