from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.commands.explain import declared_problems, problems_page
from duofeng.cli.main import build_app
from duofeng.kernel.problem import ProblemError
from duofeng.tell.reference import keys_of, reference_pages
from duofeng.zone.load import load_zone
from duofeng.zone.registry import all_kinds
from duofeng.zone.schema import file_schema

WriteZone = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]
run = CliRunner().invoke


def test_check_counts_what_is_declared_and_shows_the_fingerprint(write_zone: WriteZone) -> None:
    result = run(build_app(), ["check", str(write_zone())])
    assert result.exit_code == 0
    assert "多峰样例园区" in result.output and "没有错误" in result.output
    assert re.search(r"指标\s+2\b", result.output)


def test_check_speaks_english_when_asked(write_zone: WriteZone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUOFENG_LANG", "en")
    assert "No problems." in run(build_app(), ["check", str(write_zone())]).output


def test_check_as_json_gives_problems_with_places_and_exit_code_one(write_zone: WriteZone) -> None:
    folder = write_zone({"documents/reports.yaml": "report-2023: {title: 总结, date: 2024-13-01}\n"})
    result = run(build_app(), ["check", str(folder), "--json"])
    assert result.exit_code == 1
    (problem,) = json.loads(result.output)["problems"]
    assert (problem["code"], problem["line"], problem["column"]) == ("E014", 1, 32)
    assert "月份" in problem["message"]


def test_check_as_json_describes_a_right_zone(write_zone: WriteZone) -> None:
    found = json.loads(run(build_app(), ["check", str(write_zone()), "--json"]).output)
    assert found["ok"] and found["zone"] == "sample" and found["declared"]["indicator"] == 2
    assert len(found["fingerprint"]["meaning"]) == 64


def test_check_prints_how_a_zone_differs_from_another(write_zone: WriteZone, sample_files: dict[str, str]) -> None:
    other = write_zone(name="before/sample")
    text = sample_files["sources/annual.yaml"].replace("priority: 80", "priority: 10")
    result = run(build_app(), ["check", str(write_zone({"sources/annual.yaml": text})), "--against", str(other)])
    assert "source annual" in result.output and "priority [含义]: 80 → 10" in result.output


def test_check_of_a_wrong_zone_leaves_its_report_to_the_one_place_that_prints(write_zone: WriteZone) -> None:
    result = run(build_app(), ["check", str(write_zone({"zone.yaml": "title: []\n"}))])
    assert isinstance(result.exception, ProblemError)


def test_explain_tells_what_a_code_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUOFENG_LANG", "en")
    result = run(build_app(), ["explain", "e014"])
    assert result.exit_code == 0 and "YYYY-MM-DD" in result.output and "the day must exist" in result.output


def test_explain_of_an_unknown_code_names_the_nearest() -> None:
    result = run(build_app(), ["explain", "E0014"])
    assert isinstance(result.exception, ProblemError)
    assert "E014" in str(result.exception.problems[0].message)


def test_schema_lists_the_kinds_and_prints_each() -> None:
    listed = run(build_app(), ["schema"]).output
    for name, kind in all_kinds().items():
        assert name in listed and kind.files in listed
        schema = json.loads(run(build_app(), ["schema", name]).output)
        assert schema == file_schema(kind)
        assert schema["type"] == ("array" if kind.holds == "list" else "object")


def test_schema_of_an_unknown_kind_names_the_nearest() -> None:
    result = run(build_app(), ["schema", "sorces"])
    assert isinstance(result.exception, ProblemError)
    assert "source" in str(result.exception.problems[0].message)


def test_the_schema_asks_for_required_keys_but_not_for_ids_that_follow_from_the_place() -> None:
    vocabulary = file_schema(all_kinds()["vocabulary"])["additionalProperties"]
    assert vocabulary["required"] == ["title", "type"]
    assert vocabulary["additionalProperties"] is False


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_every_key_is_described(kind: str) -> None:
    silent = [path for path, info in keys_of(all_kinds()[kind].model) if not info.description]
    assert not silent


def test_the_pages_of_zone_files_have_every_kind_and_every_key() -> None:
    for name, text in reference_pages().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, "run: duofeng schema --pages docs"
    first = (ROOT / "docs" / "zone-files.md").read_text("utf-8")
    for kind in all_kinds().values():
        assert f"(zone-files/{kind.name}.md)" in first
        page = (ROOT / "docs" / "zone-files" / f"{kind.name}.md").read_text("utf-8")
        assert all(f"| `{path}` |" in page for path, _ in keys_of(kind.model))


def test_the_sample_zone_of_the_page_is_the_one_these_tests_stand_on(sample_files: dict[str, str]) -> None:
    assert len(sample_files) == 8
    assert all(f"```yaml\n{text}```" in reference_pages()["zone-files.md"] for text in sample_files.values())


def test_the_page_of_problems_has_every_declared_code() -> None:
    page = (ROOT / "docs" / "problems.md").read_text("utf-8")
    missing = [code for code in declared_problems() if f"### {code}" not in page]
    assert not missing, "run: duofeng explain --markdown > docs/problems.md"
    assert page == problems_page()


def test_no_code_is_declared_where_explain_does_not_look() -> None:
    written = {
        code
        for path in (ROOT / "src").rglob("*.py")
        for code in re.findall(r"declare\(\s*\"(E\d{3})\"", path.read_text("utf-8"))
    }
    assert written == set(declared_problems())


def test_the_command_itself_ends_with_a_report_and_exit_code_one(write_zone: WriteZone) -> None:
    folder = write_zone({"documents/reports.yaml": "report-2023: {title: 总结, date: 2024-13-01}\n"})
    command = [sys.executable, "-m", "duofeng.cli.main", "check", folder.name]
    ended = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("sample/documents/reports.yaml:1:32   E014  ")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("folder", ["missing", "documents/reports.yaml", "."])
def test_what_is_no_zone_folder_is_said_to_be_none(
    write_zone: WriteZone, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(write_zone({"zone.yaml": None}))
    with pytest.raises(ProblemError) as caught:
        load_zone(folder)
    assert [problem.code for problem in caught.value.problems] == ["E020"]
