"""What each role may do and see: the one place that decides. The roles themselves are declared by the zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

OWN_ACCOUNT = "account.own"
"""Whoever may sign in may change the password: no role need name it."""
SENSITIVITIES = ("public", "internal", "confidential", "personal")


class Role(Protocol):
    """A declared role: what it may do, and which sensitivities it sees without giving a reason."""

    @property
    def may(self) -> tuple[str, ...]: ...
    @property
    def sees(self) -> tuple[str, ...]: ...
    @property
    def own_subject_only(self) -> bool: ...


class Person(Protocol):
    is_authenticated: bool
    is_active: bool
    is_superuser: bool
    role: str
    subject: str


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one person in one zone. A person without an account has none but the public pages."""

    may: frozenset[str]
    sees: frozenset[str]
    own_subject: str | None
    everything: bool = False

    def allows(self, capability: str | tuple[str, ...] | None) -> bool:
        """True when the page is public (no capability needed) or the person holds the capability, or one of several."""
        several = (capability,) if isinstance(capability, str) else capability
        return several is None or self.everything or not self.may.isdisjoint(several)

    def reaches(self, subject: str) -> bool:
        """Whether this person may open the subject at all. An enterprise account reaches its own firm only."""
        return self.own_subject is None or self.own_subject == subject

    def reads(self, sensitivity: str) -> bool:
        """Whether a value of that sensitivity is shown without opening it for a logged reason."""
        return sensitivity in self.sees


NOBODY = Rights(frozenset(), frozenset({"public"}), own_subject="")


def rights_of(person: Person, roles: Mapping[str, Role]) -> Rights:
    """Rights of a signed-in person; NOBODY when not signed in, inactive, or of a role the zone no longer declares.

    An administrator may do everything but still sees confidential and personal values only by giving a reason.
    """
    if not person.is_authenticated or not person.is_active:
        return NOBODY
    if person.is_superuser:
        return Rights(frozenset(), frozenset({"public", "internal"}), own_subject=None, everything=True)
    role = roles.get(person.role)
    if role is None:
        return NOBODY
    own = person.subject if role.own_subject_only else None
    return Rights(frozenset({OWN_ACCOUNT, *role.may}), frozenset(role.sees), own_subject=own)
