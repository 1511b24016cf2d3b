"""Policies on the site: counts, lists and exports agree with the run; drafts are only ever read; two people sign."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Site = Callable[..., Any]
PAGES = ("/policies/", "/policies/rd-subsidy/", "/policies/rd-subsidy/who/", "/policies/rd-subsidy/near/")


@pytest.fixture(autouse=True)
def _rendered() -> Iterator[None]:
    """What pages were rendered with can be asked of them."""
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment()
    yield
    teardown_test_environment()


@pytest.fixture
def run(data: Path) -> Any:
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415

    return Runs(data / "runs").current()


@pytest.mark.parametrize("address", [*PAGES, "/policies/rd-subsidy/unknown/", "/policies/high-tech/", "/studio/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_policies_opens_in_both_languages(site: Site, address: str, language: str) -> None:
    browser = site("officer")
    browser.cookies["django_language"] = language
    assert browser.get(address).status_code == 200


def test_the_list_counts_what_the_run_answered(site: Site, run: Any) -> None:
    from duofeng.brain.policies.outcomes import name_of  # noqa: PLC0415

    rows = _csv(site("officer").get("/policies/", {"format": "csv", "sort": "title"}).content)
    counted = {name: 0 for name in ("yes", "near", "unknown", "no")}
    for register in run.registers:
        for policy in run.table("outcomes", register).drop("subject").collect().iter_columns():
            for code in policy:
                counted[name_of(code)] += 1
    titles = {"yes": "符合", "near": "差一点", "unknown": "未知", "no": "不符合"}
    assert {name: sum(int(row[title]) for row in rows) for name, title in titles.items()} == counted


def test_who_is_exported_exactly_as_filtered(site: Site, run: Any) -> None:
    from duofeng.engine.statuses import ELIGIBLE  # noqa: PLC0415

    content = site("officer").get("/policies/rd-subsidy/who/", {"format": "csv", "outcome": "yes"}).content
    outcomes = run.table("outcomes", "organisation").collect()
    expected = outcomes.filter(pl.col("rd-subsidy") == ELIGIBLE)["subject"]
    assert {row["编号"] for row in _csv(content)} == set(expected)


def test_a_distance_is_shown_only_to_whom_its_value_is(site: Site, run: Any) -> None:
    """Revenue is confidential: how far a firm is from a threshold of revenue says what it earns."""
    near = run.table("near", "organisation").filter(pl.col("relative").is_not_null()).collect()
    near = near.filter(pl.col("missing").list.contains("revenue") | pl.col("missing").list.contains("threshold"))
    policy = near["policy"].value_counts(sort=True)["policy"][0]
    masked, seen = (
        pl.read_parquet(io.BytesIO(site(role).get(f"/policies/{policy}/near/", {"format": "parquet"}).content))
        for role in ("officer", "leader")
    )
    assert masked.height == seen.height
    assert masked["relative"].count() < seen["relative"].count()


def test_who_gets_what_is_not_for_another_firm(site: Site, firms: list[str]) -> None:
    browser = site("enterprise", subject=firms[0])
    assert browser.get("/policies/").status_code == 200
    assert browser.get("/policies/rd-subsidy/").status_code == 200
    for address in ("/policies/rd-subsidy/who/", "/policies/rd-subsidy/near/", "/policies/rd-subsidy/unknown/"):
        assert browser.get(address).status_code == 403
    for address in ("/payments/", "/studio/"):
        assert browser.get(address).status_code == 403


def test_a_policy_that_is_not_in_force_is_not_found(site: Site) -> None:
    assert site("officer").get("/policies/nothing-of-the-kind/").status_code == 404


def _csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_sketch_of_the_studio_is_sound_and_can_be_tried(site: Site) -> None:
    from duofeng.web.pages.policies.studio import _sketch  # noqa: PLC0415

    browser = site("officer")
    browser.get("/policies/")
    text = _sketch()
    assert "badge bad" not in browser.post("/studio/check/", {"text": text}).content.decode()
    tried = browser.post("/studio/try/", {"text": text}, follow=True).content.decode()
    assert 'class="tiles"' in tried


def test_a_policy_in_force_compared_with_itself_changes_nothing(site: Site) -> None:
    from duofeng.web import reader  # noqa: PLC0415
    from duofeng.web.pages.policies.studio import _text_of  # noqa: PLC0415

    text = _text_of(reader.current_plan("organisation")["rd-subsidy"].policy)
    tried = site("officer").post("/studio/try/", {"text": text}, follow=True).content.decode()
    assert "0 户多得，共 0.00 元；0 户少得，共 0.00 元" in tried


HOSTILE = {
    "a file": "read_csv('/etc/passwd') is not null",
    "a subquery": "(select count(*) from read_text('/etc/passwd')) > 0",
    "a process": "__import__('os').system('id') = 1",
    "a sleep": "pg_sleep(1000) = 1",
    "two statements": "1 = 1; drop table facts",
    "a power": "2 ** 999999999 > 1",
    "a huge number": "9e999999 > 1",
    "too long": "1 = 1 and " * 3_000 + "1 = 1",
    "too deep": "(" * 1_500 + "1" + ")" * 1_500 + " = 1",
    "too many nots": "not " * 900 + "abnormal_list",
    "a regular expression": "'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!' regexp '(a+)+$'",
}


@pytest.mark.parametrize("expression", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_expression_is_a_problem_with_its_line(site: Site, expression: str) -> None:
    from duofeng.web.pages.policies.studio import _sketch  # noqa: PLC0415

    browser = site("officer")
    browser.get("/policies/")
    text = _sketch().replace("years_between(registered_on, as_of) >= 3", expression)
    for address in ("/studio/check/", "/studio/try/"):
        page = browser.post(address, {"text": text})
        assert page.status_code == 200
        assert "第 8 行" in page.content.decode()
        assert "Traceback" not in page.content.decode()


TEXTS = {
    "nothing": "",
    "anchors": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "itself": "&a [*a]",
    "a tag": "!!python/object/apply:os.system ['id']",
    "an inclusion": "x: !include /etc/passwd",
    "brackets": "[" * 5_000,
    "control characters": "\x00\x01\x02",
    "a list": "- 1",
    "too much": "# " + "a" * 70_000,
    "another folder": "policy: ../../etc\ntitle: x",
    "markup": "title: <script>alert(1)</script>",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_whatever_is_typed_is_answered_with_problems(site: Site, text: str) -> None:
    page = site("officer").post("/studio/check/", {"text": text})
    assert page.status_code == 200
    assert "<li>" in page.content.decode()
    assert "<script>alert" not in page.content.decode()


def test_a_draft_is_tried_by_who_may_draft_only(site: Site) -> None:
    for role in ("leader", "finance", "steward"):
        assert site(role).post("/studio/try/", {"text": "x"}).status_code == 403


def test_the_payment_files_say_what_the_page_says(site: Site, run: Any) -> None:
    browser = site("finance")
    page = browser.get("/payments/").content.decode()
    content = browser.get("/payments/", {"list": "csv"}).content.decode("utf-8-sig")
    bundles = [run.table("bundles", each).select("taken", "paid").collect() for each in run.registers]
    paid = pl.concat(bundles, how="vertical_relaxed").filter(pl.col("taken") & (pl.col("paid") > 0))
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == paid.height + 3
    assert rows[-1][1] in page
    assert rows[-2][-1] == f"{paid['paid'].sum() / 100:.2f}"
    assert browser.get("/payments/", {"list": "xlsx"}).content[:2] == b"PK"


def test_two_different_people_sign_the_list_that_they_saw(site: Site) -> None:
    from duofeng.desk.payments.models import PaymentSignature  # noqa: PLC0415

    first, second, third = (site("finance") for _ in range(3))
    digest = first.get("/payments/").context["digest"]
    first.post("/payments/sign/", {"digest": "0" * 64})
    assert PaymentSignature.objects.count() == 0
    for browser in (first, first, second, third):
        browser.post("/payments/sign/", {"digest": digest})
    signed = PaymentSignature.objects.filter(digest=digest)
    assert [each.place for each in signed.order_by("place")] == [1, 2]
    assert signed.values("user").distinct().count() == 2
    assert first.get("/payments/").context["complete"]


def test_a_signature_is_neither_changed_nor_removed(site: Site) -> None:
    from duofeng.desk.payments.models import PaymentSignature  # noqa: PLC0415

    browser = site("finance")
    browser.post("/payments/sign/", {"digest": browser.get("/payments/").context["digest"]})
    signature = PaymentSignature.objects.get()
    with pytest.raises(ValueError, match="never changed"):
        signature.save()
    with pytest.raises(ValueError, match="never removed"):
        signature.delete()


def test_who_may_not_sign_cannot(site: Site) -> None:
    assert site("officer").get("/payments/").status_code == 200
    assert site("officer").post("/payments/sign/", {"digest": "x"}).status_code == 403
