"""In a language made by a program every text stands in brackets: what stands outside was never translated."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.kernel.problem import ProblemError
from duofeng.tell.language import speaking
from duofeng.tell.problems import report

ROOT = Path(__file__).resolve().parents[3]
CHINESE = re.compile("[\u3400-\u9fff]")


def outside(text: str) -> list[str]:
    """The lines that hold Chinese outside the brackets of the made-up language. A text may stand inside another."""
    before = ""
    while text != before:
        before, text = text, re.sub("⟦[^⟦⟧]*⟧", "", text)
    return [line for line in text.splitlines() if CHINESE.search(line)]


def test_chinese_outside_of_the_brackets_is_found() -> None:
    assert outside("⟦一⟦二⟧三⟧ 四\n⟦五⟧") == [" 四"]


class Typed:
    """Commands typed in the made-up language, one after the other."""

    def __init__(self, language: str, zone: Path, data: Path) -> None:
        self.names = {"DUOFENG_ZONE": str(zone), "DUOFENG_DATA": str(data), "DUOFENG_LANG": language, "COLUMNS": "400"}
        self.language = language

    def __call__(self, *words: str) -> str:
        """What it prints; a problem that it stops with, as the terminal shows it."""
        done = CliRunner().invoke(build_app(), words, env=self.names)
        if isinstance(done.exception, ProblemError):
            with speaking(self.language, "en"):
                return done.output + "\n".join(report(each) for each in done.exception.problems)
        assert done.exit_code in (0, 1) and (done.exception is None or isinstance(done.exception, SystemExit)), done
        return done.output


def test_commands_on_subjects_leave_no_text_out(pseudo: str, tmp_path: Path) -> None:
    zone, data, pages = ROOT / "zones/second", tmp_path / "data", tmp_path / "pages"
    typed, examples = Typed(pseudo, zone, data), ROOT / "docs/examples"
    pages.mkdir()
    draft = str(examples / "second-draft/hiring-voucher-2025.yaml")
    said = {
        words: typed(*words)
        for words in (
            ("check", str(zone)),
            ("load", *map(str, sorted((examples / "second").glob("*.csv")))),
            ("run", "--as-of", "2024-06-30"),
            ("policies", "dry-run", draft, "--html", str(pages / "draft.html")),
            ("policies", "list"),
            ("question", "before", "--as-of", "2023-06-30"),
            ("runs",),
            ("questions",),
            ("policies", "for", "Saltwork"),
            ("explain", "research-grant", "Quay Robotics"),
            ("explain", "research-grant", "Nobody"),
            ("explain", "E121"),
            ("policies", "pay", "--csv", str(pages / "pay.csv")),
            ("score",),
            ("score", "resilience"),
            ("score", "resilience", "Quay Robotics"),
            ("score", "resilience", "Quay Robotics", "--html", str(pages / "sheet.html")),
            ("score", "resilience", "--alarms"),
            ("show", "Quay Robotics"),
            ("rejects",),
            ("resolve",),
            ("ledger", "arrivals"),
            ("figure", "gdp"),
        )
    }
    said |= {(path.name,): path.read_text("utf-8") for path in (pages / "draft.html", pages / "sheet.html")}
    left_out = {words[:3]: found for words, text in said.items() if (found := outside(text))}
    assert not left_out
    assert sum("⟦" in text for text in said.values()) == len(said)


def test_commands_on_figures_leave_no_text_out(pseudo: str, folders: tuple[Path, Path], tmp_path: Path) -> None:
    zone = Path(shutil.copytree(folders[0].parents[1], tmp_path / "declared")) / "zones" / folders[0].name
    declared = zone / "zone.yaml"
    declared.write_text(declared.read_text("utf-8").replace("languages: [zh, en]", "languages: [en]"), "utf-8")
    draft, page = tmp_path / "draft.txt", tmp_path / "gate.html"
    draft.write_text("2024\nGDP 300\n", "utf-8")
    typed = Typed(pseudo, zone, folders[1])
    said = {
        words: typed(*words)
        for words in (
            ("figure", "gdp"),
            ("figure", "gdp", "--as-known-on", "2023-09-01"),
            ("figure", "nothing"),
            ("targets",),
            ("contradictions", "--all"),
            ("gate", str(draft), "--html", str(page)),
        )
    }
    said[("gate.html",)] = page.read_text("utf-8")
    assert not {words[:3]: found for words, text in said.items() if (found := outside(text))}
    assert all("⟦" in text for text in said.values())
