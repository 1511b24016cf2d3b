"""How long pages take at 8,000 firms, alone and with 50 people at once: `python -m benchmarks.web [--data FOLDER]`.

A server of its own is started over a copy of the data folder (made by `duofeng demo` when none is given), on SQLite
with one process, and on PostgreSQL with two when DUOFENG_TEST_DATABASE names a server.
"""

from __future__ import annotations

import argparse
import http.client
import http.cookiejar
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

ROOT = Path(__file__).resolve().parents[1]
ZONE = ROOT / "zones" / (ROOT / "zones" / "DEFAULT").read_text("utf-8").strip()
PAGES = (
    "/", "/figures/", "/figures/gdp/", "/targets/", "/contradictions/", "/firms/", "/firms/?q=zz", "{firm}",
    "{firm}policies/", "{firm}scores/", "{firm}ladder/", "/policies/", "/policies/high-tech-income-tax/",
    "/policies/high-tech-income-tax/who/", "/policies/high-tech-income-tax/near/", "/scores/", "/scores/tech-sme/",
    "/finder/", "/gate/", "/steward/rejects/", "/steward/arrivals/", "/steward/sources/", "/steward/runs/",
    "/steward/resolve/",
)  # fmt: skip
PEOPLE, SECONDS, THINKING, ROUNDS = 50, 15.0, 1.0, 15
MAKE = """
import json, sys
from pathlib import Path
from duofeng.cli.commands.accounts import make_demo_accounts
made = make_demo_accounts(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps({each.role: [each.password, each.subject] for each in made}))
"""


@contextmanager
def served(data: Path, database: str | None, workers: int) -> Iterator[tuple[int, str, str]]:
    """Port, session cookie of an administrator, and a firm with much to show."""
    own = {"DUOFENG_DATA": str(data), "DUOFENG_ZONE": str(ZONE), "DJANGO_SETTINGS_MODULE": "duofeng.web.settings"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUOFENG_")}
    environment = kept | own | ({"DUOFENG_DATABASE": database} if database else {})
    made = subprocess.run(
        [sys.executable, "-c", MAKE, str(data), str(ZONE)], env=environment, capture_output=True, check=True
    )
    accounts = json.loads(made.stdout.splitlines()[-1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(
        [*command, "--blocking-threads", "1", "duofeng.web.wsgi:application"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield port, _session(port, accounts["administrator"][0]), f"/firms/{accounts['enterprise'][1]}/"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _session(port: int, password: str) -> str:
    for _attempt in range(600):
        try:
            urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=30).close()
            break
        except OSError:
            time.sleep(0.1)
    jar = http.cookiejar.CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    page = browser.open(f"http://127.0.0.1:{port}/sign-in/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = {"username": "administrator", "password": password, "csrfmiddlewaretoken": token[1]}
    browser.open(f"http://127.0.0.1:{port}/sign-in/", urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def timed(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[float, int]:
    started = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    return time.perf_counter() - started, answer.status


def alone(port: int, cookie: str, firm: str) -> dict[str, list[float]]:
    """Seconds of each page asked for again and again by one person, after one visit that fills the caches."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken: dict[str, list[float]] = {}
    for page in PAGES:
        path = page.format(firm=firm)
        seconds = [timed(connection, path, cookie) for _round in range(ROUNDS + 1)]
        assert all(status == 200 for _seconds, status in seconds), (path, seconds[0])
        taken[page] = [each for each, _status in seconds[1:]]
    return taken


def together(port: int, cookie: str, firm: str, thinking: float) -> tuple[list[float], int]:
    """Seconds of every answer to 50 people for 15 seconds, each reading `thinking` seconds between pages; failures."""
    taken: list[float] = []
    failed: list[int] = []
    end = time.perf_counter() + SECONDS

    def person(number: int) -> None:
        choose = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(choose.random() * thinking)
        while time.perf_counter() < end:
            seconds, status = timed(connection, choose.choice(PAGES).format(firm=firm), cookie)
            taken.append(seconds)
            failed.extend([status] if status != 200 else [])
            time.sleep(thinking * (0.5 + choose.random()))

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return taken, len(failed)


def percentile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(title: str, data: Path, database: str | None, workers: int) -> None:
    with served(data, database, workers) as (port, cookie, firm):
        print(f"\n{title}\n\n| page | p50 ms | p95 ms |\n|---|---|---|")
        for page, seconds in alone(port, cookie, firm).items():
            print(f"| `{page}` | {1000 * statistics.median(seconds):.0f} | {percentile(seconds, 0.95):.0f} |")
        for thinking in (THINKING * 5, THINKING, 0.0):
            taken, failed = together(port, cookie, firm, thinking)
            rate, half, most = len(taken) / SECONDS, percentile(taken, 0.5), percentile(taken, 0.95)
            print(
                f"\n{PEOPLE} people, {thinking:g} s between pages: {len(taken)} pages, {rate:.0f} a second, "
                f"p50 {half:.0f} ms, p95 {most:.0f} ms, {failed} failed"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--data", type=Path, help="a data folder with ledger and run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duofeng-bench-web-") as scratch:
        source = chosen.data or Path(scratch) / "made"
        if not chosen.data:
            command = [sys.executable, "-m", "duofeng.cli.main", "demo", "--no-serve", "--data", str(source)]
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        data = Path(scratch) / "served"
        for name in ("ledger", "runs"):
            shutil.copytree(source / name, data / name)
        report("SQLite, one process, one thread", data, None, 1)
        if database := os.environ.get("DUOFENG_TEST_DATABASE"):
            report("PostgreSQL, two processes, one thread each", data, database, 2)


if __name__ == "__main__":
    main()
