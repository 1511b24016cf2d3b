"""Values of facts and columns as a page writes them: money with its unit, codes with their titles, periods, ages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duofeng.brain.given import GIVEN_VALUE, TYPE_NAMES
from duofeng.engine.columns import attribute_in, period_in
from duofeng.engine.words import part_of, rule_of
from duofeng.facts.fact import VALUES
from duofeng.facts.habits import with_point
from duofeng.kernel.money import parse_money, to_minor
from duofeng.kernel.problem import ProblemError
from duofeng.tell import facts
from duofeng.tell.facts import value_in
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.web import habits, reader
from duofeng.web.periods import written_period
from duofeng.zone.kinds.scorecard import Scorecard, scorecards_in_force
from duofeng.zone.kinds.vocabulary import Attribute


def attribute_of(register: str, column: str) -> Attribute | None:
    return reader.zone().attributes.get(register, {}).get(attribute_in(column))


def column_title(register: str, column: str) -> str:
    """`revenue[2023]` as `营业收入 2023`; a result of a policy or card as the title of what gave it."""
    what, _colon, id = column.partition(":")
    if what in {"outcome", "amount"} and (planned := reader.planned(id)) is not None:
        return told(planned.policy.title)
    if what in {"score", "grade", "rank"}:
        cards = scorecards_in_force(reader.zone(), reader.as_of())
        return next((_of_card(card, part_of(column)) for card in cards if card.card == rule_of(column)), column)
    attribute = attribute_of(register, column)
    period = written_period(period_in(column))
    title = told(attribute.title) if attribute else attribute_in(column)
    return f"{title} {period}".rstrip()


def _of_card(card: Scorecard, part: str) -> str:
    """The title of a card, or of one of its parts."""
    titles = {".".join(path): entry.title for path, (_, entry) in zip(card.entry_paths(), card.entries(), strict=True)}
    return told(card.title) + (f" {told(titles[part])}" if part in titles else "")


def with_unit(attribute: Attribute) -> str:
    """The title over values that are written without their unit."""
    title, unit = told(attribute.title), unit_of(attribute.type, attribute)
    return _("%(title)s（%(unit)s）") % {"title": title, "unit": unit} if unit else title


def unit_of(type: str, attribute: Attribute | None) -> str:
    """The unit of a number of this type; an amount is in the zone's."""
    unit = reader.zone().currency.unit if type == "money" else attribute.unit if attribute is not None else None
    return unit_name(unit)


def fact_value(register: str, fact: Mapping[str, Any]) -> str:
    """The value of a row with the value columns of a fact."""
    column = next((name for name in VALUES if fact[name] is not None), None)
    return written(fact[column], column, attribute_of(register, str(fact["attribute"]))) if column else "—"


def written(value: Any, column: str, attribute: Attribute | None) -> str:
    return habits.moment(value) if column == "instant" else value_in(reader.zone(), attribute, column, value)


NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


def as_typed(column: str, kind: str, value: str) -> str:
    """What a person typed as `given_row` reads it; amounts may be typed as people do, `3500万`. Raises ProblemError."""
    if kind not in {"money", "number", "integer"}:
        return value
    decimal = reader.zone().file.habits.decimal
    text = with_point(pl.Series([value]), decimal, native=False)[0]
    text = text.replace(",", "").replace("，", "").replace("_", "")
    if kind == "money" and reader.zone().currency.unit == "元":
        typed = parse_money(text)
        to_minor(typed)
        return f"{typed:f}"
    if NUMBER.fullmatch(text) is None:
        raise ProblemError(GIVEN_VALUE.at(None, column=column, value=value, type=TYPE_NAMES[kind]))
    return text


def code_title(attribute: Attribute | None, code: str) -> str | None:
    return facts.code_title(reader.zone(), attribute, code)


def age(then: date | datetime | None, now: date) -> str:
    """How old something is, in the largest unit that still says something."""
    if then is None:
        return "—"
    days = (now - (habits.day_of(then) if isinstance(then, datetime) else then)).days
    if days < 0:
        return _("未结束")
    if days < 60:
        return ngettext("%(n)d 天", "%(n)d 天", days) % {"n": days}
    if days < 730:
        return ngettext("%(n)d 个月", "%(n)d 个月", days // 30) % {"n": days // 30}
    return ngettext("%(n)d 年", "%(n)d 年", days // 365) % {"n": days // 365}
