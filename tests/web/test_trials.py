"""Drafts tried: kept for who tried them, bounded in time and memory, stopped when asked or when nobody is left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from duofeng.desk.jobs.models import Job
from duofeng.kernel.message import Message
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in
from duofeng.web import jobs, reader, trial
from duofeng.web.pages.policies.studio import _sketch

Site = Callable[..., Client]
ANY = "examples:\n  - {title: {zh: 例, en: Any}, as_of: 2024-06-30, given: {}, expect: unknown}\n"
BOUNDS = trial.Bounds(seconds=120, memory=4 * 2**30)


@pytest.fixture
def sketch(data: Path) -> str:
    return _sketch()


@pytest.fixture
def heavy(sketch: str) -> str:
    """Sound, short, and quadratic: every threshold is moved, and everything is counted anew for each."""
    body = "\n".join(
        f"  c{n}:\n    title: {{zh: 条件, en: Condition}}\n"
        f'    when: "revenue[-1] >= {n + 1}_000 and rd_expense[-1] >= {n} and revenue[-2] > {n}"'
        for n in range(150)
    )
    head, _conditions, rest = sketch.partition("conditions:\n")
    return f"{head}conditions:\n{body}\namount:{rest.partition('amount:')[2].partition('examples:')[0]}{ANY}"


@pytest.fixture
def place(data: Path) -> trial.Place:
    run = reader.run()
    assert run is not None
    return trial.Place(str(Path(settings.ZONE).resolve()), str(settings.DATA), run.id)


def quiet(_what: Message) -> None:
    return None


def ask(client: Client, text: str) -> str:
    """The page of the trial."""
    answer = client.post("/studio/try/", {"text": text})
    assert answer.status_code == 302, answer.content.decode()[:2_000]
    return str(answer["Location"])


def job_of(address: str) -> Job:
    return Job.objects.get(pk=address.rstrip("/").rsplit("/", 1)[-1])


def test_a_trial_is_kept_and_found_again(site: Site, sketch: str) -> None:
    officer = site("officer")
    address = ask(officer, sketch)
    assert 'class="tiles"' in officer.get(address).content.decode()
    assert address in officer.get("/studio/").content.decode()
    assert "years_between" in officer.get("/studio/", {"trial": job_of(address).pk}).content.decode()


@pytest.mark.parametrize("role", ["officer", "administrator"])
def test_a_trial_is_seen_and_cancelled_by_nobody_else(site: Site, sketch: str, role: str) -> None:
    address, other = ask(site("officer"), sketch), site(role)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}cancel/").status_code == 404
    assert other.get("/studio/", {"trial": job_of(address).pk}).status_code == 404
    own = ask(other, sketch)
    assert other.get(own, {"with": job_of(address).pk}).status_code == 404
    assert address not in other.get("/studio/").content.decode()


@pytest.mark.parametrize("odd", ["x", "' OR 1=1 --", "../../etc", "\x00"])
def test_an_odd_id_of_a_trial_is_not_found(site: Site, odd: str) -> None:
    assert site("officer").get("/studio/", {"trial": odd}).status_code == 404


def test_the_same_draft_on_the_same_run_is_tried_once(site: Site, sketch: str) -> None:
    officer = site("officer")
    assert ask(officer, sketch) == ask(officer, sketch)
    assert ask(officer, f"{sketch}# another\n") != ask(officer, sketch)


def test_two_trials_are_compared(site: Site, sketch: str) -> None:
    officer = site("officer")
    first = ask(officer, sketch)
    second = ask(officer, sketch.replace(">= 3", ">= 5").replace("100_000", "50_000"))
    old, new = job_of(first).outcome, job_of(second).outcome
    page = officer.get(second, {"with": job_of(first).pk}).content.decode()
    assert old["counts"]["yes"] > new["counts"]["yes"]
    assert f'<td class="number">{new["counts"]["yes"] - old["counts"]["yes"]}</td>' in page


def test_only_a_light_draft_is_tried_while_one_waits(site: Site, heavy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_asked: object) -> None:
        raise AssertionError("tried in the process that answers pages")

    monkeypatch.setattr(trial, "tried", never)
    officer = site("officer")
    address = ask(officer, heavy)
    assert job_of(address).state == "waiting"
    page = officer.get(address).content.decode()
    assert 'hx-trigger="every 1s"' in page and f"{address}cancel/" in page


def test_a_person_has_one_trial_under_way(site: Site, heavy: str) -> None:
    officer, other = site("officer"), site("officer")
    first, apart = ask(officer, heavy), ask(other, heavy)
    second = ask(officer, f"{heavy}# another\n")
    assert [job_of(each).state for each in (first, second, apart)] == ["cancelled", "waiting", "waiting"]
    assert ask(officer, heavy) != first


def test_trials_of_long_ago_are_forgotten(site: Site, sketch: str) -> None:
    officer = site("officer")
    old = ask(officer, sketch)
    Job.objects.filter(pk=job_of(old).pk).update(asked_at=datetime.now(UTC) - timedelta(days=31))
    ask(officer, f"{sketch}# another\n")
    assert officer.get(old).status_code == 404


def test_a_process_of_its_own_finds_what_this_one_finds(place: trial.Place, sketch: str) -> None:
    told: list[str] = []
    apart = trial.apart(place, sketch, BOUNDS, lambda what: told.append(told_in("en", what)))
    here = trial.tried(reader.zone(), reader.runs()[place.run], reader.ledger(), sketch, quiet)
    assert apart == json.loads(json.dumps(here))
    assert told[0] == "starting"


def test_the_worker_tries_a_heavy_draft_apart(
    site: Site, heavy: str, place: trial.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[trial.Bounds] = []

    def apart(where: trial.Place, _text: str, bounds: trial.Bounds, _step: object) -> dict[str, Any]:
        asked.append(bounds)
        assert where == place
        return {"done": True}

    monkeypatch.setattr(trial, "apart", apart)
    job = job_of(ask(site("officer"), heavy))
    jobs.perform.call(str(job.pk))
    assert asked == [trial.Bounds(settings.TRIAL_SECONDS, settings.TRIAL_MEMORY)]


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(each) for each in found.stdout.split()]


def test_a_draft_that_would_run_for_ever_is_stopped(place: trial.Place, heavy: str) -> None:
    before = set(children(os.getpid()))
    with pytest.raises(ProblemError) as raised:
        trial.apart(place, heavy, trial.Bounds(seconds=1.5, memory=BOUNDS.memory), quiet)
    assert [each.code for each in raised.value.problems] == ["E713"]
    assert set(children(os.getpid())) <= before


def test_a_draft_that_takes_too_much_memory_is_stopped(place: trial.Place, heavy: str) -> None:
    with pytest.raises(ProblemError) as raised:
        trial.apart(place, heavy, trial.Bounds(seconds=120, memory=24 * 2**20), quiet)
    assert [each.code for each in raised.value.problems] == ["E714"]


def test_a_cancelled_trial_leaves_no_process(place: trial.Place, heavy: str) -> None:
    before, told = set(children(os.getpid())), 0

    def step(_what: Message) -> None:
        nonlocal told
        told += 1
        if told == 3:
            raise jobs.CancelledError

    with pytest.raises(jobs.CancelledError):
        trial.apart(place, heavy, BOUNDS, step)
    assert set(children(os.getpid())) <= before


def test_a_trial_that_is_killed_says_so(place: trial.Place, sketch: str) -> None:
    before = set(children(os.getpid()))

    def kill(_what: Message) -> None:
        for pid in set(children(os.getpid())) - before:
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(ProblemError) as raised:
        trial.apart(place, sketch, BOUNDS, kill)
    assert [each.code for each in raised.value.problems] == ["E715"]


def test_problems_found_apart_are_said_here(place: trial.Place, sketch: str) -> None:
    with pytest.raises(ProblemError) as raised:
        trial.apart(place, sketch.replace("registered_on", "no_such_word"), BOUNDS, quiet)
    assert raised.value.problems and told_in("en", raised.value.problems[0].message)


WORKER = """
import sys
from pathlib import Path
from duofeng.web import trial
place = trial.Place(*sys.argv[1:4])
trial.apart(place, Path(sys.argv[4]).read_text("utf-8"), trial.Bounds(120, 2**32), lambda _what: None)
"""


@pytest.fixture
def worker(place: trial.Place, heavy: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    (tmp_path / "heavy.yaml").write_text(heavy, "utf-8")
    command = [sys.executable, "-c", WORKER, place.zone, place.data, place.run, str(tmp_path / "heavy.yaml")]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as process:
        yield process
        process.kill()


def test_a_trial_ends_when_its_worker_is_killed(worker: subprocess.Popen[bytes]) -> None:
    trying: list[int] = []
    while not trying and worker.poll() is None:
        time.sleep(0.05)
        trying = children(worker.pid)
    assert trying
    time.sleep(3)  # long enough to watch over its parent
    worker.kill()
    worker.wait()
    for _wait in range(300):
        if not alive(trying[0]):
            return
        time.sleep(0.1)
    os.kill(trying[0], signal.SIGKILL)
    pytest.fail("the trial outlived its worker")


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[-1].split()[0] != "Z"
    return False


LONG = {
    "too many expressions": ("E711", 250, 0),
    "too many examples": ("E711", 1, 60),
}


@pytest.mark.parametrize(("code", "conditions", "examples"), LONG.values(), ids=LONG.keys())
def test_a_draft_with_too_much_in_it_is_refused(
    code: str, conditions: int, examples: int, site: Site, sketch: str
) -> None:
    head, _conditions, rest = sketch.partition("conditions:\n")
    condition, _amount, rest = rest.partition("amount:")
    example = rest.partition("examples:\n")[2]
    body = "".join(condition.replace("  age:", f"  age{n}:") for n in range(conditions))
    text = f'{head}conditions:\n{body}amount: {{expression: "100_000"}}\nexamples:\n{example * max(examples, 1)}'
    assert code in site("officer").post("/studio/check/", {"text": text}).content.decode()


@pytest.mark.parametrize(("code", "text"), [("E712", " \n"), ("E710", "# long\n" * 20_000)])
def test_no_draft_and_one_too_long_are_refused(code: str, text: str, site: Site) -> None:
    assert code in site("officer").post("/studio/check/", {"text": text}).content.decode()


def test_a_trial_of_nobody_is_not_found(site: Site) -> None:
    assert site("officer").get(f"/studio/trials/{uuid4()}/").status_code == 404
