"""Attacks tried on every page: scripts in texts, missing tokens, other people's firms, guessed passwords, hostile files
and expressions, meta characters in filters."""

from __future__ import annotations

import contextlib
import io
import re
import resource
import shutil
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from duofeng.brain.runs.store import Runs
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.web import reader
from duofeng.web.page import all_pages

SCRIPT = "<script>alert('seen')</script>"
HOSTILE = f"\"'>{SCRIPT}<img src=x onerror=alert(1)>{{{{7*7}}}}"
META = (
    "' OR '1'='1",
    "1; DROP TABLE accounts_user; --",
    "%' UNION SELECT password FROM accounts_user --",
    "\\",
    "\x00",
    "[",
    "(?",
)
FILTERS = ("q", "sort", "page", "period", "known", "format", "verdict", "topic", "policy", "office", "next", "source")
ADDRESSES = (
    "/", "/figures/", "/figures/gdp/", "/targets/", "/contradictions/", "/gate/", "/firms/", "/policies/", "/scores/",
    "/payments/", "/finder/", "/steward/arrivals/", "/steward/rejects/", "/steward/quarantine/", "/steward/sources/",
    "/steward/runs/", "/steward/resolve/", "/steward/jobs/", "/steward/upload/", "/policies/high-tech-income-tax/who/",
    "/policies/high-tech-income-tax/near/", "/scores/tech-sme/",
)  # fmt: skip
DOCX = "word/document.xml"
TYPES = "[Content_Types].xml"


# Scripts in texts


@pytest.fixture
def poisoned(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A copy of the data in which a firm's name and a refused cell are scripts; the firm's subject."""
    for name in ("ledger", "runs"):
        shutil.copytree(data / name, tmp_path / name)
    run = Runs(tmp_path / "runs").current()
    profile = pl.read_parquet(run.path("profile", "organisation"))
    subject = str(profile["subject"][0])
    profile.with_columns(name=pl.lit(HOSTILE)).write_parquet(run.path("profile", "organisation"))
    header, line = (data / "synthetic" / "visits-2023.csv").read_text("utf-8-sig").splitlines()[:2]
    cells = [subject, HOSTILE.replace('"', '""'), SCRIPT, *line.split(",")[3:]]
    sent = tmp_path / "visits-2023.csv"
    sent.write_text(f"{header}\n" + ",".join(f'"{cell}"' for cell in cells) + "\n", "utf-8")
    monkeypatch.setattr(settings, "DATA", tmp_path)
    outcome = Loader(reader.zone(), Ledger.open(tmp_path / "ledger"), tmp_path, HOSTILE, run.as_of).load(
        sent, run.known_at
    )
    assert outcome.rejects == 1
    yield subject


def test_no_text_of_a_file_becomes_a_script(poisoned: str, site: Callable[..., Client]) -> None:
    client = site("administrator")
    firm = tuple(f"/firms/{quote(poisoned)}/{part}" for part in ("", "policies/", "scores/", "ladder/"))
    shown = 0
    for address in (*ADDRESSES, *firm):
        text = client.get(address, {"q": SCRIPT}).content.decode()
        shown += "&lt;script&gt;alert" in text
        assert SCRIPT not in text and "<img src=x" not in text, address
    assert shown >= 5


def test_a_search_for_a_firm_shows_a_hostile_name_as_text(poisoned: str, site: Callable[..., Client]) -> None:
    text = site("leader").get(f"/firms/{quote(poisoned)}/").content.decode()
    assert "&lt;script&gt;alert" in text and SCRIPT not in text


def test_a_hostile_file_name_is_shown_as_text(site: Callable[..., Client]) -> None:
    file = SimpleUploadedFile(f"{SCRIPT.replace('/', '')}.csv", "甲,乙\n1,2\n".encode())
    answer = site("steward").post("/steward/upload/", {"file": file}, follow=True)
    assert answer.status_code < 500
    assert "<script>alert" not in answer.content.decode()


def test_every_answer_forbids_scripts_of_others(site: Callable[..., Client]) -> None:
    for address in ("/", "/sign-in/", "/nowhere/", "/api/v1/runs", "/admin/"):
        answer = site("administrator").get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, address
        assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff", address


# Requests made by others


def test_every_post_without_its_token_is_refused(data: Path, account: Callable[..., Any], firms: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("administrator"), backend="django.contrib.auth.backends.ModelBackend")
    given = {
        "<uuid:id>": "00000000-0000-4000-8000-000000000000",
        "<path:subject>": firms[0],
        "<str:register>": "organisation",
    }
    for page in all_pages():
        if page.name == "api":
            continue
        path = "/" + re.sub(r"<[^>]+>", lambda part: given.get(part.group(), "1"), page.path)
        assert client.post(path, {"x": "1"}).status_code == 403, path


def test_the_language_switch_sends_nobody_to_another_host(site: Callable[..., Client]) -> None:
    answer = site().post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in answer.get("Location", "")


def test_signing_in_sends_nobody_to_another_host(data: Path, account: Callable[..., Any]) -> None:
    account("leader", name="li")
    form = {"username": "li", "password": "li-Long-enough-7"}
    answer = Client().post("/sign-in/?next=https://elsewhere.example/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/home/")


def test_an_enterprise_cannot_open_values_of_another_firm(site: Callable[..., Client], firms: list[str]) -> None:
    client = site("enterprise", firms[0])
    answer = client.post(reverse("firm-open", kwargs={"subject": firms[1]}), {"reason": "curious"})
    assert answer.status_code == 403
    for odd in (f"{firms[0]}/../{firms[1]}", firms[1].lower(), f"{firms[0]}%2F..%2F{firms[1]}", f" {firms[1]}"):
        assert client.get(f"/firms/{odd}/").status_code in {403, 404}, odd


FIGURES = ("gdp", "high_tech_firms", "revenue", "nothing", "..%2f..%2fetc", "%00", "' OR 1=1 --")


@pytest.mark.parametrize("id", FIGURES)
def test_no_figure_is_opened_by_its_id_without_the_right_to_figures(
    id: str, site: Callable[..., Client], firms: list[str]
) -> None:
    client = site("enterprise", firms[0])
    for tail in ("", "profiles/", "profiles/high_tech_firms_counted/", "profiles/high_tech_firms_counted/?format=csv"):
        assert client.get(f"/figures/{id}/{tail}").status_code in {403, 404}


def test_the_subjects_of_a_figure_are_found_under_their_own_indicator_only(site: Callable[..., Client]) -> None:
    client = site("leader")
    assert client.get("/figures/high_tech_firms/profiles/high_tech_firms_counted/").status_code == 200
    for odd in (
        "gdp/profiles/high_tech_firms_counted",
        "high_tech_firms/profiles/gazelles_counted",
        "revenue/profiles",
    ):
        assert client.get(f"/figures/{odd}/").status_code == 404


def test_a_draft_is_seen_by_its_writer_only(site: Callable[..., Client]) -> None:
    writer, other = site("officer"), site("officer")
    kept = writer.post("/gate/", {"text": "全年生产总值 100 亿元，增长 5%。"})
    assert kept.status_code == 302
    assert writer.get(kept["Location"]).status_code == 200
    assert other.get(kept["Location"]).status_code == 404


def test_guessing_a_password_locks_the_account_even_for_the_right_one(data: Path, account: Callable[..., Any]) -> None:
    account("leader", name="li")
    client = Client()
    for number in range(settings.AXES_FAILURE_LIMIT):
        found = client.post("/sign-in/", {"username": "li", "password": f"guess {number}"})
    assert found.status_code == 429
    right = client.post("/sign-in/", {"username": "li", "password": "li-Long-enough-7"})
    assert right.status_code == 429 and "_auth_user_id" not in client.session


def test_another_forwarded_address_for_each_guess_does_not_help(data: Path, account: Callable[..., Any]) -> None:
    account("leader", name="li")
    found = [
        Client(headers={"x-forwarded-for": f"10.1.1.{number}", "x-real-ip": f"10.2.2.{number}"})
        .post("/sign-in/", {"username": "li", "password": f"guess {number}"})
        .status_code
        for number in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert found[-1] == 429


def test_a_form_of_another_site_is_told_so_in_the_words_of_this_one(data: Path, account: Callable[..., Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("officer"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/studio/try/", {"text": "x"}, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403 and "请重新打开这一页" in answer.content.decode()


# Hostile files


def test_a_gigabyte_is_refused_before_it_is_read(site: Callable[..., Client]) -> None:
    answer = site("steward").post("/steward/upload/", {"x": "1"}, headers={"content-length": str(2**30)})
    assert answer.status_code == 413


def test_a_gigabyte_that_does_not_say_how_long_it_is_is_not_received(served: Any) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as line:
        line.sendall(b"POST /steward/upload/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent, part = 0, b"100000\r\n" + b"a" * 2**20 + b"\r\n"
        with contextlib.suppress(OSError):
            while sent < 2**30:
                line.sendall(part)
                sent += 2**20
    assert sent < 2**30
    assert not list(served.folder.glob("uploads/*/*"))


def test_a_workbook_that_swells_is_refused_within_bounded_memory(site: Callable[..., Client]) -> None:
    """300 MiB of one cell repeated, packed into a third of a mebibyte."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = _workbook(b"<row>" + b'<c t="inlineStr"><is><t>aaaaaaaaaaaaaaaa</t></is></c>' * 5_500_000 + b"</row>")
    assert len(bomb) < 2**20
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = site("steward").post("/steward/upload/", {"file": SimpleUploadedFile("bomb.xlsx", bomb)}, follow=True)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, built)
    assert answer.status_code in {200, 422} and "E2" in answer.content.decode()
    assert grown < 100 * 1024


def _workbook(rows: bytes, doctype: bytes = b"") -> bytes:
    head = b'<?xml version="1.0"?>' + doctype
    sheet = head + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    kept = {
        TYPES: b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Override PartName="/xl/workbook.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        b'<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Target="xl/workbook.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "xl/workbook.xml": b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b"<Relationships xmlns="
        b'"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Target="worksheets/sheet1.xml" Type='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet + rows + b"</sheetData></worksheet>",
    }
    return _packed(kept)


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    kept = tmp_path / "secret.txt"
    kept.write_text("entrusted-to-nobody", "utf-8")
    return kept


def test_an_entity_in_a_workbook_reads_no_file(secret: Path, site: Callable[..., Client]) -> None:
    doctype = f'<!DOCTYPE x [<!ENTITY stolen SYSTEM "{secret.as_uri()}">]>'.encode()
    book = _workbook(b'<row><c t="inlineStr"><is><t>&stolen;</t></is></c></row>' * 3, doctype)
    answer = site("steward").post("/steward/upload/", {"file": SimpleUploadedFile("x.xlsx", book)}, follow=True)
    assert answer.status_code < 500 and "entrusted-to-nobody" not in answer.content.decode()


@pytest.mark.parametrize("entity", ['SYSTEM "{file}"', '"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"'], ids=["file", "laughter"])
def test_an_entity_in_a_document_reads_no_file_and_does_not_swell(
    entity: str, secret: Path, site: Callable[..., Client]
) -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inner = '<!ENTITY c "ha"><!ENTITY b "' + "&c;" * 1000 + '">'
    text = (
        f'<?xml version="1.0"?><!DOCTYPE x [{inner}<!ENTITY stolen {entity.format(file=secret.as_uri())}>]>'
        f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>一&stolen;二</w:t></w:r></w:p></w:body></w:document>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    file = _packed({TYPES: types.encode(), "_rels/.rels": relations.encode(), DOCX: text.encode()})
    answer = site("officer").post("/gate/", {"file": SimpleUploadedFile("x.docx", file)}, follow=True)
    said = answer.content.decode()
    assert answer.status_code < 500 and "entrusted-to-nobody" not in said and "hahaha" not in said


# Filters and expressions


@pytest.mark.parametrize("address", ADDRESSES)
def test_meta_characters_in_filters_change_nothing(address: str, site: Callable[..., Client]) -> None:
    client = site("administrator")
    for meta in META:
        answer = client.get(address, dict.fromkeys(FILTERS, meta))
        assert answer.status_code in {200, 302, 400, 404, 422}, (meta, answer.status_code)
    assert client.get("/").status_code == 200


HOSTILE_EXPRESSIONS = (
    "read_text('/etc/passwd') = ''",
    "__import__('os').system('id') = 0",
    "(SELECT password FROM accounts_user LIMIT 1) = ''",
    "revenue[-1] > 9 ** 9 ** 9 ** 9",
    "revenue[-1] > repeat('a', 2000000000)",
    "name LIKE '" + "%a" * 500 + "'",
    "regexp_matches(name, '(a+)+$')",
    "(" * 5_000 + "true" + ")" * 5_000,
    " AND ".join(["revenue[-1] > 1"] * 4_000),
    "revenue[-999999999] > 1",
    "registered_on > DATE '99999-01-01'",
    "CASE " + "WHEN true THEN true " * 2_000 + "END",
    "pg_sleep(100) IS NULL",
    "generate_series(1, 1e12) IS NULL",
)
CPU_SECONDS = 20


@pytest.mark.parametrize("expression", HOSTILE_EXPRESSIONS, ids=[each[:24] for each in HOSTILE_EXPRESSIONS])
def test_a_hostile_expression_in_the_studio_is_refused_within_bounds(
    expression: str, site: Callable[..., Client]
) -> None:
    """Refused with a report, or harmless; never a crash, a sleep, a gigabyte or a file."""
    quoted = expression.replace("\\", "\\\\").replace('"', '\\"')
    draft = f"""policy: draft
title: {{zh: 草案, en: Draft}}
source: {{document: {{zh: 草案, en: Draft}}, trust: illustrative}}
from: 2024-01-01
conditions:
  all:
    title: {{zh: 条件, en: Condition}}
    when: "{quoted}"
examples: []
"""
    before = resource.getrusage(resource.RUSAGE_SELF)
    answer = site("officer").post("/studio/check/", {"text": draft})
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert answer.status_code in {200, 413, 422}
    assert "root:" not in answer.content.decode()
    assert after.ru_utime - before.ru_utime < CPU_SECONDS
    assert after.ru_maxrss - before.ru_maxrss < 500 * 1024


def test_a_draft_that_swells_by_its_own_anchors_is_refused(site: Callable[..., Client]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = site("officer").post("/studio/check/", {"text": "\n".join(lines)})
    assert answer.status_code in {200, 422}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
