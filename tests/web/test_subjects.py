"""Subjects of any register on the site: listed, found, shown, and reached from each other, as far as a person may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Site = Callable[..., Any]


@pytest.fixture
def place(data: object) -> tuple[str, str]:
    """An area of the zone: key and name."""
    from duofeng.web.run_view import current  # noqa: PLC0415

    named = current().named("place").drop_nulls()
    key, name = named.row(0)
    return str(key), str(name)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_list_of_a_register_opens_and_leads_to_each_subject(
    site: Site, place: tuple[str, str], language: str
) -> None:
    browser = site("officer")
    browser.cookies["django_language"] = language
    page = browser.get("/subjects/place/", {"find": place[1]}).content.decode()
    assert place[1] in page
    assert "/subjects/place/" in page
    assert browser.get(f"/subjects/place/{place[0]}/").status_code == 200


def test_an_export_has_exactly_the_rows_and_columns_of_the_list(site: Site) -> None:
    browser = site("officer")
    shown = browser.get("/subjects/place/").content.decode()
    lines = browser.get("/subjects/place/", {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert shown.count("<th ") == len(lines[0].split(","))
    assert len(lines) > 1


def test_one_search_finds_subjects_of_every_register_by_name_and_key(site: Site, place: tuple[str, str]) -> None:
    for typed in place:
        found = site("officer").get("/subjects/", {"find": typed}, headers={"HX-Request": "true", "HX-Target": "found"})
        assert f'href="/subjects/place/{place[0].replace(":", "%3A")}/"' in found.content.decode()


def test_a_subject_begins_with_what_is_known_open_and_new(site: Site, place: tuple[str, str]) -> None:
    page = site("officer").get(f"/subjects/place/{place[0]}/").content.decode()
    assert page.index("已知") < page.index("档案</h2>")
    assert "最优组合" not in page  # no policy is about places


def test_a_firm_has_the_same_page_under_an_address_of_its_own(site: Site, firms: list[str]) -> None:
    browser = site("officer")
    own, general = (browser.get(f"/{first}/{firms[0]}/") for first in ("firms", "subjects/organisation"))
    assert own.status_code == general.status_code == 200
    assert "最优组合" in own.content.decode()


def test_a_register_or_subject_that_is_not_there_is_not_found(site: Site) -> None:
    browser = site("officer")
    assert browser.get("/subjects/nothing/").status_code == 404
    assert browser.get("/subjects/zone/").status_code == 404
    assert browser.get("/subjects/place/nowhere/").status_code == 404
    assert browser.get("/subjects/place/a%2Fb/").status_code == 404


def test_people_are_listed_to_those_only_who_may_see_people(site: Site) -> None:
    assert site("officer").get("/subjects/person/").status_code == 200
    assert site("leader").get("/subjects/person/").status_code == 403
    assert site("enterprise", subject="x").get("/subjects/place/").status_code == 403


def test_a_value_of_any_register_may_be_disputed(site: Site, place: tuple[str, str]) -> None:
    from duofeng.desk.disputes.models import Dispute  # noqa: PLC0415

    claim = {"attribute": "name", "value": "another name", "reason": "the sign at the gate"}
    site("officer").post(f"/subjects/place/{place[0]}/dispute/", claim)
    found = Dispute.objects.get()
    assert (found.kind, found.subject) == ("place", place[0])
    assert place[1] in site("steward").get("/disputes/").content.decode()
