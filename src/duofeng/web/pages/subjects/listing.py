"""The list of a register: names, keys and what tells its subjects apart, with what the run found for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import polars as pl
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from duofeng.brain.profiles import name_columns
from duofeng.desk.accounts.permissions import Rights
from duofeng.tell.words import told
from duofeng.web import page, registers
from duofeng.web.references import end_of
from duofeng.web.run_view import RunView
from duofeng.web.sight import MASK
from duofeng.web.tables import FORMS, OF_A_SOURCE, Choice, Column, Listing
from duofeng.web.values import code_title, with_unit
from duofeng.zone.kinds.vocabulary import Attribute

MOST = 4
"""Columns beside name and key."""
MOST_CODES = 60
"""Codes that are offered as a filter."""
NAME = ":name"
"""Behind the column of a reference: what its subject is called."""


def listing_of(request: HttpRequest, view: RunView, register: str) -> Listing:
    """Every column is one this person reads; a subject that may not be named is masked."""
    rights = page.rights(request)
    shown = [each for each in telling(view, register) if rights.reads(each.sensitivity)]
    asked = [each for each in _references(view, register) if request.GET.get(each.id)]
    narrowed = [each for each in asked if rights.reads(each.sensitivity)]
    wanted = tuple(dict.fromkeys(each.id for each in (*shown, *narrowed)))
    frame = view.named(register).lazy().join(view.frame(register, wanted).lazy(), on="subject", how="left")
    frame = frame.join(view.due(register).lazy(), on="subject", how="left", maintain_order="left")
    for each in shown:
        frame = _with_names(frame, view, rights, each)
    columns = [
        *registers.whom(register),
        *(_column(view, register, rights, each) for each in shown),
    ]
    if view.answers_for(register):
        columns += [
            Column("due", _("最优组合应得（元）"), "money"),
            Column("near", _("差一点的政策"), "integer"),
        ]
    return Listing(
        registers.list_name(register),
        frame,
        columns,
        choices=tuple(_choices(request, view, register, [*shown, *narrowed])),
        sort="-due" if view.answers_for(register) else "subject",
        empty=_("账本里还没有它的对象。"),
    )


@lru_cache(maxsize=64)
def telling(view: RunView, register: str) -> tuple[Attribute, ...]:
    """The attributes of a list: references, then codes, then other states that are nobody's secret, those most subjects
    have first; none that says nothing, or the same of all."""
    declared = view.zone.attributes.get(register, {})
    names = name_columns(view.zone, register)
    states = [each for each in declared.values() if each.per == "state" and not each.many and each.id not in names]
    impersonal = [each for each in states if each.sensitivity in {"public", "internal"}]
    found = _of_types(states, {"reference"})[:2]
    for types in ({"code"}, {"text", *FORMS}):
        if len(found) < MOST:
            found += _telling_most(view, register, _of_types(impersonal, types))
    return tuple(found[:MOST])


def _of_types(attributes: list[Attribute], types: set[str]) -> list[Attribute]:
    return [each for each in attributes if each.type in types]


def _telling_most(view: RunView, register: str, attributes: list[Attribute]) -> list[Attribute]:
    said = view.frame(register, tuple(each.id for each in attributes))
    dull = {each.id: _dullness(said[each.id]) for each in attributes}
    return sorted((each for each in attributes if dull[each.id] < said.height), key=lambda each: dull[each.id])


def _dullness(codes: pl.Series) -> int:
    """For how many subjects a column says nothing: for all where it says the same of everybody."""
    return codes.len() if codes.n_unique() < 2 else codes.null_count()


def _references(view: RunView, register: str) -> list[Attribute]:
    return [each for each in view.zone.attributes.get(register, {}).values() if each.type == "reference"]


def _with_names(frame: pl.LazyFrame, view: RunView, rights: Rights, attribute: Attribute) -> pl.LazyFrame:
    if attribute.to is None:
        return frame
    named = view.named(attribute.to).lazy().rename({"subject": attribute.id, "name": "called"})
    frame = frame.join(named, on=attribute.id, how="left", maintain_order="left")
    called = pl.coalesce("called", pl.col(attribute.id).str.replace(f"^{OF_A_SOURCE.pattern}", ""))
    if not registers.opens(rights, attribute.to):
        called = pl.when(pl.col(attribute.id).is_not_null()).then(pl.lit(MASK))
    return frame.with_columns(called.alias(attribute.id + NAME)).drop("called")


def _column(view: RunView, register: str, rights: Rights, attribute: Attribute) -> Column:
    title = told(attribute.title)
    if attribute.to is not None:
        opened = registers.opens(rights, attribute.to)
        link = registers.pattern(attribute.to).replace("{subject}", f"{{{attribute.id}}}") if opened else None
        return Column(attribute.id + NAME, title, link=link)
    words = {code: (told, "") for code, told in _titles(view, register, attribute).items()}
    return Column(attribute.id, with_unit(attribute), FORMS.get(attribute.type, "text"), words=words)


def _titles(view: RunView, register: str, attribute: Attribute) -> dict[str, str]:
    """The codes of an attribute that occur, with their titles."""
    if attribute.type != "code":
        return {}
    codes = view.frame(register, (attribute.id,))[attribute.id].drop_nulls().unique().sort()
    return {code: code_title(attribute, code) or code for code in codes}


def _choices(request: HttpRequest, view: RunView, register: str, shown: list[Attribute]) -> Iterator[Choice]:
    """A drop-down of the codes; of a reference only what the address asks for: there may be any number of subjects."""
    for each in {one.id: one for one in shown}.values():
        title, asked = told(each.title), request.GET.get(each.id, "")
        if each.to is not None and asked:
            yield Choice(each.id, title, {asked: end_of(view, page.rights(request), each.to, asked).name})
        elif each.type == "code" and 1 < len(titles := _titles(view, register, each)) <= MOST_CODES:
            yield Choice(each.id, title, titles)
