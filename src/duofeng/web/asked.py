"""What a page was asked: dates and periods typed into its address. What cannot be read counts as not asked."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError


def day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, "").strip())
    except ValueError:
        return None


def period(request: HttpRequest, name: str = "period") -> Period | None:
    try:
        return Period.parse(request.GET.get(name, "").strip())
    except ProblemError:
        return None
