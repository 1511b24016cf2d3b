"""A zone in another alphabet, with habits, numbers and counting units of its own, works with no code written for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duofeng.brain.policies.examples import failing_examples
from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.scores.examples import failing_examples as failing_card_examples
from duofeng.facts.finding import find
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.facts.profile import profile
from duofeng.facts.resolve.canonical import canonical
from duofeng.kernel.identifiers import validate
from duofeng.kernel.message import inflected
from duofeng.kernel.problem import ProblemError
from duofeng.tell.language import speaking
from duofeng.tell.problems import report
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.zone.load import load_zone
from duofeng.zone.spoken import languages_of
from duofeng.zone.zone import Zone

HERE = Path(__file__).parent / "third"
ROOT = Path(__file__).resolve().parents[2]
LEARNT, KNOWN, AS_OF = datetime(2024, 6, 20, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC), date(2024, 6, 30)
AURA, WAVES = "094123454", "801234560"


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(HERE / "zone")


@pytest.fixture(scope="module")
def run(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> Run:
    data = tmp_path_factory.mktemp("third")
    ledger = Ledger.open(data / "ledger")
    for path in sorted((HERE / "files").glob("*.csv")):
        loaded = Loader(zone, ledger, data, "test", LEARNT.date()).load(path, LEARNT)
        assert loaded.facts
        assert not loaded.rejects
    return compute(Inputs(zone, ledger, AS_OF, KNOWN), Runs(data / "runs"))


def test_it_passes_the_check_without_a_word(zone: Zone) -> None:
    assert not zone.warnings
    assert not [*failing_examples(zone), *failing_card_examples(zone)]


def test_its_titles_are_said_in_its_languages_and_fall_back_on_its_first(zone: Zone) -> None:
    vessel = zone.registers["vessel"]
    with speaking("el"):
        assert told(vessel.title) == "Σκάφος"
    with speaking("zh"):
        assert told(vessel.title) == "Σκάφος"
    assert (inflected(vessel.count, 1, "en"), inflected(vessel.count, 2, "el")) == ("vessel", "σκάφη")


@pytest.mark.usefixtures("zone")
def test_its_own_units_are_written_in_the_form_of_their_number() -> None:
    with speaking("el"):
        assert [unit_name("berth", number) for number in (1, 4)] == ["θέση", "θέσεις"]
        assert unit_name("pax", 40) == "pax"


def test_its_numbers_are_checked_by_their_last_digit(zone: Zone) -> None:
    scheme = zone.identifier_schemes["afm"]
    assert not validate(scheme, AURA).problems
    assert validate(scheme, AURA[:-1] + "9").problems


def test_its_files_are_read_by_its_habits(zone: Zone, run: Run) -> None:
    ledger = Ledger.open(run.folder.parents[1] / "ledger")

    def column(register: str, attribute: str) -> list[object]:
        one = canonical(ledger, zone, register, KNOWN)
        known = profile(ledger, zone, register, [attribute], as_of=AS_OF, known_at=KNOWN, canonical=one)
        return known.sort("subject").collect()[attribute].to_list()

    assert column("organisation", "founded_on") == [date(2012, 6, 14), date(2015, 4, 3)]
    assert column("organisation", "revenue") == [1_234_56, 98_765_40]
    assert column("organisation", "trade") == ["tourism", "fishing"]
    assert column("vessel", "length") == [12.5, 7.25, 6.9]
    assert column("vessel", "moored_at")[0] == datetime(2024, 6, 14, 6, 30, tzinfo=UTC), "half past nine in Athens"
    assert column("vessel", "owner") == [AURA, AURA, WAVES]


def test_its_policy_answers_by_what_the_vessels_say_of_their_owner(run: Run) -> None:
    answers = dict(run.table("outcomes", "organisation").select("subject", "berth-rebate").collect().iter_rows())
    assert {subject: name_of(code) for subject, code in answers.items()} == {AURA: "yes", WAVES: "near"}
    paid = run.table("bundles", "organisation").filter(policy="berth-rebate").collect()
    assert paid.select("subject", "paid").rows() == [(AURA, 123_46)]


def test_two_offices_that_know_a_company_by_different_numbers_speak_of_one(zone: Zone, run: Run) -> None:
    ledger = Ledger.open(run.folder.parents[1] / "ledger")
    one = dict(canonical(ledger, zone, "organisation", KNOWN).select("subject", "canonical").iter_rows())
    assert one == {AURA: AURA, WAVES: WAVES, "harbour:GR1234": AURA}
    assert find(ledger, zone, "GR1234", known_at=KNOWN).subject == "harbour:GR1234"


def test_its_policy_for_sailors_follows_the_vessel_to_the_company(run: Run) -> None:
    answers = dict(run.table("outcomes", "sailor").select("subject", "night-bonus").collect().iter_rows())
    assert {subject: name_of(code) for subject, code in answers.items()} == {
        "sailors:Μ-1": "yes",
        "sailors:Μ-2": "unknown",
    }
    assert run.table("bundles", "sailor").filter(policy="night-bonus").collect()["paid"].to_list() == [50_00]


def test_what_it_says_in_none_of_our_languages_is_english_not_chinese(tmp_path: Path) -> None:
    (tmp_path / "zone.yaml").write_text("title: Λιμάνι\nlanguages: [el]\ntime_zone: Europe/Athen\n", "utf-8")
    with pytest.raises(ProblemError) as caught, speaking(*languages_of(tmp_path)):
        load_zone(tmp_path)
    with speaking(*languages_of(tmp_path)):
        assert "there is no time zone 'Europe/Athen'. Did you mean 'Europe/Athens'?" in report(caught.value.problems[0])


def test_its_scorecard_scores(run: Run) -> None:
    scores = run.table("score-presence", "organisation").collect().sort("subject")
    assert scores.select("subject", "score").rows() == [(AURA, 40.0), (WAVES, 10.0)]


def test_the_second_zone_still_answers(tmp_path: Path) -> None:
    second = load_zone(ROOT / "zones" / "second")
    ledger = Ledger.open(tmp_path / "ledger")
    for path in sorted((ROOT / "docs" / "examples" / "second").glob("*.csv")):
        assert Loader(second, ledger, tmp_path, "test", LEARNT.date()).load(path, LEARNT).facts
    made = compute(Inputs(second, ledger, AS_OF, KNOWN), Runs(tmp_path / "runs"))
    assert made.counts("organisation")["yes"] > 0
