"""What every page of the site costs: `python -m benchmarks.pages [--data FOLDER] [--only WORD]`.

In one process, without a server, one request after the other, each page as the person it is for. `first` is the visit
after a new run: everything kept of runs and ledger is forgotten before it; the zone stays. `other` is the visit to
another firm, policy or card than before, `again` the same page once more. CPU counts all threads.
"""

from __future__ import annotations

import argparse
import functools
import gc
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.demo_data import demo_data

ROOT = Path(__file__).resolve().parents[1]
ZONE = ROOT / "zones" / (ROOT / "zones" / "DEFAULT").read_text("utf-8").strip()
OFFICE = (
    "/", "/?screen=1", "/figures/", "/figures/{figure}/", "/figures/{figure}/profiles/", "/targets/",
    "/contradictions/", "/gate/", "/firms/", "/firms/?find=zz", "/firms/?find=%E7%A7%91", "/firms/?page=3&sort=name",
    "/firms/{firm}/", "/firms/{firm}/policies/", "/firms/{firm}/ladder/", "/firms/{firm}/scores/", "/policies/",
    "/policies/{policy}/", "/policies/{policy}/who/", "/policies/{policy}/near/", "/policies/{policy}/unknown/",
    "/studio/", "/payments/", "/scores/", "/scores/{card}/", "/scores/{card}/card/", "/scores/{card}/compare/",
    "/topics/", "/topics/economy/", "/topics/targets/", "/topics/ladder/", "/topics/growth-index/",
    "/topics/incubators/", "/topics/innovation-points/", "/topics/ladder/ready/", "/topics/incubators/tenants/",
    "/zone/", "/tokens/", "/disputes/", "/steward/upload/", "/steward/arrivals/", "/steward/rejects/",
    "/steward/quarantine/", "/steward/resolve/", "/steward/resolve/questions/", "/steward/sources/", "/steward/runs/",
    "/steward/runs/difference/", "/steward/jobs/", "/password/",
)  # fmt: skip
PAGES = (
    *(("administrator", path) for path in OFFICE),
    *(("enterprise", path) for path in OFFICE if "{firm}" in path),
    ("", "/finder/"), ("", "/sign-in/"),
)  # fmt: skip
ROUNDS = 7


@dataclass
class Cost:
    """Milliseconds of wall clock and of CPU, and statements to the database."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: int = 0

    def text(self) -> str:
        return f"{statistics.median(self.wall):.0f} | {statistics.median(self.cpu):.0f}" if self.wall else "– | –"


def start(data: Path, zone: Path = ZONE) -> None:
    """Django over a data folder, its desk made; whatever the environment says otherwise is left aside."""
    for name in [name for name in os.environ if name.startswith("DUOFENG_")]:
        os.environ.pop(name)
    os.environ |= {"DUOFENG_DATA": str(data), "DUOFENG_ZONE": str(zone)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "duofeng.web.settings"
    import django  # noqa: PLC0415  # reads the environment
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def people(firm: str) -> dict[str, Any]:
    """A browser for each person: administrator, the enterprise of `firm`, somebody without an account."""
    from django.test import Client  # noqa: PLC0415

    from duofeng.desk.accounts.models import User  # noqa: PLC0415

    found = {"": Client()}
    for role, subject in (("administrator", ""), ("enterprise", firm)):
        user, _new = User.objects.get_or_create(username=f"bench-{role}", role=role)
        user.subject, user.is_superuser = subject, role == "administrator"
        user.save()
        found[role] = Client()
        found[role].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return found


def forget() -> None:
    """Drop what is kept of runs and ledger, as a new run does."""
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and found.__module__.startswith("duofeng."):
            if found.__module__ == "duofeng.web.page" or found.__name__ in {"_zone", "all_pages"}:
                continue
            found.cache_clear()


def visited(client: Any, path: str, cost: Cost) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as asked:
        worked, started = time.process_time(), time.perf_counter()
        answer = client.get(path, headers={"HX-Request": "true"} if path.endswith("questions/") else {})
        b"".join(answer)
        cost.wall.append(1000 * (time.perf_counter() - started))
        cost.cpu.append(1000 * (time.process_time() - worked))
    assert answer.status_code in {200, 304}, (path, answer.status_code)
    cost.statements = max(cost.statements, len(asked))


def costs(data: Path, only: str) -> Iterator[tuple[str, str, Cost, Cost, Cost]]:
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415

    run = Runs(data / "runs").current()
    paid = (
        run.table("bundles", "organisation")
        .filter("taken")
        .select("subject")
        .unique()
        .sort("subject")
        .collect()["subject"]
    )
    firms: list[str] = paid.gather_every(max(1, len(paid) // (ROUNDS + 1))).to_list()
    policies = [name for name in run.table("outcomes", "organisation").collect_schema().names() if name != "subject"]
    cards = sorted(name[6:-8] for name in run.manifest.files if name.startswith("score-"))
    figures = ["gdp", "industry-output", "investment", "tax-revenue"]
    client = people(firms[0])
    client[""].get("/sign-in/")

    def path(pattern: str, number: int) -> str:
        from duofeng.web import reader  # noqa: PLC0415

        known = [name for name in figures if name in reader.zone().indicators] or list(reader.zone().indicators)
        of: dict[str, list[str]] = {"firm": firms, "policy": policies, "card": cards, "figure": known}
        return pattern.format(**{name: values[number % len(values)] for name, values in of.items()})

    for person, pattern in PAGES:
        if only not in pattern:
            continue
        first, other, again = Cost(), Cost(), Cost()
        forget()
        visited(client[person], path(pattern, 0), first)
        if person != "enterprise" and "{" in pattern:
            for number in range(1, ROUNDS):
                visited(client[person], path(pattern, number), other)
        for _round in range(ROUNDS):
            visited(client[person], path(pattern, 0), again)
        yield person, pattern, first, other, again


def table(rows: Sequence[tuple[str, str, Cost, Cost, Cost]]) -> str:
    lines = ["| page | person | first ms | CPU | other ms | CPU | again ms | CPU | SQL |", "|---|---|" + "---:|" * 7]
    for person, pattern, first, other, again in rows:
        most = max(each.statements for each in (first, other, again))
        lines.append(f"| `{pattern}` | {person or '–'} | {first.text()} | {other.text()} | {again.text()} | {most} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--data", type=Path, help="a data folder with ledger and run; made by `duofeng demo` if not")
    parser.add_argument("--only", default="", help="pages whose address holds this")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duofeng-bench-pages-") as scratch:
        data = demo_data(Path(scratch), chosen.data)
        start(data)
        rows = list(costs(data, chosen.only))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{table(rows)}\n\npeak memory of the process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
