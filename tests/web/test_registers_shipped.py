"""The registers the zone ships beside firms: their pages, policies and lists, for those who may open them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from duofeng.web import reader
from duofeng.zone.kinds.page import PeakPage

pytestmark = pytest.mark.pages

Site = Callable[[str], Client]
OTHERS = {"old-age-allowance": "person", "deed-tax-subsidy": "household", "founder-loan": "person"}


@pytest.mark.parametrize("role", ["leader", "officer", "administrator"])
def test_every_declared_page_a_role_is_offered_opens_with_all_its_blocks(site: Site, role: str) -> None:
    client = site(role)
    offered = set(re.findall(r'href="/topics/([\w-]+)/"', client.get("/topics/").content.decode()))
    assert ("talent" in offered) == (role != "leader")  # no leader opens people
    for id, declared in reader.zone().declared(PeakPage).items():
        response = client.get(f"/topics/{id}/")
        assert response.status_code == (200 if id in offered else 403), id
        assert 'class="notice warning"' not in response.content.decode(), id
        for block in declared.blocks if id in offered else ():
            assert client.get(f"/topics/{id}/{block}/").status_code in {200, 302}, (id, block)


@pytest.mark.parametrize("policy", OTHERS)
def test_a_policy_of_another_register_lists_its_subjects(site: Site, policy: str) -> None:
    client, register = site("officer"), OTHERS[policy]
    page = client.get(f"/policies/{policy}/").content.decode()
    assert f"/policies/{policy}/who/" in page
    for tab in ("who", "near", "unknown"):
        assert client.get(f"/policies/{policy}/{tab}/").status_code == 200, tab
    assert f'href="/subjects/{register}/' in client.get(f"/policies/{policy}/who/").content.decode()


def test_the_list_of_policies_counts_those_of_every_register(site: Site) -> None:
    rows = site("officer").get("/policies/", {"format": "csv"}).content.decode()
    assert "高龄津贴" in rows


def test_every_register_lists_its_subjects_and_opens_one(site: Site) -> None:
    client = site("officer")
    for register in sorted(reader.run().registers):  # type: ignore[union-attr]
        listed = client.get(f"/subjects/{register}/") if register != "organisation" else client.get("/firms/")
        assert listed.status_code == 200, register


def test_a_steward_decides_who_is_who_in_any_register(site: Site) -> None:
    client = site("steward")
    assert 'href="?register=person"' in client.get("/steward/resolve/").content.decode()
    shown = client.get("/steward/resolve/questions/", {"register": "person"})
    assert shown.status_code == 200


def test_the_six_elements_of_one_event_are_reached_from_each_other_by_clicks(site: Site) -> None:
    client = site("officer")
    event = list_of(client, "event")[0]
    ends = references(client, event)
    assert {"building", "thing", "situation", "person", "organisation"} <= set(ends)
    for register in ("building", "thing", "situation", "person", "organisation"):
        assert event in every(client, ends[register]), register


def list_of(client: Client, register: str) -> list[str]:
    page = client.get(f"/subjects/{register}/?find=B2023-000001").content.decode()
    return [each for each in TO_SUBJECTS.findall(page) if each.startswith(f"/subjects/{register}/")]


def references(client: Client, address: str) -> dict[str, str]:
    """By register one address that a subject's page leads to."""
    return {each.split("/")[2]: each for each in reversed(every(client, address))}


def every(client: Client, address: str) -> list[str]:
    page = client.get(address, follow=True).content.decode()
    return TO_SUBJECTS.findall(page.replace('href="/firms/', 'href="/subjects/organisation/'))


TO_SUBJECTS = re.compile(r'href="(/subjects/\w+/[^"?/]+/)"')
