"""What `duofeng new` writes passes the check, teaches by comments, and is never written over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from duofeng.brain.policies.examples import failing_examples
from duofeng.kernel.problem import ProblemError
from duofeng.zone.load import load_zone
from duofeng.zone.scaffold import NEW, OVER_A_REGISTER, New, scaffold, write
from duofeng.zone.zone import Zone


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A zone that holds one of everything that can be begun, and the peak it stands on."""
    folder, peak = tmp_path / "zones" / "bay", tmp_path / "peaks" / "homes"
    write(peak, scaffold("peak", "homes"), "homes")
    write(folder, scaffold("zone", "bay"), "bay")
    write(folder, scaffold("register", "flat"), "flat")
    zone_file = folder / "zone.yaml"
    zone_file.write_text(zone_file.read_text("utf-8").replace("peaks: []", "peaks: [homes]"), "utf-8")
    for kind in sorted(OVER_A_REGISTER):
        write(folder, scaffold(kind, f"my-{kind}", "flat", load_zone(folder)), f"my-{kind}")
    return folder


def test_one_of_everything_passes_the_check(begun: Path) -> None:
    zone = load_zone(begun)
    assert (zone.peaks, zone.warnings) == (("homes",), ())
    assert zone.registers["flat"].element == "thing"
    assert [zone.items(kind)[f"my-{kind}"].register for kind in ("source", "policy", "scorecard")] == ["flat"] * 3
    assert zone.items("page")["my-page"].blocks["list"].register == "flat"


def test_the_worked_examples_of_a_new_policy_come_out(begun: Path) -> None:
    assert not list(failing_examples(load_zone(begun)))


@pytest.mark.parametrize("kind", NEW)
def test_every_scaffold_teaches_in_both_languages(kind: New, begun: Path) -> None:
    zone: Zone = load_zone(begun)
    for text in scaffold(kind, "new", "flat", zone).values():
        comments = [line.partition("# ")[2] for line in text.splitlines() if "# " in line]
        assert len(comments) >= 2
        assert all(any("a" <= char <= "z" for char in comment) for comment in comments if comment)


def test_titles_and_comments_are_in_the_languages_of_the_zone(tmp_path: Path) -> None:
    folder, spoken = tmp_path / "bay", ("ka", "en")
    write(folder, scaffold("zone", "bay", languages=spoken), "bay")
    write(folder, scaffold("register", "organisation", languages=spoken), "organisation")
    for kind in sorted(OVER_A_REGISTER):
        zone = load_zone(folder)
        write(folder, scaffold(kind, kind, "organisation", zone, languages=spoken), kind)
    written = "".join(path.read_text("utf-8") for path in folder.rglob("*.yaml"))
    assert not [char for char in written.replace("元", "") if "\u4e00" <= char <= "\u9fff"]
    zone = load_zone(folder)
    assert (zone.languages, zone.registers["organisation"].element) == (spoken, "organisation")
    assert not list(failing_examples(zone))


def test_a_register_is_a_word_of_expressions_and_has_no_hyphen() -> None:
    with pytest.raises(ProblemError, match="E017"):
        scaffold("register", "ship-call")


def test_nothing_is_written_over_what_is_there_and_a_second_page_joins_the_first(begun: Path) -> None:
    before = (begun / "sources" / "my-source.yaml").read_text("utf-8")
    zone = load_zone(begun)
    for kind in ("source", "page"):
        with pytest.raises(ProblemError, match="E066"):
            write(begun, scaffold(kind, f"my-{kind}", "flat", zone), f"my-{kind}")
    assert (begun / "sources" / "my-source.yaml").read_text("utf-8") == before
    write(begun, scaffold("page", "other", "flat", zone), "other")
    assert set(load_zone(begun).items("page")) == {"my-page", "other"}


@pytest.mark.parametrize("id", ["My Zone", "../away", "", "高新"])
def test_an_id_that_is_none_is_refused_before_anything_is_written(id: str) -> None:
    with pytest.raises(ProblemError, match="E017"):
        scaffold("zone", id)


def test_a_register_without_a_text_has_nothing_to_begin_with(begun: Path) -> None:
    with pytest.raises(ProblemError, match="E067"):
        scaffold("policy", "rent", "person", load_zone(begun))
