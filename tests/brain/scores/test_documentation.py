"""docs/scores.md: its commands are run in order on a made-up zone, and the sheets they print add up."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.scores.changes import changed_entries, changed_scores
from duofeng.brain.scores.sheet import Sheet, card_of, sheet
from duofeng.cli.main import build_app
from duofeng.kernel.problem import ProblemError
from duofeng.tell.sheet_words import branch_step, leaf_step
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

PROJECT = Path(__file__).resolve().parents[3]
ZONE = PROJECT / "zones" / (PROJECT / "zones/DEFAULT").read_text("utf-8").strip()
PAGE = (PROJECT / "docs/scores.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ duofeng (.*)$", PAGE, re.MULTILINE)
SETTING_UP = 3
CARD = "innovation-points"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first commands of the page were run."""
    root = tmp_path_factory.mktemp("scores")
    for command in COMMANDS[:SETTING_UP]:
        done = typed(command, root)
        assert done.exit_code == 0, done.output
    return root


def typed(command: str, root: Path, firm: str = "") -> Result:
    words = [word for word in shlex.split(command.replace('"$FIRM"', shlex.quote(firm)))]
    files = [str(each) for each in sorted((root / "made-up").glob("*.csv")) if each.name != "answer_key.csv"]
    words = [each for word in words for each in (files if word == "made-up/*.csv" else [word])]
    words = [str(root / word) if word in {"made-up", "sheet.html"} else word for word in words]
    where = ["--zone", str(ZONE)] + ([] if words[0] == "synth" else ["--data", str(root / "data")])
    return CliRunner().invoke(build_app(), [*words, *where])


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return Runs(folder / "data" / "runs").current()


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(ZONE)


@pytest.fixture(scope="module")
def firm(run: Run) -> str:
    table = run.table(f"score-{CARD}", "organisation").collect()
    return str(table.drop_nulls("score").sort("rank", "subject")["subject"][0])


@pytest.mark.parametrize("command", COMMANDS[SETTING_UP:])
def test_the_commands_of_the_page_work(folder: Path, firm: str, command: str) -> None:
    done = typed(command, folder, firm)
    assert done.exit_code == 0, done.output
    assert done.output.strip()


@pytest.fixture(scope="module")
def worked(zone: Zone, run: Run, firm: str) -> Sheet:
    return sheet(card_of(zone, run, CARD), run, firm)


def test_the_sheet_gives_the_score_the_run_kept(worked: Sheet) -> None:
    groups = [line for path, line in worked.lines.items() if len(path) == 1 and line.low is not None]
    weights = sum(line.weight for line in groups)
    total = sum((line.low or 0.0) * line.weight for line in groups) / weights
    assert total == pytest.approx(worked.row["score"], abs=1e-6)


def test_every_step_of_the_sheet_comes_out_to_its_points_when_it_is_typed_in(worked: Sheet) -> None:
    """The printed digits are enough: each branch recomputed from its printed formula gives the printed number."""
    for path in [(), *(path for path, line in worked.lines.items() if not line.is_leaf and not line.left_out)]:
        formula, printed = branch_step(worked, path).rsplit(" = ", 1)
        typed_in = formula.replace("×", "*").replace("÷", "/")
        assert re.fullmatch(r"[0-9.+*/() −]+", typed_in), typed_in
        assert eval(typed_in.replace("−", "-")) == pytest.approx(float(printed), abs=2e-4)  # digits only
    assert any("÷" in leaf_step(line) for line in worked.lines.values() if line.is_leaf)


def test_a_percentile_typed_in_from_the_sheet_comes_out(worked: Sheet) -> None:
    steps = " ".join(leaf_step(line) for line in worked.lines.values() if line.is_leaf)
    percentiles = re.findall(r"\(([\d.]+) − 1\) ÷ \((\d+) − 1\) × 100 = ([\d.]+)", steps)
    for rank, known, result in percentiles:
        assert (float(rank) - 1) / (int(known) - 1) * 100 == pytest.approx(float(result), abs=1e-4)
    assert len(percentiles) > 3


def test_the_page_is_one_file_that_fetches_nothing(folder: Path, firm: str) -> None:
    typed(f"score {CARD} {firm} --html sheet.html", folder)
    page = (folder / "sheet.html").read_text("utf-8")
    assert firm in page
    assert not re.search(r"(src|href)=|@import|url\(|<script", page)


def test_statistics_of_every_peer_group_are_kept(run: Run) -> None:
    groups = run.table(f"groups-{CARD}", "organisation").collect()
    scores = run.table(f"score-{CARD}", "organisation").collect()
    sizes = groups.group_by("group").agg(pl.col("peers").first())
    counted = scores.drop_nulls("group").group_by("group").len("peers")
    assert sizes.sort("group").rows() == counted.with_columns(pl.col("peers").cast(pl.Int64)).sort("group").rows()
    assert (groups["known"] <= groups["peers"]).all()


def test_a_run_against_itself_moves_nothing(run: Run) -> None:
    assert changed_scores(run, run, CARD, "organisation").is_empty()
    assert changed_entries(run, run, CARD, "organisation").is_empty()


def test_a_card_nobody_knows_and_a_firm_it_does_not_rate_are_said_so(zone: Zone, run: Run) -> None:
    with pytest.raises(ProblemError, match="E602"):
        card_of(zone, run, "inovation-points")
    with pytest.raises(ProblemError, match="E603"):
        sheet(card_of(zone, run, CARD), run, "nobody")
