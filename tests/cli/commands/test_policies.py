"""The whole way of a zone abroad at the terminal: check, load, run, ask, try a draft, pay."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from duofeng.cli.main import build_app
from duofeng.kernel.problem import ProblemError

ROOT = Path(__file__).resolve().parents[3]
SECOND = ROOT / "zones" / "second"
FILES = [str(path) for path in sorted((ROOT / "docs" / "examples" / "second").glob("*.csv"))]
KNOWN = "2099-12-31"


def run(*words: str, data: Path, zone: Path = SECOND, lang: str = "en") -> Result:
    names = {"DUOFENG_ZONE": str(zone), "DUOFENG_DATA": str(data), "DUOFENG_LANG": lang, "COLUMNS": "160"}
    result = CliRunner().invoke(build_app(), words, env=names)
    if isinstance(result.exception, ProblemError):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("terminal")
    assert run("check", str(SECOND), data=data).exit_code == 0
    assert "0 not loaded" in run("load", *FILES, data=data).output
    assert "1,128,500.00 SAR" in run("run", "--as-of", "2024-06-30", "--known-at", KNOWN, data=data).output
    return data


@pytest.fixture
def data(computed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(computed, tmp_path / "data"))


def test_nothing_of_another_country_is_printed(computed: Path) -> None:
    for words in (["policies", "list"], ["policies", "for", "Saltwork"], ["explain", "research-grant", "Saltwork"]):
        assert "元" not in run(*words, data=computed).output


def test_a_firm_sees_its_bundle_and_what_was_paid_and_is_promised_nothing_far_away(computed: Path) -> None:
    said = run("policies", "for", "Saltwork", data=computed).output
    assert "✓ Research grant  250,000.00 SAR" in said
    assert "✗ Hiring voucher" in said and "choosing it costs 118,000.00 SAR" in said
    paid = run("policies", "for", "Pelican", data=computed).output
    assert "Export bonus was paid in 2023: 150,000.00 SAR" in paid
    assert "percentage points short" not in paid, "a ratio forty times its own is not near"


def test_an_answer_is_explained_down_to_file_and_row(computed: Path) -> None:
    said = run("explain", "research-grant", "Quay Robotics", data=computed).output
    assert "→ yes  162,469.13 SAR" in said
    assert "research[2023] = 812,345.67 SAR ← Annual accounts (accounts-2023.csv Research (SAR) row 3)" in said
    unknown = run("explain", "good-standing", "Tern Software", data=computed).output
    assert "resident = unknown ← Companies register" in unknown


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("explain", "research-grand", "Saltwork"), "E553"),
        (("explain", "research-grant", "Nobody At All"), "E255"),
        (("policies", "for", "LLC"), "E256"),
        (("policies", "for", "Saltwork", "--run", "1999"), "E650"),
        (("policies", "dry-run", "no-such-file.yaml"), "E001"),
        (("policies", "pay", "--csv", "/no/such/folder/list.csv"), "E141"),
        (("runs", "diff", "1999"), "E650"),
        (("run", "--as-of", "yesterday"), "E140"),
        (("run", "--known-at", "24:00"), "E140"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_code(computed: Path, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(ProblemError) as error:
        run(*words, data=computed)
    assert error.value.problems[0].code == code


def test_yesterdays_list_is_paid_with_the_same_bytes_whatever_the_zone_says_today(data: Path, tmp_path: Path) -> None:
    def paid(name: str) -> list[bytes]:
        files = [tmp_path / f"{name}.csv", tmp_path / f"{name}.xlsx"]
        run("policies", "pay", "--csv", str(files[0]), "--xlsx", str(files[1]), "--run", "2024-06-30", data=data)
        return [file.read_bytes() for file in files]

    first = paid("first")
    zone = Path(shutil.copytree(SECOND, tmp_path / "second"))
    grant = zone / "policies" / "research-grant.yaml"
    grant.write_text(grant.read_text().replace("title: Research grant", "title: Another title"))
    run("run", "--as-of", "2024-07-31", "--known-at", KNOWN, data=data, zone=zone)
    assert paid("second") == first
    rows = list(csv.reader((tmp_path / "first.csv").read_text("utf-8-sig").splitlines()))
    assert sum(int(row[7].replace(".", "")) for row in rows[1:-2]) == 1_128_500_00 == int(rows[-2][7].replace(".", ""))


def test_a_run_is_not_explained_under_rules_it_did_not_have(data: Path, tmp_path: Path) -> None:
    zone = Path(shutil.copytree(SECOND, tmp_path / "second"))
    voucher = zone / "policies" / "hiring-voucher.yaml"
    voucher.write_text(voucher.read_text().replace(">= 3", ">= 4"))
    with pytest.raises(ProblemError) as error:
        run("policies", "for", "Saltwork", data=data, zone=zone)
    assert error.value.problems[0].code == "E655" and "hiring-voucher" in error.value.problems[0].params["rules"]


def test_a_changed_payment_file_is_found_before_anybody_pays(data: Path) -> None:
    current = data / "runs" / (data / "runs" / "current").read_text().strip() / "organisation" / "bundles.parquet"
    current.write_bytes(current.read_bytes()[:-1] + b"x")
    with pytest.raises(ProblemError) as error:
        run("policies", "pay", data=data)
    assert error.value.problems[0].code == "E651"


DRAFT = """title: Hiring voucher, draft
policy: hiring-voucher
source: {document: Draft, trust: illustrative}
from: 2025-01-01
conditions:
  standing: {title: In good standing, when: outcome('good-standing')}
  growth: {title: At least six more, when: 'employees[-1] - employees[-2] >= 6'}
amount: {expression: '(employees[-1] - employees[-2]) * money(20_000)', cap: 200_000}
families: {growth-support: highest}
examples: [{title: nobody, as_of: 2025-06-30, given: {}, expect: unknown}]
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_draft_is_tried_in_words_and_as_a_page(computed: Path, tmp_path: Path, lang: str) -> None:
    draft, page = tmp_path / "hiring-2025.yaml", tmp_path / "page.html"
    draft.write_text(DRAFT)
    said = run("policies", "dry-run", str(draft), "--html", str(page), data=computed, lang=lang).output
    assert "SAR" in said and "Hiring voucher, draft" in said
    assert ("against the version in force" in said) == (lang == "en")
    assert "<svg" in page.read_text("utf-8")


def test_a_draft_with_a_failing_example_is_refused(computed: Path, tmp_path: Path) -> None:
    draft = tmp_path / "hiring-2025.yaml"
    draft.write_text(DRAFT.replace("expect: unknown", "expect: no"))
    with pytest.raises(ProblemError) as error:
        run("policies", "dry-run", str(draft), data=computed)
    assert error.value.problems[0].code == "E550"


def test_check_refuses_a_zone_whose_example_fails_and_shows_both_sides(tmp_path: Path) -> None:
    zone = Path(shutil.copytree(SECOND, tmp_path / "second"))
    grant = zone / "policies" / "research-grant.yaml"
    grant.write_text(grant.read_text().replace("amount: 180_000", "amount: 190_000"))
    with pytest.raises(ProblemError) as error:
        run("check", str(zone), data=tmp_path)
    (problem,) = error.value.problems
    assert problem.code == "E550"
    assert (problem.params["expected"], problem.params["found"]) == ("yes 190000.00", "yes 180000.00")
    said = run("check", str(zone), "--json", data=tmp_path)
    assert said.exit_code == 1 and '"E550"' in said.output


def test_runs_are_listed_compared_and_verified(data: Path) -> None:
    run("run", "--as-of", "2025-06-30", "--known-at", KNOWN, data=data)
    listed = run("runs", data=data).output
    assert listed.count("2099-12-31") == 2 and "← current" in listed
    changes = data / "changes.csv"
    said = run("runs", "diff", "2024", "2025", "--csv", str(changes), data=data).output
    assert "the date moved on" in said and "answers differ" in said
    assert len(changes.read_text("utf-8-sig").splitlines()) > 5
    assert "Not one answer differs" in run("runs", "diff", "2024", "2024", data=data).output
    assert "every file is as its manifest says" in run("runs", "verify", data=data).output
