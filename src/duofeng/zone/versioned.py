"""What is declared in dated versions: policies and scorecards. Each version says from when and until when it holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import model_validator

from duofeng.zone.model import Day, Declared, OverRegister

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone


class Versioned(Declared, OverRegister):
    """One dated version."""

    called: ClassVar[str] = ""
    """The key whose value all versions share; the id where it is not written."""

    from_: Day
    until: Day | None

    @model_validator(mode="before")
    @classmethod
    def _named_like_its_file(cls, value: Any) -> Any:
        is_unnamed = isinstance(value, dict) and cls.called not in value and "id" in value
        return {**value, cls.called: value["id"]} if is_unnamed else value

    def in_force(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day <= self.until)


V = TypeVar("V", bound=Versioned)


def in_force(zone: Zone, kind: type[V], day: date) -> tuple[V, ...]:
    """The version in force of each, by what they are called. Of two that overlap the later one counts."""
    holding = sorted((each for each in zone.declared(kind).values() if each.in_force(day)), key=lambda each: each.from_)
    latest = {getattr(each, kind.called): each for each in holding}
    return tuple(latest[name] for name in sorted(latest))
