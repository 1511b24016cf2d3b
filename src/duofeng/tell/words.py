"""Messages and declared texts as the reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import singledispatch
from typing import Any

from duofeng.kernel.message import Message, Said, Words, formatted
from duofeng.kernel.quantity import Amount, Quantity
from duofeng.tell.catalogue import sources, translations
from duofeng.tell.language import SOURCE, languages, speaking


def told(what: Said | Quantity | Amount | str, /, *, context: str = "", **params: object) -> str:
    """The text in the reader's language. A `str` names its message, so that `told("没有错误。")` needs no `say`."""
    if isinstance(what, Words):
        return what.of(languages())
    if isinstance(what, (Quantity, Amount)):
        return spoken(what)
    message = what if isinstance(what, Message) else Message(what, params, context)
    return formatted(_template(message), message.params, spoken) if message.id else ""


def told_in(wanted: str, what: Said | Quantity | Amount | str, /) -> str:
    with speaking(wanted):
        return told(what)


def told_in_each(what: Said | Quantity | Amount) -> dict[str, str]:
    """By language, for programs that choose one themselves."""
    return {each: told_in(each, what) for each in (SOURCE, *sources())}


def told_everywhere(what: Said | str, /) -> str:
    """In the language of the source and every other, for pages that all of them share."""
    return " / ".join(dict.fromkeys(told_in(each, what) for each in (SOURCE, *sources())))


def listed(parts: Iterable[object]) -> str:
    """Parts with the sign between them that the language uses."""
    return told("、").join(spoken(each) for each in parts)


def _template(message: Message) -> str:
    catalogue, count = translations(languages()), message.params.get("count")
    if isinstance(count, (int, float, Fraction)):
        whole = int(count) if count == int(count) else 2  # what is no whole number takes the plural
        if message.context:
            return catalogue.npgettext(message.context, message.id, message.id, whole)
        return catalogue.ngettext(message.id, message.id, whole)
    return catalogue.pgettext(message.context, message.id) if message.context else catalogue.gettext(message.id)


@singledispatch
def spoken(value: Any) -> str:
    """Anything that a message holds, as the reader sees it; kinds of values register here."""
    return str(value)


spoken.register(Message, told)
spoken.register(Words, told)
spoken.register(tuple, listed)
spoken.register(list, listed)
