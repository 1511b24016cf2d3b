"""Registers as pages speak of them: who may open one, what its subjects are called, where a subject has its page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from duofeng.desk.accounts.permissions import Rights
from duofeng.kernel.message import inflected
from duofeng.tell.words import told
from duofeng.web import page, reader
from duofeng.web.context import language
from duofeng.web.reader import FIRMS
from duofeng.web.tables import Column
from duofeng.zone.kinds.register import Register
from duofeng.zone.kinds.vocabulary import Attribute

OWN = "firm.own"
RIGHTS = {"organisation": "firms.view", "person": "persons.view"}
"""What opens the subjects of an element; all others are opened by `subjects.view`. Whoever bears a person's name is
opened like a person, a household too."""
ANY_REGISTER = ("firms.view", "persons.view", "subjects.view")
ANY_SUBJECT = (*ANY_REGISTER, OWN)


def register_of(id: str) -> Register:
    """Raises Http404 for one the zone does not have."""
    found = reader.zone().registers.get(id)
    if found is None or found.element == "zone":
        raise Http404
    return found


def needed(register: str) -> str:
    """The capability that opens the subjects of a register."""
    if any(each.sensitivity == "personal" for each in _called(register)):
        return RIGHTS["person"]
    return RIGHTS.get(register_of(register).element, "subjects.view")


def _called(register: str) -> list[Attribute]:
    """The attributes that hold what its subjects are called."""
    attributes, declared = reader.zone().attributes.get(register, {}), register_of(register)
    own = [attributes[name] for name in dict.fromkeys((*declared.called, *declared.name)) if name in attributes]
    return own + [each for name in own if name.to is not None for each in _called(name.to)]


def opens(rights: Rights, register: str) -> bool:
    """Whether this person may open any subject of the register."""
    return rights.own_subject is None and rights.allows(needed(register))


def names(rights: Rights, register: str, subject: str) -> bool:
    """Whether this person may read what a subject is called: where it may be opened, and where names are public."""
    if opens(rights, register) or _is_own(rights, register, subject):
        return True
    called = _called(register)
    return bool(called) and all(each.sensitivity == "public" for each in called)


def calls(rights: Rights, register: str, attribute: str) -> bool:
    """Whether an attribute is what subjects are called that this person may open: it stands in every list of theirs."""
    declared = register_of(register)
    return attribute in (*declared.called, *declared.name) and opens(rights, register)


def only(request: HttpRequest, register: str, subject: str) -> None:
    """Refuse a subject this person may not open, whether or not there is one. Raises PermissionDenied."""
    rights = page.rights(request)
    if not (opens(rights, register) or _is_own(rights, register, subject)):
        raise PermissionDenied


def _is_own(rights: Rights, register: str, subject: str) -> bool:
    return register == FIRMS and rights.own_subject == subject and rights.allows(OWN)


def open_to(rights: Rights) -> list[Register]:
    """The registers this person may list, those with words of their own in the zone's vocabulary, firms first."""
    known = reader.zone()
    listed = [each for each in known.registers.values() if known.attributes.get(each.id) and each.element != "zone"]
    mine = [each for each in listed if opens(rights, each.id)]
    return sorted(mine, key=lambda each: each.id != FIRMS)


def title(register: str) -> str:
    """As a label: it begins with a capital where the language has any."""
    return capfirst(told(register_of(register).title))


def word(register: str, number: int = 2) -> str:
    """The counting word of the register beside this number; without one, that for many."""
    return inflected(register_of(register).count, number, language())


def counted(register: str, number: int) -> str:
    """A number with the counting word of the register: 3 户, 3 parcels."""
    return f"{number:,} {word(register, number)}".rstrip()


def whom(register: str, tab: str = "") -> list[Column]:
    """The columns of a list that say of which subject a row speaks; one where its register gives no names."""
    link = pattern(register, tab)
    if not _called(register):
        return [Column("subject", title(register), "key", link=link)]
    return [Column("name", title(register), "key", link=link), Column("subject", _("编号"), "key")]


def address(register: str, subject: str, tab: str = "") -> str:
    """Where a subject has its page. Firms keep an address of their own."""
    return pattern(register, tab).format(subject=quote(subject, safe=""))


def pattern(register: str, tab: str = "") -> str:
    """The same for any subject of the register, as a link of a column."""
    begin = "/firms/" if register == FIRMS else f"/subjects/{register}/"
    return f"{begin}{{subject}}/" + (f"{tab}/" if tab else "")


def list_address(register: str, narrowed: Mapping[str, str] | None = None) -> str:
    begin = "/firms/" if register == FIRMS else f"/subjects/{register}/"
    return begin + (f"?{urlencode(narrowed)}" if narrowed else "")


def list_name(register: str) -> str:
    """What its list is called in the page and as a file."""
    return "firms" if register == FIRMS else register
