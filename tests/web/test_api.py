"""The read API: tokens, scopes, reach, masking, cursors, versions, and no request that breaks it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.runs.store import Runs
from duofeng.desk.accounts.models import Token
from duofeng.web.wsgi import application

ALL = ["figures:read", "profiles:read", "findings:read", "runs:read"]
LISTS = ("figures", "profiles", "findings/outcomes", "findings/near", "findings/bundles", "findings/scores/tech-sme")
OTHERS = (
    "runs", "runs/current", "profiles/columns", "figures/gdp", "figures/computed",
    "figures/computed/high_tech_firms_counted",
)  # fmt: skip
Ask = Callable[..., Any]


@pytest.fixture
def ask(data: object, account: Callable[..., Any]) -> Ask:
    """ask("officer", "profiles?limit=2"): the API asked with a fresh token of a person of that role."""

    keys: dict[tuple[str, str, tuple[str, ...]], str] = {}

    def asked(role: str, path: str, subject: str = "", scopes: list[str] = ALL, **headers: str) -> Any:
        who = (role, subject, tuple(scopes))
        if who not in keys:
            keys[who] = Token.issue(account(role, subject), "a test", scopes)[1]
        return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {keys[who]}"} | headers)

    return asked


def test_without_a_token_nothing_but_the_schema_is_given(data: object, desk: None) -> None:
    assert Client().get("/api/v1/figures").status_code == 401
    assert Client().get("/api/v1/figures", headers={"authorization": "Bearer duofeng_guess"}).status_code == 401
    assert Client().get("/api/v1/openapi.json").json()["openapi"].startswith("3.")


def test_a_session_is_no_token(site: Callable[..., Client]) -> None:
    assert site("administrator").get("/api/v1/figures").status_code == 401


@pytest.mark.parametrize("change", ["revoked", "expired", "owner left"])
def test_a_dead_token_opens_nothing(change: str, data: object, account: Callable[..., Any]) -> None:

    token, key = Token.issue(account("officer"), "a test", ALL)
    header = {"authorization": f"Bearer {key}"}
    assert Client().get("/api/v1/runs", headers=header).status_code == 200
    if change == "revoked":
        token.revoked_at = datetime.now(UTC)
    elif change == "expired":
        token.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    else:
        token.owner.is_active = False
        token.owner.save()
    token.save()
    assert Client().get("/api/v1/runs", headers=header).status_code == 401


def test_a_token_reads_only_what_its_scopes_name(ask: Ask) -> None:
    assert ask("officer", "figures", scopes=["figures:read"]).status_code == 200
    assert ask("officer", "profiles", scopes=["figures:read"]).status_code == 403


def test_a_token_allows_no_more_than_its_owner_may_see(ask: Ask, firms: list[str]) -> None:
    assert ask("enterprise", "figures", firms[0]).status_code == 403
    assert ask("enterprise", "runs", firms[0]).status_code == 403


@pytest.mark.parametrize("path", ["profiles", "findings/outcomes", "findings/near", "findings/bundles"])
def test_an_enterprise_token_sees_its_own_firm_only(path: str, ask: Ask, firms: list[str]) -> None:
    answer = ask("enterprise", f"{path}?limit=500", firms[7]).json()
    assert {item["subject"] for item in answer["items"]} <= {firms[7]}


def test_an_enterprise_token_cannot_tell_whether_another_firm_exists(ask: Ask, firms: list[str]) -> None:
    assert ask("enterprise", f"profiles/{firms[0]}", firms[0]).status_code == 200
    there = ask("enterprise", f"profiles/{firms[1]}", firms[0])
    nowhere = ask("enterprise", "profiles/no-such-firm", firms[0])
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content) == (403, there.content)
    assert ask("enterprise", f"findings/near?subject={firms[1]}", firms[0]).status_code == 403


def test_guarded_values_are_named_but_not_given(ask: Ask, firms: list[str]) -> None:
    described = {each["column"]: each for each in ask("officer", "profiles/columns").json()["items"]}
    guarded = {name for name, each in described.items() if each["sensitivity"] in {"confidential", "personal"}}
    seen = ask("officer", f"profiles/{firms[0]}").json()
    assert guarded and set(seen["masked"]) == guarded == {name for name in described if described[name]["masked"]}
    assert not guarded & set(seen["values"])
    column = sorted(guarded)[0]
    assert ask("officer", "profiles", "", ALL).status_code == 200
    assert ask("officer", f"profiles?where={column}:1").status_code == 403
    assert column not in ask("officer", f"profiles?columns={column}&format=csv").content.decode()


@pytest.mark.parametrize("path", LISTS)
def test_pages_joined_by_their_cursors_are_the_whole_list(path: str, ask: Ask) -> None:
    whole = ask("leader", f"{path}?limit=500").json()
    some = whole["items"][:15]
    joined, cursor = [], ""
    for _page in range(3):
        answer = ask("leader", f"{path}?limit=5{cursor}").json()
        joined += answer["items"]
        cursor = f"&cursor={answer['next']}"
    assert joined == some


def test_a_cursor_stays_with_its_list_and_its_filters(ask: Ask) -> None:
    cursor = ask("leader", "findings/near?limit=2").json()["next"]
    assert ask("leader", f"findings/near?limit=2&cursor={cursor}").status_code == 200
    for other in (f"findings/bundles?cursor={cursor}", f"findings/near?policy=x&cursor={cursor}", "figures?cursor=xyz"):
        assert ask("leader", other).status_code == 422


@pytest.mark.parametrize("path", [*LISTS, *OTHERS])
def test_an_answer_already_known_is_not_sent_again(path: str, ask: Ask) -> None:
    first = ask("leader", path)
    again = ask("leader", path, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Authorization" in first["Vary"] and "private" in first["Cache-Control"]


def test_versions_differ_by_who_asks_and_in_which_language(ask: Ask, firms: list[str]) -> None:
    path = f"profiles/{firms[0]}"
    tags = {
        ask("leader", path)["ETag"],
        ask("officer", path)["ETag"],
        ask("leader", path, **{"accept-language": "en"})["ETag"],
    }
    assert len(tags) == 3


def test_money_is_a_decimal_and_unknown_is_null(ask: Ask, data: Any) -> None:

    row = (
        Runs(data / "runs")
        .current()
        .table("bundles", "organisation")
        .filter(pl.col("amount") > 0)
        .head(1)
        .collect()
        .to_dicts()[0]
    )
    found = ask("leader", f"findings/bundles?subject={row['subject']}&policy={row['policy']}").json()["items"][0]
    whole, cents = divmod(row["amount"], 100)
    assert found["amount"] in {f"{whole}.{cents:02}", f"{whole}.{cents // 10}", f"{whole}"}


def test_outcomes_are_those_of_the_run(ask: Ask, data: Any, firms: list[str]) -> None:

    table = (
        Runs(data / "runs").current().table("outcomes", "organisation").filter(pl.col("subject") == firms[3]).collect()
    )
    wanted = {name: name_of(table[name][0]) for name in table.columns if name != "subject"}
    found = ask("leader", f"findings/outcomes?subject={firms[3]}&limit=500").json()["items"]
    assert {each["policy"]: each["outcome"] for each in found} == wanted


@pytest.mark.parametrize("path", LISTS)
def test_a_file_holds_every_row_of_the_list(path: str, ask: Ask) -> None:
    table = pl.read_parquet(io.BytesIO(ask("leader", f"{path}?format=parquet").content))
    lines = ask("leader", f"{path}?format=csv").content.decode("utf-8-sig")
    book = ask("leader", f"{path}?format=xlsx&subject={table[0, 0]}").content
    assert book.startswith(b"PK")
    assert pl.read_csv(io.StringIO(lines), infer_schema=False).height == table.height > 0


def test_figures_say_where_they_were_said_and_since_when_known(ask: Ask) -> None:
    items = ask("leader", "figures/gdp").json()["items"]
    assert items and all(each["document"] and each["place"] and each["known_from"] for each in items)
    early = ask("leader", "figures?known=1990-01-01").json()["items"]
    assert early == []


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The site called as a server calls it, but without closing the connection that holds the test's transaction."""

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_the_schema_allows_breaks_the_api(
    data: object, account: Callable[..., Any], one_connection: None
) -> None:
    """Schemathesis makes requests from the schema, right and wrong ones; none may end in a 5xx."""

    _token, key = Token.issue(account("administrator"), "a test", ALL)
    header = {"Authorization": f"Bearer {key}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    tried: dict[str, int] = {}
    for operation in _operations(schema):

        @seed(7)
        @settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def no_server_error(case: Any) -> None:
            answer = case.call(headers=header)
            tried[case.operation.label] = tried.get(case.operation.label, 0) + 1
            case.validate_response(answer, checks=[not_a_server_error])

        no_server_error()
    assert len(tried) == 14 and min(tried.values()) >= 1


def _operations(schema: Any) -> Iterator[Any]:
    for result in schema.get_all_operations():
        yield result.ok()


def test_a_counted_figure_is_the_number_of_the_subjects_behind_it(ask: Ask) -> None:
    first = ask("leader", "figures/computed/high_tech_firms_counted?limit=7").json()
    assert first["value"] == str(first["counted"]) and int(first["high"]) == first["counted"] + first["unknown"]
    items, following = first["items"], first["next"]
    while following:
        page = ask("leader", f"figures/computed/high_tech_firms_counted?limit=7&cursor={following}").json()
        items, following = items + page["items"], page["next"]
    assert len({each["subject"] for each in items}) == len(items) == first["counted"] > 7


def test_a_sum_over_profiles_is_the_sum_of_what_is_listed(ask: Ask) -> None:
    found = ask("leader", "figures/computed/patents_granted_summed?limit=500").json()
    assert found["next"] is None
    assert sum(int(each["value"]) for each in found["items"]) == int(found["value"]) > 0


def test_who_is_behind_a_number_is_told_to_those_only_who_may_see_what_decides_it(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duofeng.web.pages.api import computed  # noqa: PLC0415

    monkeypatch.setattr(computed, "tells_whom", lambda _found, rights: rights.reads("confidential"))
    path = "figures/computed/high_tech_firms_counted"
    seen, masked = ask("leader", path).json(), ask("officer", path).json()
    assert seen["items"] and not seen["masked"]
    assert masked["items"] == [] and masked["masked"] and masked["next"] is None
    assert (seen["value"], seen["counted"]) == (masked["value"], masked["counted"])
    assert ask("leader", path, scopes=["figures:read"]).json()["items"] == []
    lines = ask("officer", f"{path}?format=csv").content.decode().splitlines()
    assert len(lines) == 1


@pytest.mark.parametrize("path", ["figures/computed/none", "figures/computed/gdp", "figures/computed/%00"])
def test_a_figure_nobody_computes_is_not_found(path: str, ask: Ask) -> None:
    assert ask("leader", path).status_code == 404


def test_a_period_nobody_can_read_is_refused(ask: Ask) -> None:
    path = "figures/computed/high_tech_firms_counted?period="
    assert [ask("leader", f"{path}{each}").status_code for each in ("x", "2023Q9", "2023")] == [422, 422, 200]


def test_figures_counted_from_profiles_are_not_for_enterprises(ask: Ask, firms: list[str]) -> None:
    assert ask("enterprise", "figures/computed", firms[0]).status_code == 403
    assert ask("enterprise", "figures/computed/high_tech_firms_counted", firms[0]).status_code == 403


def test_every_list_is_of_the_register_asked_for(ask: Ask) -> None:
    people = ask("officer", "profiles?register=person&limit=5").json()["items"]
    assert people and all("insured_by" in each["values"] for each in people)
    one = ask("officer", f"profiles/{people[0]['subject']}?register=person").json()
    assert one["subject"] == people[0]["subject"]
    columns = {each["column"] for each in ask("officer", "profiles/columns?register=person").json()["items"]}
    assert "insured_by" in columns and "revenue[2023]" not in columns
    answers = ask("officer", "findings/outcomes?register=household&limit=3").json()["items"]
    assert answers and {each["policy"] for each in answers} == {"deed-tax-subsidy"}
    assert ask("officer", "findings/bundles?register=person&limit=1").json()["items"]


def test_a_register_is_open_to_whom_its_pages_are_open(ask: Ask) -> None:
    for path in ("profiles?register=person", "findings/outcomes?register=person", "findings/near?register=person"):
        assert ask("leader", path).status_code == 403, path
    assert ask("officer", "profiles?register=nothing").status_code == 404
    assert ask("officer", "profiles?register=zone").status_code == 404
