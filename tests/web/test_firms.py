"""Firms on the site: found by name, initials or code; guarded values stay guarded; nobody reaches another firm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Site = Callable[..., Any]
TABS = ("", "policies/", "ladder/", "scores/")
MASK = "•••"


@pytest.fixture
def named(data: Path, firms: list[str]) -> tuple[str, str]:
    """A firm with revenue in the ledger: subject and name."""
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415

    profile = (
        Runs(data / "runs")
        .current()
        .table("profile", "organisation")
        .select("subject", "name", "revenue[2023]")
        .collect()
    )
    row = profile.drop_nulls().sort("revenue[2023]", descending=True).row(0)
    return str(row[0]), str(row[1])


@pytest.fixture
def revenue(data: Path, named: tuple[str, str]) -> str:
    """How its newest revenue is written."""
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415
    from duofeng.kernel.money import format_money, from_minor  # noqa: PLC0415

    profile = Runs(data / "runs").current().table("profile", "organisation")
    minor = profile.filter(pl.col("subject") == named[0]).select("revenue[2023]").collect().item()
    return format_money(from_minor(minor))


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_a_firm_opens_in_both_languages(
    site: Site, named: tuple[str, str], tab: str, language: str
) -> None:
    browser = site("leader")
    browser.cookies["django_language"] = language
    page = browser.get(f"/firms/{named[0]}/{tab}")
    assert page.status_code == 200
    assert named[1] in page.content.decode()


def test_a_firm_is_found_by_part_of_its_name_its_initials_and_its_code(site: Site, named: tuple[str, str]) -> None:
    from duofeng.facts.search import SearchIndex  # noqa: PLC0415

    subject, name = named
    initials = SearchIndex.of(pl.DataFrame({"subject": [subject], "name": [name]})).rows["initials"][0]
    browser = site("officer")
    for typed in (name[2:8], initials, subject[-8:].lower()):
        page = browser.get("/firms/", {"find": typed}, headers={"HX-Request": "true", "HX-Target": "found"})
        assert f"/firms/{subject}/" in page.content.decode()
        assert "<html" not in page.content.decode()


def test_what_is_not_found_is_said(site: Site) -> None:
    page = site("officer").get("/firms/", {"find": "<script>alert(1)</script>"})
    assert page.status_code == 200
    assert "<script>alert(1)" not in page.content.decode()


def test_an_enterprise_account_is_led_to_its_own_firm(site: Site, firms: list[str]) -> None:
    page = site("enterprise", subject=firms[0]).get("/firms/")
    assert (page.status_code, page["Location"]) == (302, f"/firms/{firms[0]}/")


@pytest.mark.parametrize("tab", [*TABS, "dispute/?attribute=revenue&period=2023"])
def test_an_enterprise_account_reaches_its_own_firm_only(site: Site, firms: list[str], tab: str) -> None:
    browser = site("enterprise", subject=firms[0])
    assert browser.get(f"/firms/{firms[0]}/{tab}").status_code == 200
    assert browser.get(f"/firms/{firms[1]}/{tab}").status_code == 403
    # A firm that is not there is refused in the same way, so that nobody can find out who is.
    assert browser.get(f"/firms/nobody/{tab}").status_code == 403


def test_an_enterprise_account_opens_and_disputes_nothing_of_another(site: Site, firms: list[str]) -> None:
    from duofeng.desk.accounts.models import Look  # noqa: PLC0415
    from duofeng.desk.disputes.models import Dispute  # noqa: PLC0415

    browser = site("enterprise", subject=firms[0])
    assert browser.post(f"/firms/{firms[1]}/open/", {"reason": "just curious"}).status_code == 403
    claim = {"attribute": "revenue", "period": "2023", "value": "1", "reason": "x"}
    assert browser.post(f"/firms/{firms[1]}/dispute/", claim).status_code == 403
    assert Look.objects.count() == Dispute.objects.count() == 0


@pytest.mark.parametrize("tab", [*TABS, "open/", "dispute/"])
def test_without_an_account_no_firm_is_shown(site: Site, firms: list[str], tab: str) -> None:
    page = site().get(f"/firms/{firms[0]}/{tab}")
    assert page.status_code == 302
    assert "sign-in" in page["Location"]


def test_a_firm_the_run_does_not_know_is_not_found(site: Site) -> None:
    assert site("leader").get("/firms/nobody/").status_code == 404


def test_guarded_values_are_not_in_the_page_until_opened_for_a_reason(
    site: Site, named: tuple[str, str], revenue: str
) -> None:
    from duofeng.desk.accounts.models import Look  # noqa: PLC0415

    browser, address = site("officer"), f"/firms/{named[0]}/"
    before = browser.get(address).content.decode()
    assert MASK in before
    assert revenue not in before
    assert browser.post(f"{address}open/", {"reason": "?", "back": ""})["Location"].endswith("?reason=missing")
    assert Look.objects.count() == 0
    browser.post(f"{address}open/", {"reason": "核对研发补助申报", "back": ""})
    look = Look.objects.get()
    assert (look.subject, look.reason) == (named[0], "核对研发补助申报")
    assert "revenue" in look.attributes
    assert revenue in browser.get(address).content.decode()


def test_opening_one_firm_opens_no_other(site: Site, firms: list[str], named: tuple[str, str]) -> None:
    browser = site("officer")
    other = next(subject for subject in firms if subject != named[0])
    browser.post(f"/firms/{other}/open/", {"reason": "another matter"})
    assert MASK in browser.get(f"/firms/{named[0]}/").content.decode()


def test_an_opening_ends_after_half_an_hour(site: Site, named: tuple[str, str], revenue: str) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from duofeng.desk.accounts.models import Look  # noqa: PLC0415

    browser = site("officer")
    browser.post(f"/firms/{named[0]}/open/", {"reason": "an old matter"})
    look = Look.objects.get()
    Look.objects.update(at=look.at - timedelta(minutes=31))
    assert revenue not in browser.get(f"/firms/{named[0]}/").content.decode()


def test_the_firm_itself_sees_who_looked_and_why(site: Site, named: tuple[str, str]) -> None:
    site("officer").post(f"/firms/{named[0]}/open/", {"reason": "checking <b>papers</b>"})
    page = site("enterprise", subject=named[0]).get(f"/firms/{named[0]}/").content.decode()
    assert "checking &lt;b&gt;papers&lt;/b&gt;" in page


def test_steps_to_a_guarded_value_are_masked_in_scores_and_policies(site: Site, named: tuple[str, str]) -> None:
    masked, seen = (site(role).get(f"/firms/{named[0]}/scores/").content.decode() for role in ("officer", "leader"))
    assert MASK in masked
    assert masked.count(MASK) > seen.count(MASK)


def test_a_disputed_value_that_the_steward_accepts_becomes_a_fact(
    site: Site, named: tuple[str, str], data: Path
) -> None:
    from duofeng.desk.disputes.models import Dispute  # noqa: PLC0415
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415

    firm = site("enterprise", subject=named[0])
    firm.post(
        f"/firms/{named[0]}/dispute/",
        {"attribute": "revenue", "period": "2023", "value": "1234.5万", "reason": "审计报告第三页"},
    )
    claim = Dispute.objects.get()
    steward = site("steward")
    assert "1234.5万" in steward.get("/disputes/").content.decode()
    assert steward.get(f"/disputes/{claim.pk}/").status_code == 200
    version = Ledger.open(data / "ledger").version
    for _twice in range(2):
        steward.post(f"/disputes/{claim.pk}/decide/", {"decision": "accept"})
    claim.refresh_from_db()
    ledger = Ledger.open(data / "ledger")
    assert claim.state == Dispute.ACCEPTED
    assert ledger.version == version + 1
    from datetime import UTC, datetime  # noqa: PLC0415

    said = ledger.facts(known_at=datetime.now(UTC), kind="organisation", subjects=[named[0]])
    recorded = said.filter(pl.col("source") == "correction").select("attribute", "money", "period").collect()
    assert recorded.rows() == [("revenue", 1_234_500_000, "2023")]


@pytest.mark.parametrize("value", ["many", "9" * 40, "", "1e99"])
def test_a_claim_that_is_no_value_of_the_attribute_is_refused(site: Site, named: tuple[str, str], value: str) -> None:
    from duofeng.desk.disputes.models import Dispute  # noqa: PLC0415

    claim = {"attribute": "revenue", "period": "2023", "value": value, "reason": "because"}
    page = site("enterprise", subject=named[0]).post(f"/firms/{named[0]}/dispute/", claim)
    assert page.status_code == 200
    assert Dispute.objects.count() == 0


def test_only_the_steward_decides_a_dispute(site: Site, named: tuple[str, str]) -> None:
    for role in ("officer", "leader", "finance", "enterprise"):
        assert site(role, subject=named[0]).get("/disputes/").status_code == 403
        assert site(role, subject=named[0]).post("/disputes/1/decide/").status_code == 403


@pytest.mark.parametrize("attribute", ["stage", "high_tech", "registered_on", "revenue", "name"])
def test_the_form_of_a_dispute_fits_the_type_of_its_value(site: Site, named: tuple[str, str], attribute: str) -> None:
    page = site("enterprise", subject=named[0]).get(f"/firms/{named[0]}/dispute/?attribute={attribute}&period=2023")
    assert page.status_code == 200
    assert ('<select name="value"' in page.content.decode()) == (attribute in {"stage", "high_tech"})


def test_an_attribute_the_vocabulary_does_not_have_cannot_be_disputed(site: Site, named: tuple[str, str]) -> None:
    page = site("officer").get(f"/firms/{named[0]}/dispute/?attribute=<b>&period=2023")
    assert page.status_code == 404


def test_facts_of_names_that_are_one_firm_stand_on_its_page(data: Path) -> None:
    from duofeng.brain.profiles import canonical_subjects  # noqa: PLC0415
    from duofeng.brain.runs.subject import merged, subjects_as_one  # noqa: PLC0415
    from duofeng.web import reader  # noqa: PLC0415
    from duofeng.web.run_view import current  # noqa: PLC0415
    from duofeng.web.subject_view import subject_of  # noqa: PLC0415

    run, zone = current().run, reader.zone()
    ledger = reader.snapshot(run.manifest.ledger_version)
    worked_out = merged(canonical_subjects(ledger, zone, "organisation", run.known_at))
    assert worked_out.height
    assert merged(subjects_as_one(run, ledger, zone, "organisation").get("organisation")).equals(worked_out)
    other, subject = worked_out.row(0)
    said = ledger.facts(known_at=run.known_at, kind="organisation", subjects=[other]).collect().height
    own = ledger.facts(known_at=run.known_at, kind="organisation", subjects=[subject]).collect().height
    assert subject_of(current(), "organisation", subject).facts.height >= said + own > own
