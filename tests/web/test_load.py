"""What a page asks of the database, and what a killed server leaves behind."""

from __future__ import annotations

import http.cookiejar
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from duofeng.facts.ledger import Ledger
from duofeng.facts.store import Table

MOST_STATEMENTS = 12
PAGES = (
    "/", "/figures/", "/figures/gdp/", "/figures/gdp/profiles/", "/targets/", "/contradictions/", "/gate/", "/firms/",
    "/policies/", "/policies/high-tech-income-tax/", "/policies/high-tech-income-tax/who/",
    "/policies/high-tech-income-tax/near/", "/scores/", "/scores/tech-sme/", "/scores/tech-sme/card/", "/studio/",
    "/scores/innovation-points/versions/", "/account/second-factor/", "/figures/high_tech_firms/profiles/",
    "/payments/", "/finder/", "/zone/", "/tokens/", "/steward/arrivals/", "/steward/rejects/", "/steward/quarantine/",
    "/steward/sources/", "/steward/runs/", "/steward/upload/", "/steward/resolve/", "/steward/jobs/", "/password/",
)  # fmt: skip
FIRM = ("", "policies/", "scores/", "ladder/")


@pytest.mark.parametrize("address", [*PAGES, *(f"firm/{part}" for part in FIRM)])
def test_a_page_asks_the_database_little(address: str, site: Callable[..., Client], firms: list[str]) -> None:
    client = site("administrator")
    path = address.replace("firm/", f"/firms/{firms[0]}/") if address.startswith("firm/") else address
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= MOST_STATEMENTS, [each["sql"][:120] for each in asked]


@pytest.mark.parametrize("address", [*PAGES, *(f"firm/{part}" for part in FIRM)])
def test_a_page_seen_before_reads_no_log_of_the_ledger_again(
    address: str, site: Callable[..., Client], firms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the log of a table takes longer than most pages: only an arrival makes it necessary."""
    client = site("administrator")
    path = address.replace("firm/", f"/firms/{firms[0]}/") if address.startswith("firm/") else address
    assert client.get(path).status_code == 200
    read: list[Path] = []
    monkeypatch.setattr(Table, "open", lambda table, _version=None: read.append(table.folder))
    assert client.get(path).status_code == 200
    assert read == []


def test_a_list_asks_no_more_for_more_rows(site: Callable[..., Client]) -> None:
    client = site("administrator")
    client.get("/steward/rejects/")
    counts = set()
    for page in (1, 2, 3):
        with CaptureQueriesContext(connection) as asked:
            client.get("/steward/rejects/", {"page": page})
        counts.add(len(asked))
    assert len(counts) == 1


# A killed server


class Steward:
    """A steward's browser: signs in and uploads, over HTTP."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.open: OpenerDirector = build_opener(HTTPCookieProcessor(self.jar))
        self.get("/sign-in/")
        self.post("/sign-in/", {"username": "steward", "password": password})

    def get(self, path: str) -> str:
        with self.open.open(self.address + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        return self._sent(path, urlencode({"csrfmiddlewaretoken": self.token} | fields).encode(), {})

    def upload(self, name: str, content: bytes) -> str:
        """The address of the page that shows the file, once the server has acknowledged it."""
        edge = uuid4().hex
        parts = f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
        parts += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = parts.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        asked = Request(f"{self.address}/steward/upload/", body, headers)
        with self.open.open(asked, timeout=60) as answer:
            return str(answer.geturl()).removeprefix(self.address)

    @property
    def token(self) -> str:
        return next(cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken")

    def _sent(self, path: str, body: bytes, headers: dict[str, str]) -> str:
        with self.open.open(Request(self.address + path, body, headers), timeout=60) as answer:
            return str(answer.geturl())


def test_a_killed_server_loses_no_upload_and_no_load_it_acknowledged(served: Any, data: Path) -> None:
    """The server is killed while files arrive and are loaded.

    Every upload that was answered is there afterwards, every load that was answered is in the ledger once, and the
    server starts again on what is left.
    """
    steward = Steward(served.address, served.passwords["steward"])
    head, *rows = (data / "synthetic" / "visits-2023.csv").read_text("utf-8-sig").splitlines()
    seen: dict[str, str] = {}
    loaded: list[str] = []
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            name = f"visits-{2000 + number}.csv"
            try:
                shown = steward.upload(name, "\n".join([head, *rows[number : number + 40]]).encode())
                seen[name] = shown
                steward.post(re.sub(r"\?.*", "load/", shown), {})
                loaded.append(name)
            except (OSError, ValueError):
                return

    worker = threading.Thread(target=work)
    worker.start()
    for _wait in range(600):
        if len(loaded) >= 2 or not worker.is_alive():
            break
        time.sleep(0.05)
    served.kill()
    stop.set()
    worker.join(timeout=60)
    served.start()
    assert len(loaded) >= 2
    again = Steward(served.address, served.passwords["steward"])
    arrivals = Ledger.open(served.folder / "ledger").arrivals()
    files = [str(name).rsplit("/", 1)[-1] for name in arrivals.filter(by="steward")["file"]]
    for name, shown in seen.items():
        assert name in files or name in again.get(shown), name
    for name in loaded:
        assert files.count(name) == 1, name
    assert len(files) == len(set(files))


def test_the_server_answers_a_half_sent_request_without_stopping_for_others(served: Any) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as half:
        half.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nusername=")
    with build_opener().open(f"{served.address}/sign-in/", timeout=30) as answer:
        assert answer.status == 200
