from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from duofeng.brain.runs.store import Manifest, Runs
from duofeng.kernel.problem import ProblemError


def manifest(id: str) -> Manifest:
    return Manifest(id, "z", {}, 1, "2024-06-30", "2024-07-01T00:00:00+00:00", "polars")


def published(runs: Runs, id: str, content: str = "x") -> None:
    with runs.writing(id) as folder:
        (folder / "outcomes.parquet").write_text(content)
        runs.publish(folder, manifest(id))


def code_of(error: pytest.ExceptionInfo[ProblemError]) -> str:
    return error.value.problems[0].code


def test_a_published_run_is_current_and_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a1")
    published(runs, "2024-a12")
    assert runs.current().id == "2024-a12"
    assert runs["2024-a1"].id == "2024-a1"
    assert runs["2024-a12"].id == "2024-a12"
    assert [run.id for run in runs.all()] == ["2024-a1", "2024-a12"]


@pytest.mark.parametrize("id", ["2024", "", "*", "[", "**", "../x", ".", "current/..", "2025"])
def test_an_id_that_fits_none_or_several_is_a_problem(tmp_path: Path, id: str) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a")
    published(runs, "2024-b")
    with pytest.raises(ProblemError) as error:
        runs[id]
    assert code_of(error) == "E650"


def test_nothing_computed_yet_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as error:
        Runs(tmp_path / "none").current()
    assert code_of(error) == "E650"
    assert Runs(tmp_path / "none").all() == ()


def test_a_failure_leaves_the_current_run_and_no_scratch(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a")
    with pytest.raises(RuntimeError), runs.writing("2024-b") as folder:
        (folder / "outcomes.parquet").write_text("half")
        raise RuntimeError
    assert runs.current().id == "2024-a"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "2024-a", "current"]


KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, {here!r})
    from duofeng.brain.runs.store import Manifest, Runs
    with Runs(Path({folder!r})).writing("2024-b") as folder:
        (folder / "outcomes.parquet").write_text("half")
        (folder / "manifest.json").write_text("{{}}")
        print(folder, flush=True)
        {act}
"""


def process(folder: Path, act: str) -> subprocess.Popen[str]:
    code = textwrap.dedent(KILLED.format(here=str(Path(__file__).parent), folder=str(folder), act=act))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_a_killed_run_is_never_seen_and_swept_away_by_the_next(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a")
    killed = process(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    assert killed.wait() == -signal.SIGKILL
    left = [path for path in tmp_path.iterdir() if path.name.startswith(".2024-b")]
    assert len(left) == 1
    assert [run.id for run in runs.all()] == ["2024-a"]
    assert runs.current().id == "2024-a"
    published(runs, "2024-c")
    assert not left[0].exists()


def test_a_run_that_is_still_being_written_is_not_swept_away(tmp_path: Path) -> None:
    working = process(tmp_path, "__import__('time').sleep(60)")
    assert working.stdout is not None
    scratch = Path(working.stdout.readline().strip())
    try:
        published(Runs(tmp_path), "2024-c")
        assert (scratch / "outcomes.parquet").exists()
    finally:
        working.kill()
        working.wait()


def test_two_processes_may_publish_the_same_run(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    with runs.writing("2024-a") as one, runs.writing("2024-a") as other:
        for folder in (one, other):
            (folder / "outcomes.parquet").write_text("same")
        assert runs.publish(other, manifest("2024-a")).id == runs.publish(one, manifest("2024-a")).id
    runs.current().verify()
    assert [run.id for run in runs.all()] == ["2024-a"]


def test_the_same_run_with_other_bytes_is_refused_and_the_published_one_stays(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a", "x")
    published(runs, "2024-a", "x")
    with pytest.raises(ProblemError) as error:
        published(runs, "2024-a", "y")
    assert code_of(error) == "E654"
    assert (tmp_path / "2024-a" / "outcomes.parquet").read_text() == "x"


@pytest.mark.parametrize("name", ["outcomes.parquet", "manifest.json"])
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_run_is_found_out_and_replaced_when_computed_again(tmp_path: Path, name: str, damage: str) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a")
    file = tmp_path / "2024-a" / name
    file.write_text("{") if damage == "changed" else file.unlink()
    with pytest.raises(ProblemError) as error:
        runs["2024-a"].verify()
    assert code_of(error) == ("E650" if (name, damage) == ("manifest.json", "gone") else "E651")
    published(runs, "2024-a")
    runs.current().verify()


def test_a_table_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a")
    with pytest.raises(ProblemError) as error:
        runs.current().table("bundles", "organisation")
    assert code_of(error) == "E651"


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file stands where the folder should")
    with pytest.raises(ProblemError) as error:
        published(Runs(tmp_path / "runs"), "2024-a")
    assert code_of(error) == "E652"


def test_a_disk_that_takes_no_more_is_a_problem_and_the_current_run_stays(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    published(runs, "2024-a")
    code = """
    import resource, signal, sys
    from pathlib import Path
    import polars as pl
    from duofeng.brain.runs.store import Runs
    from duofeng.kernel.problem import ProblemError
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    try:
        with Runs(Path(sys.argv[1])).writing("2024-b") as folder:
            pl.DataFrame({"a": range(100_000)}).write_parquet(folder / "a.parquet", compression="uncompressed")
    except ProblemError as error:
        print(error.problems[0].code)
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "E652"
    assert runs.current().id == "2024-a"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "2024-a", "current"]
