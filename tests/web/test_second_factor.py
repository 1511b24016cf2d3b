"""The second factor: a password alone opens nothing, a code opens once, guesses lock, and there is a way back."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from duofeng.desk.accounts import second_factor
from duofeng.desk.accounts.models import RecoveryCode, User

PASSWORD = "wang-Long-enough-7"
NOW = 1_750_000_000
CODES = re.compile(r"<code>([0-9a-f]{5}(?:-[0-9a-f]{5}){3})</code>")


class Phone:
    """An authenticator: it knows the key it was shown and the time, nothing else of the site."""

    def __init__(self, key: str) -> None:
        self.totp = TOTP(b32decode(key.replace(" ", "")))
        self.totp.time = NOW

    def code(self, later: int = 0) -> str:
        """What it shows; `later` steps of half a minute from now."""
        self.totp.drift = later
        return f"{self.totp.token():06d}"

    def wrong(self) -> str:
        near = {self.code(step) for step in range(-3, 4)}
        return next(f"{number:06d}" for number in range(10) if f"{number:06d}" not in near)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute is not over while a test runs, however slow the machine is."""
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", SimpleNamespace(time=lambda: NOW))


@pytest.fixture
def person(data: Any, account: Callable[..., User]) -> User:
    return account("officer", name="wang")


@pytest.fixture
def turned_on(person: User) -> tuple[Phone, list[str]]:
    """The phone and the recovery codes of a person who has turned it on in a browser."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    html = client.post("/account/second-factor/begin/").content.decode()
    phone = Phone(re.findall(r"<code>([A-Z2-7 ]{39})</code>", html)[0])
    shown = client.post("/account/second-factor/confirm/", {"code": phone.code(-1)}).content.decode()
    return phone, CODES.findall(shown)


def given_password(password: str = PASSWORD, to: str = "/sign-in/") -> Client:
    client = Client()
    client.post(to, {"username": "wang", "password": password})
    return client


def send(client: Client, code: str) -> int:
    # What waits a second, then two, then four between wrong codes is django-otp's own and tested there.
    TOTPDevice.objects.update(throttling_failure_count=0)
    return int(client.post("/sign-in/code/", {"code": code}).status_code)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_without_it_a_password_is_enough(person: User) -> None:
    assert signed_in(given_password())


def test_a_password_alone_opens_nothing(turned_on: tuple[Phone, list[str]]) -> None:
    client = given_password()
    assert not signed_in(client)
    assert client.get("/figures/")["Location"].startswith("/sign-in/")


def test_a_code_after_the_password_opens_the_page_that_was_asked_for(turned_on: tuple[Phone, list[str]]) -> None:
    client = given_password(to="/sign-in/?next=/figures/")
    answer = client.post("/sign-in/code/", {"code": turned_on[0].code()})
    assert (answer.status_code, answer["Location"]) == (302, "/figures/")
    assert signed_in(client)


def test_the_way_on_after_a_code_leads_to_no_other_host(turned_on: tuple[Phone, list[str]]) -> None:
    client = given_password(to="/sign-in/?next=https://elsewhere.example/")
    assert client.post("/sign-in/code/", {"code": turned_on[0].code()})["Location"] == "/home/"


def test_a_code_without_the_password_opens_nothing(turned_on: tuple[Phone, list[str]]) -> None:
    for client in (Client(), given_password("not the password")):
        assert client.post("/sign-in/code/", {"code": turned_on[0].code()})["Location"] == "/sign-in/"
        assert not signed_in(client)


def test_a_code_opens_once(turned_on: tuple[Phone, list[str]]) -> None:
    code = turned_on[0].code()
    assert send(given_password(), code) == 302
    replayed = given_password()
    assert send(replayed, code) == 422
    assert not signed_in(replayed)


def test_the_code_that_turned_it_on_does_not_open_the_account(turned_on: tuple[Phone, list[str]]) -> None:
    assert send(given_password(), turned_on[0].code(-1)) == 422


def test_codes_of_long_ago_and_of_later_are_refused(turned_on: tuple[Phone, list[str]]) -> None:
    client = given_password()
    assert [send(client, turned_on[0].code(step)) for step in (-3, 4)] == [422, 422]


@pytest.mark.parametrize(
    "code", ["", " ", "abcdef", "１２３４５６", "-12345", "1e5", "\x00", "9" * 5_000, "0" * 6 + "'--"]
)
def test_whatever_is_typed_as_a_code_is_a_wrong_one(code: str, turned_on: tuple[Phone, list[str]]) -> None:
    assert send(given_password(), code) == 422


def test_guessing_codes_locks_even_for_the_right_one(turned_on: tuple[Phone, list[str]]) -> None:
    phone, _codes = turned_on
    client = given_password()
    found = [send(client, phone.wrong()) for _guess in range(settings.AXES_FAILURE_LIMIT)]
    assert found == [422] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert send(client, phone.code()) == 429
    assert not signed_in(client)
    assert Client().post("/sign-in/", {"username": "wang", "password": PASSWORD}).status_code == 429


def test_the_right_password_between_guesses_does_not_start_the_count_anew(turned_on: tuple[Phone, list[str]]) -> None:
    found = [send(given_password(), turned_on[0].wrong()) for _guess in range(settings.AXES_FAILURE_LIMIT)]
    assert found[-1] == 429


def test_guesses_from_many_places_have_to_wait_longer_and_longer(turned_on: tuple[Phone, list[str]]) -> None:
    phone, _codes = turned_on
    for number in range(3):
        client = given_password()
        client.post("/sign-in/code/", {"code": phone.wrong()}, REMOTE_ADDR=f"10.0.0.{number}")
    late = given_password()
    assert late.post("/sign-in/code/", {"code": phone.code()}).status_code == 422
    assert not signed_in(late)


def test_a_recovery_code_opens_once_however_it_is_typed(turned_on: tuple[Phone, list[str]]) -> None:
    _phone, codes = turned_on
    assert len(set(codes)) == RecoveryCode.MANY
    assert send(given_password(), f" {codes[0].upper()} ") == 302
    assert send(given_password(), codes[0]) == 422
    assert send(given_password(), codes[1].replace("-", "")) == 302
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()


def test_a_password_changed_meanwhile_asks_for_the_password_again(
    person: User, turned_on: tuple[Phone, list[str]]
) -> None:
    client = given_password()
    person.set_password("another-Long-enough-7")
    person.save()
    assert client.post("/sign-in/code/", {"code": turned_on[0].code()})["Location"] == "/sign-in/"


def test_a_password_given_long_ago_counts_no_more(turned_on: tuple[Phone, list[str]]) -> None:
    client = given_password()
    session = client.session
    session["second-factor"] = session["second-factor"] | {"at": session["second-factor"]["at"] - 301}
    session.save()
    assert client.post("/sign-in/code/", {"code": turned_on[0].code()})["Location"] == "/sign-in/"


def test_the_administration_asks_for_the_code_too(person: User, turned_on: tuple[Phone, list[str]]) -> None:
    person.is_staff = person.is_superuser = True
    person.save()
    client = Client()
    asked = client.post("/admin/login/?next=/admin/", {"username": "wang", "password": PASSWORD})
    assert asked["Location"] == "/sign-in/?next=/admin/"
    assert not signed_in(client)
    assert client.get("/admin/").status_code == 302


def signed(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_turning_it_off_needs_password_and_code(person: User, turned_on: tuple[Phone, list[str]]) -> None:
    phone, codes = turned_on
    client, off = signed(person), "/account/second-factor/off/"
    for given in ({}, {"password": PASSWORD}, {"code": codes[0]}, {"password": PASSWORD, "code": phone.code(-1)}):
        assert client.post(off, given).status_code == 422
        TOTPDevice.objects.update(throttling_failure_count=0)
    assert second_factor.device_of(person) is not None
    assert client.post(off, {"password": PASSWORD, "code": phone.code()}).status_code == 302
    assert signed_in(given_password())
    assert not RecoveryCode.objects.filter(user=person).exists()


def test_guessing_the_password_in_an_open_session_locks(person: User, turned_on: tuple[Phone, list[str]]) -> None:
    client = signed(person)
    found = [
        client.post("/account/second-factor/off/", {"password": f"guess {number}", "code": "000000"}).status_code
        for number in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert found[-1] == 429


def test_new_recovery_codes_end_the_old_ones(person: User, turned_on: tuple[Phone, list[str]]) -> None:
    _phone, codes = turned_on
    given = {"password": PASSWORD, "code": codes[0]}
    fresh = CODES.findall(signed(person).post("/account/second-factor/codes/", given).content.decode())
    assert len(fresh) == RecoveryCode.MANY and not set(fresh) & set(codes)
    assert send(given_password(), codes[1]) == 422
    assert send(given_password(), fresh[1]) == 302


def test_the_key_is_shown_while_it_is_set_up_and_never_after(person: User) -> None:
    client = signed(person)
    first = client.post("/account/second-factor/begin/").content.decode()
    picture = client.get("/account/second-factor/key.svg")
    assert picture["Content-Type"] == "image/svg+xml" and "no-store" in picture["Cache-Control"]
    key = re.findall(r"<code>([A-Z2-7 ]{39})</code>", first)[0]
    refused = client.post("/account/second-factor/confirm/", {"code": Phone(key).wrong()})
    assert refused.status_code == 422 and key in refused.content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert client.post("/account/second-factor/confirm/", {"code": Phone(key).code()}).status_code == 200
    assert client.get("/account/second-factor/key.svg").status_code == 404
    assert key not in client.get("/account/second-factor/").content.decode()
    assert client.post("/account/second-factor/begin/").status_code == 302


def test_turning_it_on_ends_the_other_sessions_of_this_person_and_of_nobody_else(
    person: User, account: Callable[..., User]
) -> None:
    own, other, stranger = signed(person), signed(person), signed(account("leader", name="zhao"))
    html = own.post("/account/second-factor/begin/").content.decode()
    phone = Phone(re.findall(r"<code>([A-Z2-7 ]{39})</code>", html)[0])
    assert own.post("/account/second-factor/confirm/", {"code": phone.code()}).status_code == 200
    found = [client.get("/account/second-factor/").status_code for client in (own, other, stranger)]
    assert found == [200, 302, 200]


def test_the_picture_says_what_the_text_says(person: User) -> None:
    device = second_factor.begin(person)
    parts = urlsplit(second_factor.address(device, "zone"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/zone:wang")
    asked = parse_qs(parts.query)
    assert asked["secret"] == [second_factor.secret(device).replace(" ", "")] and asked["issuer"] == ["zone"]
    device.user.username = "王" * 150
    assert len(second_factor.address(device, "zone")) <= second_factor.LONGEST


def test_an_administrator_resets_it_and_that_is_logged(
    person: User, turned_on: tuple[Phone, list[str]], site: Callable[..., Client]
) -> None:
    form = {"action": "reset_second_factor", "_selected_action": [person.pk]}
    assert site("officer").post("/admin/accounts/user/", form).status_code == 302
    assert second_factor.device_of(person) is not None
    assert site("administrator").post("/admin/accounts/user/", form).status_code == 302
    assert second_factor.device_of(person) is None
    entry = LogEntry.objects.get(object_id=str(person.pk), change_message__contains="second factor reset")
    assert entry.user.role == "administrator"
    assert signed_in(given_password())


def test_no_code_is_kept_in_the_log_of_failures(turned_on: tuple[Phone, list[str]]) -> None:
    from axes.models import AccessAttempt  # noqa: PLC0415

    _phone, codes = turned_on
    assert send(given_password(), f"{codes[0]}x") == 422
    kept = AccessAttempt.objects.get()
    assert codes[0][:11] not in kept.post_data and "code" in kept.post_data


def test_an_administrator_does_not_read_keys_of_others(
    person: User, turned_on: tuple[Phone, list[str]], site: Callable[..., Client]
) -> None:
    device = second_factor.device_of(person)
    assert device is not None
    html = site("administrator").get(f"/admin/otp_totp/totpdevice/{device.pk}/change/").content.decode()
    assert device.key not in html


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_its_pages_open_in_both_languages(person: User, turned_on: tuple[Phone, list[str]], language: str) -> None:
    client = given_password()
    client.cookies["django_language"] = language
    assert client.get("/sign-in/code/").status_code == 200
    assert signed(person).get("/account/second-factor/").status_code == 200


def test_a_lost_phone_is_reset_at_the_terminal(
    person: User,
    turned_on: tuple[Phone, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from duofeng.cli.commands import accounts  # noqa: PLC0415

    monkeypatch.setattr(accounts, "prepare", lambda *_folders: None)
    accounts.reset("wang")
    given = given_password(re.findall(r"[：:] ?(\S+)\s*$", capsys.readouterr().out)[0])
    assert signed_in(given)
    assert given.get("/")["Location"] == "/password/"
    assert LogEntry.objects.filter(object_id=str(person.pk), change_message__contains="at the terminal").exists()
