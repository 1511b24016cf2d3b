"""Figures counted from profiles, kept for a ledger version: the number, who counts, how far from the published one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from duofeng.brain.figures.computed import Computed, columns_of, computed, counted_over
from duofeng.brain.figures.statement import Statement
from duofeng.brain.profiles import subjects_called
from duofeng.desk.accounts.permissions import Rights
from duofeng.engine.columns import attribute_in
from duofeng.facts.snapshot import Snapshot
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import Quantity
from duofeng.tell.words import told
from duofeng.web import habits, reader, registers
from duofeng.web.figures import end_of, today
from duofeng.web.tables import Form
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.zone import Zone


@dataclass(frozen=True, eq=False)
class Counted:
    """A computed figure with the names of the subjects behind it."""

    found: Computed
    rows: pl.DataFrame
    period: Period | None
    value_is_money: bool
    subjects: int
    """How many subjects were known at all."""

    value_title = gettext_lazy("数值")

    @property
    def size(self) -> int:
        """How many subjects count."""
        return self.rows.height

    @property
    def shown(self) -> str:
        value = self.found.value
        return told(Quantity(value, self.found.unit)) if value is not None else "—"

    @property
    def figure_unit(self) -> str:
        return _("元") if self.value_is_money else ""

    @property
    def form(self) -> Form:
        return "money" if self.value_is_money else "number"

    @property
    def link(self) -> str:
        return registers.pattern(self.found.figure.register)

    def gap(self, said: Statement | None) -> str:
        """How it stands beside the published figure, in one sentence; nothing when they cannot be compared."""
        found = self.found
        if said is None or found.value is None or found.interval is None or not found.figure.comparable:
            return ""
        gap = told(Quantity(found.value - said.value, found.unit))
        if found.value == said.value:
            return _("与公布数一致")
        if said.interval.overlaps(found.interval):
            return _("与公布数相差 %(gap)s，不详的对象足以解释") % {"gap": gap}
        return _("与公布数相差 %(gap)s") % {"gap": gap}


def tells_whom(found: Computed, rights: Rights) -> bool:
    """Whether this person may see who is behind the number: only who reads every attribute that decides it."""
    zone = reader.zone()
    attributes = zone.attributes.get(found.figure.register, {})
    read = {attribute_in(name) for name in columns_of(found.figure, zone, found.as_of)}
    known = [attributes.get(name) for name in read if ":" not in name]
    return all(rights.reads(each.sensitivity if each else "confidential") for each in known)


def counted(figure: str, period: Period | None, day: date | None) -> Counted:
    """As of the period's last day, or of the current run's day; as known at the end of `day`."""
    known = day or habits.today()
    as_of = min(period.last_day, known) if period else min(today(), known)
    return _counted(reader.snapshot(), reader.zone(), figure, (as_of, day, str(period or "")))


@lru_cache(maxsize=32)
def _counted(ledger: Snapshot, zone: Zone, id: str, when: tuple[date, date | None, str]) -> Counted:
    as_of, day, period = when
    figure = zone.declared(Figure)[id]
    frame = counted_over(figure, zone, ledger, as_of, end_of(day))
    found = computed(figure, zone, frame, as_of)
    names = subjects_called(zone, ledger, figure.register, as_of=as_of, known_at=end_of(day))
    rows = found.proof.join(names, on="subject", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("name").fill_null(pl.col("subject")))
    money = "value" in rows.columns and rows.schema["value"] == pl.Int64
    return Counted(found, rows, Period.parse(period) if period else None, money, frame.height)
