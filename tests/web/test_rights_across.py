"""What a role may not see stands on no page: not of the subject it is said of, nor of any that refer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from django.test import Client

from duofeng.desk.accounts.permissions import Rights
from duofeng.web import reader, registers
from duofeng.web.run_view import RunView, current

Site = Callable[[str], Client]
ROLES = ("leader", "officer", "finance", "steward")
LOOKED_AT = 3


def rights_of(role: str) -> Rights:
    declared = reader.roles()[role]
    return Rights(frozenset(declared.may), frozenset(declared.sees), own_subject=None)


def held(view: RunView) -> list[str]:
    """The registers of the zone that the ledger knows subjects of."""
    return [
        each
        for each in view.zone.registers
        if each != "zone" and view.zone.attributes.get(each) and view.named(each).height
    ]


def looked_at(view: RunView, register: str) -> list[str]:
    """A few subjects of a register, those with the most references among them first."""
    leading = [
        each.id for each in view.zone.attributes[register].values() if each.type == "reference" and not each.many
    ]
    frame = view.frame(register, tuple(leading))
    known = pl.sum_horizontal(pl.col(each).is_not_null().cast(pl.Int64) for each in leading) if leading else "subject"
    return frame.sort(known, descending=True, maintain_order=True)["subject"].head(LOOKED_AT).to_list()


def pages(view: RunView, register: str) -> Iterator[str]:
    for subject in looked_at(view, register):
        yield f"/subjects/{register}/{quote(subject, safe='')}/"
    yield f"/subjects/{register}/"
    yield f"/subjects/{register}/?format=csv"


def secrets_of(view: RunView, rights: Rights, register: str, subject: str) -> Iterator[str]:
    """How values would be written that this role may not read: texts, dates and amounts that stand out on a page."""
    for each in view.zone.attributes[register].values():
        named = registers.calls(rights, register, each.id)
        if each.per == "state" and not each.many and not rights.reads(each.sensitivity) and not named:
            frame = view.frame(register, (each.id,)).filter(subject=subject)
            value: Any = frame[each.id][0] if frame.height else None
            if isinstance(value, (str, date)) and len(str(value)) >= 3:
                yield str(value)


@pytest.mark.parametrize("role", ROLES)
def test_a_page_and_its_trail_show_nothing_this_role_may_not_see(site: Site, data: object, role: str) -> None:
    client, view, rights = site(role), current(), rights_of(role)
    closed = [
        each for each in held(view) if not registers.opens(rights, each) and registers.needed(each) == "persons.view"
    ]
    people = {str(name) for each in closed for name in view.named(each)["name"] if len(str(name)) >= 3}
    assert closed or role != "leader"
    for register in held(view):
        for address in pages(view, register):
            page = client.get(address)
            if register in closed:
                assert page.status_code == 403, address
            else:
                text = page.content.decode()
                assert page.status_code == 200, address
                assert not [name for name in people if name in text], address
                assert not any(f"/subjects/{each}/" in text for each in closed), address


@pytest.mark.parametrize("role", ROLES[1:])  # a leader opens nobody of whom something is guarded
def test_a_guarded_value_is_masked_on_the_page_of_its_subject(site: Site, data: object, role: str) -> None:
    client, view, rights = site(role), current(), rights_of(role)
    masked = 0
    for register in held(view):
        if registers.opens(rights, register):
            for subject in looked_at(view, register):
                hidden = list(secrets_of(view, rights, register, subject))
                text = client.get(f"/subjects/{register}/{quote(subject, safe='')}/").content.decode()
                assert not [value for value in hidden if value in text], (register, subject)
                masked += len(hidden)
    assert masked
