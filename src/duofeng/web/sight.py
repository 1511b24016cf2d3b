"""Which values of a subject this person sees: by sensitivity, or opened a moment ago for a reason that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

from duofeng.desk.accounts.models import Look
from duofeng.desk.accounts.permissions import Rights
from duofeng.engine.columns import attribute_in
from duofeng.engine.expression import Expression
from duofeng.engine.words import is_result
from duofeng.web import page, reader, registers
from duofeng.zone.expressions import words_of_column

OPEN_FOR = timedelta(minutes=30)
MASK = "•••"


@dataclass(frozen=True)
class Sight:
    """One person before subjects of one register. `look` is the opening that still counts, if one was opened."""

    rights: Rights
    register: str
    look: Look | None = None

    @property
    def until(self) -> datetime | None:
        return self.look.at + OPEN_FOR if self.look else None

    def sees(self, column: str) -> bool:
        """Whether values of a profile column (`revenue[2023]`) or attribute are shown.

        Results of rules (`score:…`, `outcome:…`) are the office's own and not guarded; a word the vocabulary no longer
        has is guarded as a confidential one, what other subjects say by all that it is made of.
        """
        name = attribute_in(column)
        if is_result(name):
            return True
        if self.look is not None and name in self.look.attributes:
            return True
        if registers.calls(self.rights, self.register, name):
            return True
        words = words_of_column(reader.zone(), self.register, column)
        return self._reads(words) if words else self.rights.reads("confidential")

    def sees_all(self, columns: Iterable[str]) -> bool:
        return all(self.sees(column) for column in columns)

    def sees_parts(self, expression: Expression) -> bool:
        """Whether everything an expression reads is shown, of the subject itself and of other subjects."""
        return self.sees_all(expression.attributes) and self._reads(expression.elsewhere)

    def _reads(self, words: Iterable[tuple[str, str]]) -> bool:
        attributes = (reader.zone().attributes[register][word] for register, word in words if not is_result(word))
        return all(self.rights.reads(attribute.sensitivity) for attribute in attributes)


RESULTS = frozenset({"outcome", "amount", "score", "grade", "rank"})


def general_sight(request: HttpRequest, register: str) -> Sight:
    """What this person sees of any subject of the register without opening it."""
    return Sight(page.rights(request), register)


def sight_of(request: HttpRequest, register: str, subject: str) -> Sight:
    """What this person sees of this subject now."""
    if not request.user.is_authenticated:
        return general_sight(request, register)
    since = datetime.now(UTC) - OPEN_FOR
    looks = Look.objects.filter(user=request.user, kind=register, subject=subject, at__gte=since)
    return Sight(page.rights(request), register, looks.order_by("-at").first())
