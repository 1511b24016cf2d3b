"""Who may open what: every page of the site against every role, in one table.

A page that is not in the table fails the test, so nobody adds one without saying who may see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from duofeng.web.page import all_pages

LEADER, OFFICER, FINANCE, STEWARD = "leader", "officer", "finance", "steward"
OWN, OTHER, ADMINISTRATOR = "enterprise, own firm", "enterprise, other firm", "administrator"
OFFICE = frozenset({LEADER, OFFICER, FINANCE, STEWARD, ADMINISTRATOR})
SIGNED_IN = OFFICE | {OWN, OTHER}
EVERYBODY = SIGNED_IN | {""}
ROLES = ("", LEADER, OFFICER, FINANCE, STEWARD, OWN, OTHER, ADMINISTRATOR)
SOME = UUID("00000000-0000-4000-8000-000000000000")
FIRM = "the firm asked for"


@dataclass(frozen=True)
class Row:
    """`allowed` get `status` for a plain GET; others are refused: a stranger is asked to sign in, the rest get 403.

    405 is the answer to a GET of what only takes a POST; `instead` names roles that are sent elsewhere.
    """

    allowed: frozenset[str]
    status: int = 200
    parts: dict[str, object] = field(default_factory=dict)
    instead: dict[str, int] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        if role in self.allowed:
            return self.instead.get(role, self.status)
        return 403 if role else 302


def _office(*but: str) -> frozenset[str]:
    return OFFICE - set(but)


STEWARDS = frozenset({STEWARD, ADMINISTRATOR})
PER_FIRM = {"subject": FIRM}
EXPECTED: dict[str, Row] = {
    "api": Row(EVERYBODY, 404),
    "cockpit": Row(OFFICE),
    "figures": Row(OFFICE),
    "figure": Row(OFFICE, 200, {"id": "gdp"}),
    "figure-profiles": Row(OFFICE, 200, {"id": "gdp"}),
    "figure-subjects": Row(OFFICE, 404, {"id": "gdp", "computed": "nothing-computes-it"}),
    "targets": Row(OFFICE),
    "contradictions": Row(OFFICE),
    "gate": Row(_office(FINANCE)),
    "gate-draft": Row(_office(FINANCE), 404, {"id": SOME}),
    "gate-annotated": Row(_office(FINANCE), 404, {"id": SOME}),
    "gate-decide": Row(_office(FINANCE), 405, {"id": SOME}),
    "gate-forget": Row(_office(FINANCE), 405, {"id": SOME}),
    "firm": Row(OFFICE | {OWN}, 200, PER_FIRM),
    "firm-ladder": Row(OFFICE | {OWN}, 200, PER_FIRM),
    "firm-open": Row(SIGNED_IN, 405, PER_FIRM),
    "subjects": Row(SIGNED_IN, instead={OWN: 302, OTHER: 302}),
    "register": Row(OFFICE, 200, {"register": "place"}),
    "subject": Row(OFFICE, 404, {"register": "place", "subject": "nothing"}),
    "subject-dispute": Row(OFFICE, 404, {"register": "place", "subject": "nothing"}),
    "subject-ladder": Row(OFFICE, 404, {"register": "place", "subject": "nothing"}),
    "subject-open": Row(SIGNED_IN, 405, {"register": "place", "subject": "nothing"}),
    "subject-policies": Row(OFFICE, 404, {"register": "place", "subject": "nothing"}),
    "subject-scores": Row(OFFICE, 404, {"register": "place", "subject": "nothing"}),
    "firm-policies": Row(OFFICE | {OWN}, 200, PER_FIRM),
    "firm-scores": Row(OFFICE | {OWN}, 200, PER_FIRM),
    "policies": Row(SIGNED_IN),
    "policy": Row(SIGNED_IN, 200, {"id": "high-tech-income-tax"}),
    "policy-who": Row(OFFICE, 200, {"id": "high-tech-income-tax"}),
    "policy-near": Row(OFFICE, 200, {"id": "high-tech-income-tax"}),
    "policy-unknown": Row(OFFICE, 200, {"id": "high-tech-income-tax"}),
    "studio": Row(frozenset({OFFICER, ADMINISTRATOR})),
    "studio-check": Row(frozenset({OFFICER, ADMINISTRATOR}), 405),
    "studio-try": Row(frozenset({OFFICER, ADMINISTRATOR}), 405),
    "studio-trial": Row(frozenset({OFFICER, ADMINISTRATOR}), 404, {"id": SOME}),
    "studio-trial-cancel": Row(frozenset({OFFICER, ADMINISTRATOR}), 405, {"id": SOME}),
    "payments": Row(frozenset({OFFICER, FINANCE, ADMINISTRATOR})),
    "payments-sign": Row(frozenset({FINANCE, ADMINISTRATOR}), 405),
    "scores": Row(_office(FINANCE)),
    "score": Row(_office(FINANCE), 200, {"id": "tech-sme"}),
    "score-card": Row(_office(FINANCE), 200, {"id": "tech-sme"}),
    "score-compare": Row(_office(FINANCE), 200, {"id": "tech-sme"}),
    "topics": Row(OFFICE),
    "peak-page": Row(_office(FINANCE), 200, {"id": "growth-index"}),
    "peak-block": Row(OFFICE, 200, {"id": "ladder", "block": "ready"}),
    "peak-lines": Row(OFFICE, 404, {"id": "ladder", "block": "ready"}),
    "score-versions": Row(_office(FINANCE), 200, {"id": "innovation-points"}),
    "finder": Row(EVERYBODY),
    "questions": Row(OFFICE),
    "question": Row(OFFICE, 404, {"id": SOME}),
    "question-ask": Row(OFFICE, 405),
    "question-cancel": Row(OFFICE, 405, {"id": SOME}),
    "question-look": Row(OFFICE, 405),
    "zone": Row(frozenset({ADMINISTRATOR})),
    "tokens": Row(frozenset({ADMINISTRATOR})),
    "token-revoke": Row(frozenset({ADMINISTRATOR}), 405, {"id": 1}),
    "disputes": Row(STEWARDS),
    "dispute-one": Row(STEWARDS, 404, {"id": 1}),
    "dispute-decide": Row(STEWARDS, 405, {"id": 1}),
    "firm-dispute": Row(OFFICE | {OWN}, 404, PER_FIRM),
    "home": Row(SIGNED_IN, 302),
    "password": Row(SIGNED_IN),
    "second-factor": Row(SIGNED_IN),
    "second-factor-begin": Row(SIGNED_IN, 405),
    "second-factor-picture": Row(SIGNED_IN),
    "second-factor-confirm": Row(SIGNED_IN, 405),
    "second-factor-codes": Row(SIGNED_IN, 405),
    "second-factor-off": Row(SIGNED_IN, 405),
    "sign-in": Row(EVERYBODY),
    "sign-in-code": Row(EVERYBODY, 302),
    "sign-out": Row(EVERYBODY, 405),
    "firms": Row(SIGNED_IN, instead={OWN: 302, OTHER: 302}),
    "arrivals": Row(STEWARDS),
    "job": Row(STEWARDS, 404, {"id": SOME}),
    "job-cancel": Row(STEWARDS, 405, {"id": SOME}),
    "jobs": Row(STEWARDS),
    "quarantined": Row(STEWARDS, 404, {"id": "none"}),
    "reject": Row(STEWARDS, 404, {"arrival": "none", "row": 1}),
    "resolve": Row(STEWARDS),
    "resolve-decide": Row(STEWARDS, 405),
    "resolve-questions": Row(STEWARDS),
    "run-start": Row(STEWARDS, 405),
    "upload": Row(STEWARDS),
    "upload-look": Row(STEWARDS, 404, {"id": SOME}),
    "upload-drop": Row(STEWARDS, 405, {"id": SOME}),
    "upload-load": Row(STEWARDS, 405, {"id": SOME}),
    "rejects": Row(STEWARDS),
    "quarantine": Row(STEWARDS),
    "sources": Row(OFFICE),
    "runs": Row(OFFICE),
    "runs-difference": Row(OFFICE),
}


@pytest.fixture
def people(site: Callable[..., Client], firms: list[str]) -> dict[str, Client]:
    """A browser for each role. Both enterprises are asked for the first firm; only one of them speaks for it."""
    opened = {name: site(name) for name in ROLES if name in OFFICE}
    return opened | {"": site(), OWN: site("enterprise", firms[0]), OTHER: site("enterprise", firms[1])}


def test_every_page_is_in_the_table() -> None:
    assert {page.name for page in all_pages()} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_page_opens_for_those_who_may_see_it_and_for_nobody_else(
    name: str, people: dict[str, Client], firms: list[str]
) -> None:
    row = EXPECTED[name]
    parts = {key: firms[0] if value == FIRM else value for key, value in row.parts.items()}
    address = "/api/v1/" if name == "api" else reverse(name, kwargs=parts)
    found = {role: people[role].get(address).status_code for role in ROLES}
    assert found == {role: row.expected(role) for role in ROLES}


def test_a_stranger_is_sent_to_the_sign_in_page_and_back_again(site: Callable[..., Client]) -> None:
    answer = site().get("/figures/?q=x")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/figures/%3Fq%3Dx")


def test_the_administration_is_for_administrators(people: dict[str, Client]) -> None:
    found = {role: people[role].get("/admin/accounts/look/").status_code for role in ROLES}
    assert found == {role: 200 if role == ADMINISTRATOR else 302 for role in ROLES}


def test_an_account_of_a_role_the_zone_no_longer_declares_sees_nothing(site: Callable[..., Client]) -> None:
    client = site("chronicler")
    assert {client.get(address).status_code for address in ("/", "/figures/", "/steward/arrivals/")} == {403}


def test_an_enterprise_account_without_a_firm_reaches_none(site: Callable[..., Client], firms: list[str]) -> None:
    assert site("enterprise", "").get(f"/firms/{firms[0]}/").status_code == 403
