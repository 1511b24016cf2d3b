"""A question of another day: computed in the background, looked at by who chose it, changing nothing for anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Site = Callable[..., Any]
DAY = "2024-03-31"


@pytest.fixture(scope="module")
def question(data: Path) -> Iterator[str]:
    """The id of a question of an earlier day."""
    from datetime import UTC, date, datetime  # noqa: PLC0415

    from duofeng.brain.runs.compute import Inputs, ask  # noqa: PLC0415
    from duofeng.web import reader  # noqa: PLC0415

    inputs = Inputs(reader.zone(), reader.ledger(), date.fromisoformat(DAY), datetime.now(UTC))
    yield ask(inputs, reader.runs(), "a question").id


def test_a_question_is_asked_once_and_computed_in_the_background(site: Site) -> None:
    from duofeng.desk.jobs.models import Job  # noqa: PLC0415

    browser = site("leader")
    answer = browser.post("/questions/ask/", {"as_of": DAY})
    job = Job.objects.get()
    assert answer["Location"] == f"/questions/{job.pk}/"
    assert browser.get(answer["Location"]).status_code == 200
    assert (job.kind, job.arguments["as_of"]) == ("ask", DAY)


def test_what_is_no_day_or_too_far_is_said(site: Site) -> None:
    for day in ("soon", "0001-01-01", "9999-12-31", ""):
        assert site("leader").post("/questions/ask/", {"as_of": day}).status_code == 422


def test_one_person_asks_only_a_few_at_once(site: Site) -> None:
    from duofeng.desk.jobs.models import Job  # noqa: PLC0415

    browser = site("leader")
    for month in range(1, 6):
        browser.post("/questions/ask/", {"as_of": f"2024-{month:02}-01"})
    assert Job.objects.count() == 2


def test_who_looks_at_a_question_reads_so_on_every_page_and_nobody_else_does(
    site: Site, question: str, firms: list[str]
) -> None:
    asker, other = site("leader"), site("officer")
    asker.post("/questions/look/", {"question": question})
    for address in ("/", f"/firms/{firms[0]}/", "/policies/", "/policies/high-tech-income-tax/"):
        page = asker.get(address).content.decode()
        assert "回到正式计算" in page and DAY in page
        assert "回到正式计算" not in other.get(address).content.decode()
    assert "与正式计算不同的结论" in asker.get("/").content.decode()
    assert "上次计算以来变化的结论" in other.get("/").content.decode()
    asker.post("/questions/look/", {"question": ""})
    assert "回到正式计算" not in asker.get("/").content.decode()


def test_a_question_is_never_the_current_run_nor_paid(site: Site, question: str) -> None:
    from duofeng.web import reader  # noqa: PLC0415

    current = reader.published()
    assert current is not None and current.id != question
    finance = site("finance")
    before = finance.get("/payments/", {"list": "csv"}).content
    finance.post("/questions/look/", {"question": question})
    assert finance.get("/payments/", {"list": "csv"}).content == before
    assert question not in site("steward").get("/steward/runs/").content.decode()


def test_a_question_that_is_gone_leaves_the_published_run(site: Site) -> None:
    browser = site("leader")
    browser.post("/questions/look/", {"question": "nothing", "back": "https://elsewhere.example/"})
    assert browser.get("/").status_code == 200
    assert browser.post("/questions/look/", {"back": "https://elsewhere.example/"})["Location"] == "/questions/"


def test_a_question_of_somebody_else_cannot_be_stopped(site: Site) -> None:
    from duofeng.desk.jobs.models import Job  # noqa: PLC0415

    site("leader").post("/questions/ask/", {"as_of": DAY})
    job = Job.objects.get()
    assert site("officer").post(f"/questions/{job.pk}/cancel/").status_code == 404
