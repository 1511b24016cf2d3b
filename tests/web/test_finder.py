"""The public finder: open to everybody, answers from what is typed alone, keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.pages

Site = Callable[..., Any]


@pytest.fixture(autouse=True)
def _rendered() -> Iterator[None]:
    """What pages were rendered with can be asked of them."""
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment()
    yield
    teardown_test_environment()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_anybody_opens_the_finder_and_nothing_else(site: Site, firms: list[str], language: str) -> None:
    browser = site()
    browser.cookies["django_language"] = language
    assert browser.get("/finder/").status_code == 200
    for address in ("/firms/", f"/firms/{firms[0]}/", "/policies/", "/scores/", "/studio/", "/payments/", "/disputes/"):
        assert browser.get(address).status_code == 302


def test_with_nothing_typed_it_says_what_to_ask_for(site: Site) -> None:
    page = site().post("/finder/", {})
    assert page.status_code == 200
    assert page.context["asks"]
    assert page.context["unknown"]
    assert not page.context["taken"]


def test_what_is_typed_narrows_what_is_unknown(site: Site) -> None:
    nothing = site().post("/finder/", {}).context
    fields = {each.column: each for each in nothing["fields"]}
    typed = {name: "false" for name, field in fields.items() if field.type == "flag"} | {"revenue[2023]": "3500万"}
    some = site().post("/finder/", typed).context
    assert len(some["unknown"]) < len(nothing["unknown"])


def test_the_page_is_not_stored(site: Site) -> None:
    from duofeng.desk.accounts.models import Look  # noqa: PLC0415

    page = site().post("/finder/", {"revenue[2023]": "1,000"})
    assert "no-store" in page["Cache-Control"]
    assert "sessionid" not in page.cookies
    assert Look.objects.count() == 0


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "9" * 60, "1e400", "nan", "-", "１２３", "\x00", "=1+1"]
)
def test_whatever_is_typed_is_answered(site: Site, value: str) -> None:
    browser = site()
    one_of_each = {each.type: each.column for each in browser.get("/finder/").context["fields"]}
    for column in one_of_each.values():
        page = browser.post("/finder/", {column: value})
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_no_key_of_a_rule_is_shown_to_the_public(site: Site) -> None:
    page = site().post("/finder/", {}).content.decode()
    for key in ("outcome:", "score:", "grade:"):
        assert key not in page


def test_a_resident_finds_what_is_for_residents_and_nobody_asks_for_what_is_not_judged(
    site: Site,
) -> None:
    asked = {each.column for each in site().get("/finder/?of=person").context["fields"]}
    assert "born_on" in asked
    assert "revenue[2023]" not in asked
    assert site().get("/finder/?of=nosuch").status_code == 404
