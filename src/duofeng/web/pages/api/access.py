"""Who asks, by which token, and what the token and its owner's role allow together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from duofeng.desk.accounts.models import Token
from duofeng.desk.accounts.permissions import Rights, rights_of
from duofeng.web import reader, registers
from duofeng.web.registers import ANY_SUBJECT, OWN

Scope = Literal["figures:read", "profiles:read", "findings:read", "runs:read"]
NEEDED: dict[Scope, tuple[str, ...]] = {
    "figures:read": ("figures.view",),
    "profiles:read": ANY_SUBJECT,
    "findings:read": ("policies.view", OWN),
    "runs:read": ("cockpit.view",),
}
"""A token allows no more than its owner may see on the pages: beside the scope, one of these capabilities."""


@dataclass(frozen=True, slots=True)
class Access:
    token: Token
    rights: Rights

    @property
    def only(self) -> str | None:
        """The one subject this token may read of, None for all."""
        return self.rights.own_subject

    def reach(self, subject: str) -> None:
        """Refuse a subject out of reach, whether or not there is one: nobody learns which firms exist."""
        if not self.rights.reaches(subject):
            raise HttpError(403, "This token reads its own firm only.")

    def opens(self, register: str) -> None:
        """Refuse a register its owner's pages would not open: 403, and 404 for one the zone does not have."""
        if register not in reader.zone().registers:
            raise HttpError(404, "The zone has no such register.")
        own = self.only is not None and register == reader.FIRMS
        if not own and not registers.opens(self.rights, register):
            raise HttpError(403, "The role of this token's owner may not open this register.")


class Bearer(HttpBearer):
    """`Authorization: Bearer <key>`. Keys are random and kept hashed, so looking one up tells nothing by its timing."""

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        known = Token.objects.select_related("owner").filter(digest=Token.digest_of(token)).first()
        if known is None or not _alive(known):
            return None
        return Access(known, rights_of(known.owner, reader.roles()))


def _alive(token: Token) -> bool:
    now = datetime.now(UTC)
    return any(token.allows(scope, now) for scope in NEEDED)


def allowed(request: HttpRequest, scope: Scope) -> Access:
    """What this request may read. 403 without the scope, or when its owner's role does not reach that far."""
    access: Access = request.auth  # set by Bearer
    if not access.token.allows(scope, datetime.now(UTC)):
        raise HttpError(403, f"This token lacks the scope {scope}.")
    if not any(access.rights.allows(needed) for needed in NEEDED[scope]):
        raise HttpError(403, f"The role of this token's owner may not use {scope}.")
    return access
