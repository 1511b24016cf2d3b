"""`{% load duofeng %}`: zone content in the reader's language, numbers as people read them."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import stringfilter

from duofeng.kernel.problem import Problem
from duofeng.web.context import language
from duofeng.web.tables import written
from duofeng.zone.model import Text

register = template.Library()


@register.filter
def said(text: Text | Problem | str | None) -> str:
    """A declared text or a problem in the reader's language; a plain string as it is."""
    if text is None:
        return ""
    if isinstance(text, Problem):
        return text.message(language())
    return text.of(language()) if isinstance(text, Text) else str(text)


@register.filter
def money(minor: int | None) -> str:
    """Minor units as an amount with thousands separated."""
    return written(minor, "money")


@register.filter
@stringfilter
def short(text: str) -> str:
    """The beginning of a digest, enough to tell two apart."""
    return text[:8]
