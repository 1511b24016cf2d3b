"""How the site holds 50 people at once at 8,000 firms: `python -m benchmarks.web [--data FOLDER] [--threads N…]`.

A server of its own is started over a copy of the data folder (made by `duofeng demo` when none is given), on SQLite
with one process, and on PostgreSQL with two when DUOFENG_TEST_DATABASE names a server. Every person goes from page to
page at random and looks at firms of his own. CPU is that of the server's processes; what pages cost one by one says
`benchmarks.pages`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import http.cookiejar
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

from benchmarks.demo_data import demo_data

from duofeng.brain.runs.store import Runs
from duofeng.cli.commands.serve import THREADS

ROOT = Path(__file__).resolve().parents[1]
ZONE = ROOT / "zones" / (ROOT / "zones" / "DEFAULT").read_text("utf-8").strip()
PAGES = (
    "/", "/figures/", "/figures/gdp/", "/targets/", "/contradictions/", "/firms/", "/firms/?q=zz", "{firm}",
    "{firm}policies/", "{firm}scores/", "{firm}ladder/", "/policies/", "/policies/high-tech-income-tax/",
    "/policies/high-tech-income-tax/who/", "/policies/high-tech-income-tax/near/", "/scores/", "/scores/tech-sme/",
    "/finder/", "/gate/", "/steward/rejects/", "/steward/arrivals/", "/steward/sources/", "/steward/runs/",
    "/steward/resolve/",
)  # fmt: skip
PEOPLE, SECONDS = 50, 20.0
READING = (5.0, 1.0, 0.0)
"""Seconds a person reads a page before he asks for the next one."""
FIRMS_EACH = 4
TICKS = os.sysconf("SC_CLK_TCK")
MAKE = """
import json, sys
from pathlib import Path
from duofeng.cli.commands.accounts import make_demo_accounts
made = make_demo_accounts(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps({each.role: [each.password, each.subject] for each in made}))
"""


@dataclass(frozen=True)
class Served:
    """A running site: its port, the processes of its server, the session of an administrator."""

    port: int
    group: int
    cookie: str

    def cpu(self) -> float:
        """Seconds of CPU that the server's processes have used."""
        used = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rsplit(")", 1)[1].split()
                used += int(fields[11]) + int(fields[12]) if int(fields[2]) == self.group else 0
        return used / TICKS

    def memory(self) -> float:
        """MiB in memory of the largest of the processes."""
        sizes = [0.0]
        for status in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(status.parent.name)) == self.group:
                    found = re.search(r"VmRSS:\s+(\d+)", status.read_text())
                    sizes.append(int(found[1]) / 1024 if found else 0.0)
        return max(sizes)


@contextmanager
def served(data: Path, database: str | None, workers: int, threads: int) -> Iterator[Served]:
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
        [*command, "--blocking-threads", str(threads), "duofeng.web.wsgi:application"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield Served(port, server.pid, _session(port, accounts["administrator"][0]))
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


def together(site: Served, firms: Sequence[str], reading: float) -> tuple[list[float], int]:
    """Seconds of every answer to 50 people for a while, each reading between pages; how many failed."""
    taken: list[float] = []
    failed: list[int] = []
    end = time.perf_counter() + SECONDS

    def person(number: int) -> None:
        choose = random.Random(number)
        own = firms[number * FIRMS_EACH : (number + 1) * FIRMS_EACH]
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        time.sleep(choose.random() * reading)
        while time.perf_counter() < end:
            path = choose.choice(PAGES).format(firm=f"/firms/{choose.choice(own)}/")
            seconds, status = timed(connection, path, site.cookie)
            taken.append(seconds)
            failed.extend([status] if status != 200 else [])
            time.sleep(reading * (0.5 + choose.random()))

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return taken, len(failed)


def percentile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(title: str, data: Path, database: str | None, workers: int, threads: int) -> None:
    firms = firms_of(data)
    with served(data, database, workers, threads) as site:
        for page in PAGES:
            for _process in range(2 * workers):
                path = page.format(firm=f"/firms/{firms[-1]}/")
                answer = timed(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60), path, site.cookie)
                assert answer[1] == 200, (path, answer)
        for reading in READING:
            before = site.cpu()
            taken, failed = together(site, firms, reading)
            cost = 1000 * (site.cpu() - before) / len(taken)
            figures = [f"{each:.0f}" for each in (percentile(taken, 0.5), percentile(taken, 0.95), max(taken) * 1000)]
            print(
                f"| {title}, {threads} thread{'s' if threads > 1 else ''} | {reading:g} | {len(taken) / SECONDS:.0f} "
                f"| {' | '.join(figures)} | {cost:.0f} | {failed} | {site.memory():.0f} |",
                flush=True,
            )


def firms_of(data: Path) -> list[str]:
    """Enough firms for everybody and one more, from all over the zone."""
    run = Runs(data / "runs").current()
    firms = run.table("profile", "organisation").select("subject").collect()["subject"].sort()
    return firms.gather_every(max(1, len(firms) // (PEOPLE * FIRMS_EACH + 1))).to_list()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--data", type=Path, help="a data folder with ledger and run")
    parser.add_argument("--threads", type=int, nargs="+", default=[THREADS], help="blocking threads of each process")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duofeng-bench-web-") as scratch:
        data = demo_data(Path(scratch), chosen.data)
        print("| server | reads s | pages a second | p50 ms | p95 ms | most ms | CPU ms a page | failed | MiB |")
        print("|---|" + "---:|" * 8)
        for threads in chosen.threads:
            report("SQLite, 1 process", data, None, 1, threads)
            if database := os.environ.get("DUOFENG_TEST_DATABASE"):
                report("PostgreSQL, 2 processes", data, database, 2, threads)


if __name__ == "__main__":
    main()
