"""A figure counts the subjects a run has: those that are one, once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from duofeng.brain.figures.computed import computed, counted_over
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.store import Runs
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.load import load_zone

FILES = {
    "zone.yaml": "title: Tried\n",
    "vocabulary/organisation.yaml": "name: {title: Name, type: text}\nlisted: {title: Listed, type: flag}\n",
    "vocabulary/person.yaml": "employer: {title: Employer, type: reference, to: organisation}\n",
    "indicators/all.yaml": """
listed_firms: {title: Listed firms, unit: 家, behaviour: stock, direction: up, topic: all}
staff_of_listed: {title: Staff of listed firms, unit: 人, behaviour: stock, direction: up, topic: all}
""",
    "figures/all.yaml": """
firms: {indicator: listed_firms, title: Listed firms, aggregate: count, where: listed}
staff: {indicator: staff_of_listed, title: Their staff, of: person, aggregate: count, where: employer.listed}
""",
}
AS_OF, LEARNT, KNOWN = date(2024, 6, 30), datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
NAME, CODE = "云岭晨星生物科技有限公司", "91000000MA0000003C"


def test_merged_firms_count_once_and_people_who_refer_to_either_count(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / "zone" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "zone" / name).write_text(text, "utf-8")
    zone, ledger = load_zone(tmp_path / "zone"), Ledger.open(tmp_path / "ledger")
    facts = [Fact("organisation", key, "name", NAME) for key in (CODE, "list:7")]
    facts += [Fact("organisation", key, "listed", value=True) for key in (CODE, "list:7")]
    facts += [Fact("person", "p1", "employer", CODE), Fact("person", "p2", "employer", "list:7")]
    ledger.record(facts, "confirmed", "Alice", LEARNT)
    found = {}
    for id, figure in zone.declared(Figure).items():
        found[id] = computed(figure, zone, counted_over(figure, zone, ledger, AS_OF, KNOWN), AS_OF)
    assert found["firms"].proof["subject"].to_list() == [CODE] and found["firms"].value == 1
    assert found["staff"].value == 2
    run = compute(Inputs(zone, ledger, AS_OF, KNOWN), Runs(tmp_path / "runs"))
    assert run.counts("organisation")["subjects"] == 1
