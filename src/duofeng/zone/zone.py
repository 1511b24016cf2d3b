"""The frozen zone: everything declared, one value passed to the rooms above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from duofeng.kernel.calendar import WorkCalendar
from duofeng.kernel.identifiers import SCHEMES, Scheme
from duofeng.kernel.problem import Problem
from duofeng.zone.fingerprint import Fingerprint, fingerprint_of
from duofeng.zone.kinds.register import BUILT_IN, Register
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.kinds.zone import Currency, Habits, ZoneFile
from duofeng.zone.measures import attributes_of_indicators, attributes_of_policies
from duofeng.zone.model import Declared, Forms, Text

if TYPE_CHECKING:
    from duofeng.zone.kinds.codes import CodeList
    from duofeng.zone.kinds.document import Document
    from duofeng.zone.kinds.identifier import Identifier
    from duofeng.zone.kinds.indicator import Indicator
    from duofeng.zone.kinds.source import Source
    from duofeng.zone.kinds.target import Target

D = TypeVar("D", bound=Declared)
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Zone:
    """All declared items by kind and id. `broken` names what was declared but could not be read."""

    folder: Path
    declarations: Mapping[str, Mapping[str, Declared]]
    broken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def file(self) -> ZoneFile:
        found: ZoneFile = next(iter(self.items("zone").values()))
        return found

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def title(self) -> Text:
        return self.file.title

    @property
    def languages(self) -> tuple[str, ...]:
        return self.file.languages

    @cached_property
    def peaks(self) -> tuple[str, ...]:
        return self.file.peaks if self.items("zone") else ()

    @cached_property
    def fingerprint(self) -> Fingerprint:
        return fingerprint_of(self.declarations)

    def items(self, kind: str) -> Mapping[str, Any]:
        """What is declared of a kind, by id; empty if nothing is."""
        return self.declarations.get(kind, _NONE)

    def declared(self, model: type[D]) -> Mapping[str, D]:
        """The same by the kind's model class."""
        return self.items(model.kind_name)

    def knows(self, kind: str, id: str) -> bool:
        """Whether a reference to this item should be let pass: it is declared, or the mistake is in its own file."""
        broken = self.broken.get(kind, frozenset())
        return id in self.items(kind) or id in broken or "*" in broken

    @cached_property
    def attributes(self) -> Mapping[str, Mapping[str, Attribute]]:
        """Register → attribute id → attribute; indicators' measures and policies' payments included."""
        found: dict[str, dict[str, Attribute]] = {}
        for attribute in self.items("vocabulary").values():
            found.setdefault(attribute.register, {})[attribute.id] = attribute
        for attribute in (*attributes_of_indicators(self), *attributes_of_policies(self)):
            found.setdefault(attribute.register, {}).setdefault(attribute.id, attribute)
        return MappingProxyType({kind: MappingProxyType(by_id) for kind, by_id in found.items()})

    @cached_property
    def registers(self) -> Mapping[str, Register]:
        """Every register: the elements' own, in the order of the elements, then the declared ones."""
        return MappingProxyType({**BUILT_IN, **self.items("register")})

    @cached_property
    def identifier_schemes(self) -> Mapping[str, Scheme]:
        """Every identifier scheme that sources may name: those of the base, then the declared ones."""
        declared: Mapping[str, Identifier] = self.items("identifier")
        return MappingProxyType({**SCHEMES, **{id: each.scheme for id, each in declared.items()}})

    def key_of(self, register: str, scheme: str, number: str) -> str:
        """The key in the ledger of the subject that has this number (normal form) of a scheme.

        A declared scheme that is not the register's key is written before the number, so that two schemes never meet.
        """
        plain = scheme in SCHEMES or self.registers[register].key == scheme
        return number if plain else f"{scheme}:{number}"

    def way_to(self, register: str, by: str | None) -> str:
        """How a reference to a register is found: as `by` says, else by the register's key. See `Column`."""
        if by is not None:
            return by
        key = self.registers[register].key
        return "key" if key == "issued" else key

    @cached_property
    def time_zone(self) -> ZoneInfo:
        """In which instants are read and shown."""
        return ZoneInfo(self.file.time_zone)

    def day_of(self, instant: datetime) -> date:
        """The day it is here at an instant."""
        return instant.astimezone(self.time_zone).date()

    def end_of(self, day: date) -> datetime:
        """The last instant of a day here."""
        return datetime.combine(day, time.max, self.time_zone).astimezone(UTC)

    @property
    def counts(self) -> Mapping[str, Forms]:
        """The counting units this zone declares, with the words written behind a number."""
        return self.file.units if self.items("zone") else {}

    @property
    def habits(self) -> Habits:
        """How dates and decimals are written here."""
        return self.file.habits

    @cached_property
    def referring(self) -> Mapping[str, tuple[Attribute, ...]]:
        """Register → the attributes, of whatever register, that lead to it."""
        found: dict[str, list[Attribute]] = {}
        for attributes in self.attributes.values():
            for attribute in attributes.values():
                if attribute.to is not None:
                    found.setdefault(attribute.to, []).append(attribute)
        return MappingProxyType({register: tuple(those) for register, those in found.items()})

    @property
    def sources(self) -> Mapping[str, Source]:
        return self.items("source")

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        return self.items("indicator")

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(self.items("target").values())

    @property
    def documents(self) -> Mapping[str, Document]:
        return self.items("document")

    @property
    def codes(self) -> Mapping[str, CodeList]:
        return self.items("codes")

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The calendar used unless another is named: the one zone.yaml names, else the published national one."""
        named = self.file.calendar
        return self.items("calendar")[named].work_calendar() if named is not None else WorkCalendar()

    @cached_property
    def currency(self) -> Currency:
        """The money of the zone. Amounts of every attribute of type money are kept in hundredths of its unit."""
        return self.file.currency if self.items("zone") else Currency()
