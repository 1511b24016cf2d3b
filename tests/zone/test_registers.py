"""Registers, references and identifier schemes as the rooms above find them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from duofeng.kernel.identifiers import validate
from duofeng.kernel.message import inflected
from duofeng.zone.elements import ELEMENTS
from duofeng.zone.expressions import standpoint, words_of_column
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

FILES = {
    "zone.yaml": "title: Bay\nlanguages: [en]\ntime_zone: Europe/Madrid\nhabits: {dates: day_first, decimal: comma}\n",
    "registers/flat.yaml": "title: Flat\ncount: {en: [flat, flats]}\nelement: place\nname: address\n",
    "registers/person.yaml": "title: Resident\ncount: [resident, residents]\nkey: passport\n",
    "identifiers/passport.yaml": "title: Passport\npattern: '[A-Z][0-9]{8}'\npersonal: true\nexamples: [A12345678]\n",
    "identifiers/firm-number.yaml": "title: Firm number\npattern: '[0-9]{6}'\nexamples: ['123456']\n",
    "vocabulary/flat.yaml": (
        "address: {title: Address, type: text}\n"
        "tenant: {title: Tenant, type: reference, to: person}\n"
        "owner: {title: Owner, type: reference, to: organisation}\n"
    ),
}


def zone_of(write_zone: Any, **changed: str) -> Zone:
    folder: Path = write_zone()
    for file in folder.rglob("*.yaml"):
        file.unlink()
    for name, content in {**FILES, **changed}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    return load_zone(folder)


def test_the_seven_elements_have_registers_and_declared_ones_come_after(write_zone: Any) -> None:
    zone = zone_of(write_zone)
    assert tuple(zone.registers) == (*ELEMENTS, "flat")
    assert {id: each.element for id, each in zone.registers.items() if id in ELEMENTS} == {id: id for id in ELEMENTS}
    assert (zone.registers["flat"].element, zone.registers["flat"].name) == ("place", ("address",))


def test_a_declared_register_stands_for_the_element_of_its_name(write_zone: Any) -> None:
    resident = zone_of(write_zone).registers["person"]
    assert (resident.title.of("en"), resident.element, resident.key) == ("Resident", "person", "passport")


def test_subjects_are_counted_in_the_words_of_their_register(write_zone: Any) -> None:
    zone = zone_of(write_zone)
    assert [inflected(zone.registers["flat"].count, number, "en") for number in (0, 1, 2)] == ["flats", "flat", "flats"]
    assert inflected(zone.registers["flat"].count, 2, "zh") == "flats", "a language left out takes what there is"
    assert inflected(zone.registers["person"].count, 1, "zh") == "resident"
    assert inflected(zone.registers["thing"].count, 3, "zh") == "件"


def test_references_are_known_from_both_ends(write_zone: Any) -> None:
    zone = zone_of(write_zone)
    assert [each.qualified_id for each in zone.referring["person"]] == ["flat.tenant"]
    assert zone.attributes["flat"]["owner"].to == "organisation"
    assert zone.way_to("person", None) == "passport"
    assert zone.way_to("person", "name") == "name"


def test_the_key_of_a_subject_is_its_number_and_no_two_schemes_meet(write_zone: Any) -> None:
    zone = zone_of(write_zone)
    assert zone.key_of("person", "passport", "A12345678") == "A12345678"
    assert zone.key_of("organisation", "firm-number", "123456") == "firm-number:123456"
    assert zone.key_of("organisation", "uscc", "91350100M000100Y43") == "91350100M000100Y43"


def test_a_declared_scheme_stands_beside_those_of_the_base(write_zone: Any) -> None:
    schemes = zone_of(write_zone).identifier_schemes
    assert {"uscc", "lei", "own", "passport", "firm-number"} <= set(schemes)
    assert schemes["passport"].personal
    assert validate(schemes["firm-number"], "123 456").normalised == "123456"


def test_a_zone_says_its_time_zone_and_how_it_writes(write_zone: Any) -> None:
    zone = zone_of(write_zone)
    assert zone.time_zone.key == "Europe/Madrid"
    assert (zone.habits.dates, zone.habits.decimal) == ("day_first", "comma")


def test_a_column_is_guarded_by_everything_it_is_made_of(write_zone: Any) -> None:
    zone = zone_of(write_zone)
    tenancies = "count(flat.tenant where address = 'x')"
    assert words_of_column(zone, "person", tenancies) == {("flat", "tenant"), ("flat", "address")}
    assert words_of_column(zone, "flat", f"tenant.{tenancies}") == {("flat", "tenant"), ("flat", "address")}
    assert words_of_column(zone, "flat", "address") == {("flat", "address")}
    assert words_of_column(zone, "flat", "nosuch") == frozenset()


def test_expressions_are_read_by_the_clock_of_the_zone(write_zone: Any) -> None:
    assert standpoint(zone_of(write_zone), "flat").time_zone == "Europe/Madrid"
