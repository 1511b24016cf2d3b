"""References as a page shows them: what the other end is called and where its page is, as far as a person may know."""

from __future__ import annotations

from dataclasses import dataclass

from duofeng.desk.accounts.permissions import Rights
from duofeng.tell.words import told
from duofeng.web import registers
from duofeng.web.run_view import RunView
from duofeng.web.sight import MASK
from duofeng.web.subject_view import Referring, SubjectView
from duofeng.web.tables import number


@dataclass(frozen=True)
class End:
    """The other end of a reference. Without an address it may not be opened; masked it may not even be named."""

    name: str
    address: str = ""


def end_of(view: RunView, rights: Rights, register: str, subject: str) -> End:
    if not registers.names(rights, register, subject):
        return End(MASK)
    name = view.name_of(register, subject)
    if name is None or not registers.opens(rights, register):
        return End(name or number(subject))
    return End(name, registers.address(register, subject))


@dataclass(frozen=True)
class Trail:
    """Who refers to a subject by one attribute: how many, in the word of their register, and the first of them."""

    register: str
    attribute: str
    counted: str
    first: tuple[End, ...]
    more: str
    address: str


def trails_of(subject: SubjectView, rights: Rights) -> list[Trail]:
    """By register and attribute. Nothing is told by an attribute this person does not read, nor of whom."""
    seen = [each for each in subject.referring if rights.reads(each.attribute.sensitivity)]
    return [_trail(subject, rights, each) for each in seen]


def _trail(subject: SubjectView, rights: Rights, found: Referring) -> Trail:
    opened = registers.opens(rights, found.register)
    ends = tuple(end_of(subject.view, rights, found.register, each) for each in found.first) if opened else ()
    return Trail(
        registers.title(found.register),
        told(found.attribute.title),
        registers.counted(found.register, found.total),
        ends,
        registers.counted(found.register, found.total - len(ends)) if found.total > len(ends) else "",
        registers.list_address(found.register, {found.attribute.id: subject.subject}) if opened else "",
    )
