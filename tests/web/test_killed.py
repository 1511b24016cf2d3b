"""Workers and servers killed in the middle of long work: what was asked for is done in the end, and done once."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

import polars as pl
import pytest

from duofeng.brain.runs.store import Runs
from duofeng.facts.ledger import Ledger

ROWS = 120_000
KILLS = 3
PATIENCE = 240
OVER = re.compile(r'<span class="badge [a-z]+">(完成|没有做成|已取消)</span>')


class Browser:
    """A person signed in over HTTP."""

    def __init__(self, served: Any, role: str) -> None:
        self.address = served.address
        self.jar = http.cookiejar.CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.get("/sign-in/")
        self.post("/sign-in/", {"username": role, "password": served.passwords[role]})

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        """The address one is sent to."""
        return self._sent(path, urlencode({"csrfmiddlewaretoken": self._token} | fields).encode(), {})

    def upload(self, name: str, content: bytes) -> str:
        edge = uuid4().hex
        parts = f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self._token}\r\n'
        parts += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = parts.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._sent("/steward/upload/", body, headers).partition("?")[0]

    @property
    def _token(self) -> str:
        return next(cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken")

    def _sent(self, path: str, body: bytes, headers: dict[str, str]) -> str:
        with self.opener.open(Request(self.address + path, body, headers), timeout=60) as answer:
            return str(answer.geturl()).removeprefix(self.address)


@pytest.fixture
def up(served: Any) -> Iterator[Any]:
    """The served site, alive before and after."""
    yield served
    if served.process is None or served.process.poll() is not None:
        served.start()


def worker_of(served: Any) -> int | None:
    """The process beside the server that does long work."""
    for pid in served.children():
        with contextlib.suppress(OSError):
            if b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
    return None


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[-1].split()[0] != "Z"
    return False


def below(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def until_over(browser: Browser, page: str) -> str:
    for _wait in range(PATIENCE * 5):
        found = OVER.search(html := browser.get(page))
        if found:
            return found[1]
        time.sleep(0.2)
    raise AssertionError(html)


def kill_the_worker_at_work(served: Any, browser: Browser, page: str) -> int:
    """Kill the worker as soon as the job is under way, a few times; how often."""
    killed, last = 0, None
    while killed < KILLS:
        html = browser.get(page)
        if OVER.search(html):
            return killed
        worker = worker_of(served)
        if "进行中" not in html or worker is None or worker == last:
            time.sleep(0.05)
            continue
        time.sleep(0.3 * killed)
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        killed, last = killed + 1, worker
    return killed


@pytest.fixture(scope="module")
def big(data: Path) -> bytes:
    """A delivery of visits that is loaded in the background: the made-up one, over and over with other notes."""
    head, *rows = (data / "synthetic" / "visits-2023.csv").read_text("utf-8-sig").splitlines()
    lines = [rows[number % len(rows)] for number in range(ROWS)]
    return "\n".join([head, *lines]).encode()


def visits(served: Any, name: str) -> pl.DataFrame:
    arrivals = Ledger.open(served.folder / "ledger").arrivals()
    return arrivals.filter(pl.col("file").str.ends_with(name))


def test_a_load_whose_worker_is_killed_again_and_again_is_done_once(up: Any, big: bytes) -> None:
    steward = Browser(up, "steward")
    shown = steward.upload("visits-2041.csv", big)
    page = steward.post(f"{shown}load/", {})
    assert kill_the_worker_at_work(up, steward, page) >= 1
    assert until_over(steward, page) == "完成"
    assert visits(up, "visits-2041.csv").height == 1


def test_a_load_whose_server_is_killed_too_is_done_once(up: Any, big: bytes) -> None:
    steward = Browser(up, "steward")
    shown = steward.upload("visits-2042.csv", big + b"\n")
    page = steward.post(f"{shown}load/", {})
    time.sleep(1)
    up.kill()
    up.start()
    again = Browser(up, "steward")
    assert until_over(again, page) == "完成"
    assert visits(up, "visits-2042.csv").height == 1


def test_a_run_whose_worker_is_killed_again_and_again_is_there_once(up: Any) -> None:
    steward = Browser(up, "steward")
    before = {run.id for run in Runs(up.folder / "runs").all()}
    asked = {"as_of": "2024-07-31", "key": "killed"}
    page = steward.post("/steward/runs/start/", asked)
    assert steward.post("/steward/runs/start/", asked) == page
    assert kill_the_worker_at_work(up, steward, page) >= 1
    assert until_over(steward, page) == "完成"
    runs = Runs(up.folder / "runs")
    fresh = [run for run in runs.all() if run.id not in before and run.manifest.as_of == "2024-07-31"]
    assert len(fresh) == 1 and fresh[0].differing() == []
    assert runs.current().id in {run.id for run in runs.all()}


DRAFT = """policy: killed-{number}
title: {{zh: 草案, en: Draft}}
source: {{document: {{zh: 草案, en: Draft}}, trust: illustrative}}
from: 2024-01-01
conditions:
{conditions}
amount: {{expression: "100_000"}}
examples:
  - {{title: {{zh: 例, en: Any}}, as_of: 2024-06-30, given: {{}}, expect: unknown}}
"""


def test_a_trial_whose_worker_is_killed_ends_with_one_report_and_no_process_left(up: Any) -> None:
    officer = Browser(up, "officer")
    conditions = "\n".join(
        f'  c{n}: {{title: {{zh: 条件, en: Condition}}, when: "revenue[-1] >= {n + 1}_000 and revenue[-2] > {n}"}}'
        for n in range(24)
    )
    page = officer.post("/studio/try/", {"text": DRAFT.format(number=1, conditions=conditions)})
    assert page.startswith("/studio/trials/")
    orphans: list[int] = []
    for _wait in range(PATIENCE * 5):
        worker = worker_of(up)
        with contextlib.suppress(OSError):
            orphans = below(worker) if worker else []
        if orphans:
            break
        time.sleep(0.1)
    assert orphans and worker
    time.sleep(2)
    os.kill(worker, signal.SIGKILL)
    for _wait in range(PATIENCE * 5):
        html = officer.get(page)
        if 'class="tiles"' in html:
            break
        time.sleep(0.2)
    assert 'class="tiles"' in html
    for _wait in range(100):
        if not any(alive(pid) for pid in orphans):
            break
        time.sleep(0.1)
    assert not any(alive(pid) for pid in orphans)
