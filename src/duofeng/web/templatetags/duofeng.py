"""`{% load duofeng %}`: zone content in the reader's language, numbers as people read them."""

from __future__ import annotations

from fractions import Fraction

from django import template
from django.template.defaultfilters import stringfilter
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from duofeng.brain.figures.derived import Derived
from duofeng.brain.figures.statement import Statement
from duofeng.brain.figures.targets import VERDICTS, TargetLine, Verdict
from duofeng.kernel.message import Message, Said, Words
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem
from duofeng.tell.values import unit_name
from duofeng.tell.words import listed, told
from duofeng.web import reader, registers, tables
from duofeng.web.periods import written_period
from duofeng.web.tables import written
from duofeng.web.tongue import is_foreign
from duofeng.zone.model import Text

register = template.Library()
register.filter(listed)


@register.filter
def said(text: Said | Problem | str | None) -> str:
    """A declared text or a problem in the reader's language; a plain string as it is."""
    if text is None:
        return ""
    if isinstance(text, Problem):
        return told(text.message)
    return told(text) if isinstance(text, (Message, Words)) else str(text)


@register.filter
def marked(text: object) -> str:
    """Zone content as it is, marked as Chinese where the page is in another language."""
    return format_html('<span lang="zh">{}</span>', text) if is_foreign(text) else conditional_escape(text)


@register.filter
def tongue(text: object) -> str:
    """The attribute that says so on the element around it."""
    return mark_safe(' lang="zh"') if is_foreign(text) else ""


@register.filter
def money(minor: int | None) -> str:
    """Minor units as an amount with thousands separated."""
    return written(minor, "money")


@register.filter
@stringfilter
def short(text: str) -> str:
    """The beginning of a digest, enough to tell two apart."""
    return text[:8]


@register.filter
def stated(number: Statement | Derived) -> str:
    """A stated number, or what follows from some, in the reader's language."""
    return told(number.said)


@register.filter
def aimed(line: TargetLine) -> str:
    """What was to be reached, in the reader's language."""
    return told(line.aimed)


@register.filter
def unit(name: str | None) -> str:
    """A unit as the reader's language calls it."""
    return unit_name(name)


@register.filter
def period(of: Period | str | None) -> str:
    """A period as the reader's language writes it."""
    return written_period(of)


@register.filter
def bracketed(text: object) -> str:
    """What is said beside something else, in the brackets of the language; nothing for nothing."""
    return gettext("（%(text)s）") % {"text": text} if text else ""


ELSEWHERE = {"disputes": "steward", "payments": "policies", "studio": "policies"}


@register.filter
@stringfilter
def room(address: str) -> str:
    """Which entry of the navigation a page belongs to: that of the first part of its address, but for a few."""
    first = address.split("/")[1]
    return ELSEWHERE.get(first, first)


@register.filter
def percent(ratio: Fraction | float | None) -> str:
    """A ratio in per cent with one decimal."""
    return written(float(ratio), "percent") if ratio is not None else "—"


@register.filter
def unlocalised(number: float) -> str:
    """A number as SVG wants it, whatever the language."""
    return f"{number:.2f}"


@register.filter
def counted(number: int, of: str) -> str:
    """How many subjects of a register, with its counting word."""
    return registers.counted(of, number)


@register.simple_tag
def page_of_subject(of: str, subject: str, name: str | None) -> str:
    text = name or tables.number(subject)
    return format_html('<a href="{}"{}>{}</a>', registers.address(of, subject), tongue(text), text)


@register.simple_tag
def page_of(name: str, id: str, title: Text | str | None) -> str:
    """A link to the page of a policy; its title alone while no such page is there."""
    text = said(title) or id
    try:
        return format_html('<a href="{}"{}>{}</a>', reverse(name, args=[id]), tongue(text), text)
    except NoReverseMatch:
        return marked(text)


@register.filter
def thousands(number: int) -> str:
    """Thousands separated, whatever the language groups."""
    return f"{number:,}"


@register.filter
def hundredths(number: Fraction | float) -> str:
    """A number that is in per cent already."""
    return written(float(number) / 100, "percent")


@register.filter
def whole(number: Fraction | float) -> int:
    return round(float(number))


VERDICT_BADGES = {
    "met": "good",
    "on_pace": "good",
    "missed": "bad",
    "behind": "bad",
    "not_comparable": "warn",
    "awaited": "muted",
    "silent": "muted",
}


@register.filter
def verdict(name: Verdict) -> str:
    """The verdict on a target as a badge."""
    return format_html('<span class="badge {}">{}</span>', VERDICT_BADGES[name], said(VERDICTS[name]))


@register.filter
def source_title(statement: Statement) -> str:
    """The document a number was stated in, with its date."""
    document = reader.zone().documents.get(statement.document)
    if document is None:
        return statement.document
    return said(document.title) + bracketed(document.date)


@register.filter
def indicator_title(statement: Statement) -> str:
    """What a statement is about: the indicator, and its measure when it is not the level."""
    indicator = reader.zone().indicators.get(statement.indicator)
    title = said(indicator.title) if indicator else statement.indicator
    return title if statement.measure == "level" else f"{title} · {MEASURES[statement.measure]}"


MEASURES = {
    "growth": _("增速"),
    "share": _("占比"),
    "rank": _("位次"),
    "target": _("目标"),
    "limit": _("限额"),
    "increase": _("增减"),
}
