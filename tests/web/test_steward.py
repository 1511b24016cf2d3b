"""The steward's desk: files looked at and loaded once, rejects put right, jobs never done twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from duofeng.kernel.message import Message
from duofeng.tell.words import told

TABS = ("upload", "arrivals", "rejects", "quarantine", "resolve", "sources", "runs", "jobs")


@pytest.fixture
def steward(site: Callable[..., Client]) -> Client:
    return site("steward")


@pytest.fixture
def delivery(data: Path) -> bytes:
    """The beginning of a made-up file, as yet unknown to the ledger: another year, and a cell nobody can read."""
    lines = sorted(data.glob("synthetic/tax-*.csv"))[-1].read_text("utf-8-sig").splitlines()[:31]
    lines[5] = lines[5].replace(lines[5].split(",")[2], "about ten", 1)
    return "\n".join(lines).encode()


def look(steward: Client, name: str, content: bytes) -> str:
    answer = steward.post("/steward/upload/", {"file": SimpleUploadedFile(name, content), "source": ""})
    assert answer.status_code == 302
    return answer["Location"].partition("?")[0]


def arrivals(data: Path) -> pl.DataFrame:
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415

    return Ledger.open(data / "ledger").arrivals()


@pytest.mark.parametrize("tab", TABS)
def test_a_page_needs_few_statements(steward: Client, tab: str) -> None:
    steward.get(f"/steward/{tab}/")
    with CaptureQueriesContext(connection) as asked:
        assert steward.get(f"/steward/{tab}/").status_code == 200
    assert len(asked) <= 12


def test_a_file_is_looked_at_before_it_is_loaded(steward: Client, delivery: bytes, data: Path) -> None:
    before = arrivals(data).height
    html = steward.get(look(steward, "tax-2031.csv", delivery)).content.decode()
    assert "每一列变成什么" in html
    assert "about ten" in html.split("会被拒收的格子")[1]
    table = html.split("原文和读成的值")[1]
    assert re.search(r"about ten<br><span class=\"badge bad\">", table)
    assert re.search(r"<td>[\d,.]+<br><span class=\"soft read\">→ [^<]*元", table)
    assert "1 格会被拒收" in html
    assert arrivals(data).height == before


def test_the_number_of_a_person_where_nobody_asked_for_any_is_masked(steward: Client, delivery: bytes) -> None:
    head, *rows = delivery.decode().split("\n")
    more = "\n".join([f"{head},联系证件", *(f"{row},11010119900307803X" for row in rows)])
    html = steward.get(look(steward, "tax-2034.csv", more.encode())).content.decode()
    assert "联系证件" in html
    assert "•••" in html
    assert "11010119900307803X" not in html


def test_a_loaded_file_counts_once_however_often_it_is_sent(steward: Client, delivery: bytes, data: Path) -> None:
    before = arrivals(data).height
    first = look(steward, "tax-2032.csv", delivery)
    job = steward.post(f"{first}load/")["Location"]
    assert "已接收" in steward.get(job).content.decode()
    again = look(steward, "tax-2032.csv", delivery)
    assert "重复，未计入" in steward.get(steward.post(f"{again}load/")["Location"]).content.decode()
    assert arrivals(data).height == before + 1


def test_a_rejected_row_is_put_right_in_the_page(steward: Client, delivery: bytes, data: Path) -> None:
    address = look(steward, "tax-2033.csv", delivery)
    steward.post(f"{address}load/")
    arrival = arrivals(data).filter(pl.col("file") == "tax-2033.csv")["id"][0]
    row = f"/steward/rejects/{arrival}/6/"
    html = steward.get(row).content.decode()
    assert 'value="about ten" aria-invalid="true"' in html
    column = re.findall(r'name="(cell:[^"]+)" value="about ten"', html)[0]
    cells = dict(re.findall(r'name="(cell:[^"]+)" value="([^"]*)"', html))
    job = steward.post(row, {**cells, column: "1000"})["Location"]
    assert "已接收" in steward.get(job).content.decode()
    assert steward.get(row).status_code == 404


def test_rejects_are_put_right_one_by_one_then_by_the_original(steward: Client, delivery: bytes, data: Path) -> None:
    lines = delivery.decode().splitlines(keepends=True)
    lines[2] = lines[2].replace(lines[2].split(",")[2], "a dozen", 1)
    steward.post(f"{look(steward, 'tax-2034.csv', ''.join(lines).encode())}load/")
    first = arrivals(data).filter(pl.col("file") == "tax-2034.csv")["id"][0]
    rows = re.findall(
        rf'href="(/steward/rejects/{first}/\d+/\?sheet=)"',
        steward.get("/steward/rejects/?arrival=" + first).content.decode(),
    )
    assert len(rows) == 2
    html = steward.get(rows[0]).content.decode()
    cells = dict(re.findall(r'name="(cell:[^"]+)" value="([^"]*)"', html))
    wrong = next(name for name, value in cells.items() if value in ("a dozen", "about ten"))
    steward.post(rows[0], {**cells, wrong: "1000"})
    listed = steward.get("/steward/rejects/?arrival=" + first, follow=True).content.decode()
    assert rows[0] not in listed and rows[1] in listed, "opened from its first link, the chain shows what is left"
    sound = "".join(lines).replace("a dozen", "12").replace("about ten", "10")
    steward.post(f"{look(steward, 'tax-2034.csv', sound.encode())}load/")
    left = steward.get("/steward/rejects/?arrival=" + first, follow=True).content.decode()
    assert "/steward/rejects/" + first not in left


def test_a_file_no_source_claims_says_so(steward: Client) -> None:
    html = steward.get(look(steward, "holiday-photos.csv", b"a,b\n1,2\n")).content.decode()
    assert 'class="notice error"' in html
    assert "E2" in html


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\boot.ini", ".hidden.csv", "a\nb.csv", "x" * 300 + ".csv"]
)
def test_a_hostile_file_name_stays_in_its_folder(name: str) -> None:
    from duofeng.web.pages.steward.upload import file_name  # noqa: PLC0415

    kept = file_name(name)
    assert "/" not in kept and "\\" not in kept and "\n" not in kept
    assert not kept.startswith(".") and len(kept) <= 110


def test_sending_no_file_is_a_problem_not_a_crash(steward: Client) -> None:
    answer = steward.post("/steward/upload/", {"source": ""})
    assert (answer.status_code, "E702" in answer.content.decode()) == (422, True)


def test_a_job_is_asked_for_once_and_done_once(steward: Client, account: Callable[..., object], monkeypatch) -> None:
    from duofeng.web import jobs  # noqa: PLC0415

    done = []
    monkeypatch.setitem(jobs.WORK, "load", lambda job, _progress: done.append(job.pk) or {})
    by = account("steward")
    first, second = (jobs.ask("load", "a file", by, "the same key", {}) for _ in range(2))
    assert first.pk == second.pk
    for _ in range(3):
        jobs.perform.call(str(first.pk))
    first.refresh_from_db()
    assert (done, first.state) == ([first.pk], "done")


def test_work_of_a_worker_that_died_is_taken_up_again(account: Callable[..., object], monkeypatch) -> None:
    from duofeng.web import jobs  # noqa: PLC0415

    done = []
    monkeypatch.setitem(jobs.WORK, "run", lambda job, _progress: done.append(job.pk) or {})
    job = jobs.ask("run", "a run", account("steward"), "died", {})
    assert job.claim(datetime.now(UTC))
    assert jobs.recover() == 1
    jobs.perform.call(str(job.pk))
    assert done == [job.pk]


def test_a_cancelled_job_is_not_begun_and_one_in_progress_stops(account: Callable[..., object], monkeypatch) -> None:
    from duofeng.web import jobs  # noqa: PLC0415

    by, begun = account("steward"), []

    def work(job: jobs.Job, progress: jobs.Progress) -> dict[str, object]:
        begun.append(job.pk)
        job.cancel(datetime.now(UTC))
        progress.step(Message("下一步"))
        raise AssertionError("went on after it was cancelled")

    monkeypatch.setitem(jobs.WORK, "run", work)
    waiting, running = (jobs.ask("run", "a run", by, key, {}) for key in ("one", "two"))
    waiting.cancel(datetime.now(UTC))
    for job in (waiting, running):
        jobs.perform.call(str(job.pk))
        job.refresh_from_db()
    assert (begun, waiting.state, running.state) == ([running.pk], "cancelled", "cancelled")


def test_a_problem_during_work_is_shown_on_the_job(steward: Client, account: Callable[..., object]) -> None:
    from duofeng.web import jobs  # noqa: PLC0415

    job = jobs.ask("load", "gone", account("steward"), "gone", {"path": "nowhere/tax-2023.csv"}, at_once=True)
    html = steward.get(f"/steward/jobs/{job.pk}/").content.decode()
    assert job.state == "failed"
    assert 'class="notice error"' in html


def test_a_run_for_a_day_nobody_can_read_is_refused(steward: Client) -> None:
    answer = steward.post("/steward/runs/start/", {"as_of": "tomorrow"})
    assert (answer.status_code, "E705" in answer.content.decode()) == (422, True)


def test_a_source_whose_data_lie_further_behind_than_it_promised_has_gone_silent(steward: Client) -> None:
    """Visits promise 120 days; their newest year ends 182 days before the day the run looks at."""
    from duofeng.web.freshness import sources  # noqa: PLC0415

    found = {each.source.id: each for each in sources(datetime.now(UTC))}
    visits, power, annual = (found[f"synthetic-{name}"] for name in ("visits", "electricity", "annual-report"))
    assert (visits.newest, visits.days, visits.silent) == (date(2023, 12, 31), 182, True)
    assert (power.newest, power.silent, annual.days, annual.silent) == (date(2024, 6, 30), False, 182, False)
    table = pl.read_parquet(io.BytesIO(steward.get("/steward/sources/", {"format": "parquet"}).content))
    assert "2023-12-31" in table["newest"].to_list()
    silent = steward.get("/steward/sources/", {"state": "silent"}).content.decode()
    assert told(visits.source.title) in silent and told(power.source.title) not in silent


def test_an_upload_that_is_not_there_is_not_found(steward: Client) -> None:
    address = "/steward/upload/00000000-0000-4000-8000-000000000000/"
    answers = [steward.get(address), steward.post(f"{address}load/"), steward.post(f"{address}drop/")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "E703" in answers[0].content.decode()
