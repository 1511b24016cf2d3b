"""A page: its address, what is needed to open it, where it stands in the navigation.

Every page module under `web/pages/` offers `PAGES`. Permission is checked here, before the view runs, for all of them.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path

from duofeng.desk.accounts.permissions import Rights, rights_of
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.web import pages, reader
from duofeng.web.problems import UPLOAD_GONE
from duofeng.zone.kinds.page import PeakPage

View = Callable[..., HttpResponseBase]
NOT_THERE = frozenset({UPLOAD_GONE.code})
"""Problems that say a thing is not there (404), not that something is wrong with what was sent (422)."""


@dataclass(frozen=True, slots=True)
class Page:
    """`needs` names a capability, or several of which one is enough; None opens the page to everybody.

    `title` puts it into the navigation, by `order`.
    """

    path: str
    name: str
    view: View
    needs: str | tuple[str, ...] | None
    title: Any = None  # a lazy translation or nothing
    order: int = 0

    @property
    def pattern(self) -> URLPattern:
        return path(self.path, guarded(self.view, self.needs), name=self.name)


def rights(request: HttpRequest) -> Rights:
    """The rights of who asks, worked out once a request."""
    known = getattr(request, "duofeng_rights", None)
    if known is None:
        known = rights_of(request.user, reader.roles())
        request.duofeng_rights = known
    return known


def guarded(view: View, needs: str | tuple[str, ...] | None) -> View:
    @wraps(view)
    def checked(request: HttpRequest, **parts: object) -> HttpResponseBase:
        if not rights(request).allows(needs):
            if request.user.is_authenticated:
                raise PermissionDenied
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, **parts)
        except ProblemError as error:
            gone = any(each.code in NOT_THERE for each in error.problems)
            return problem_page(request, error.problems, 404 if gone else 422)

    return checked


def problem_page(request: HttpRequest, problems: Iterable[Problem], status: int = 422) -> HttpResponse:
    """What a person did wrong, or the outside world, in their language."""
    if request.headers.get("HX-Request"):
        response = render(request, "components/problems.html", {"problems": tuple(problems)}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#content", "afterbegin show:top"
        return response
    return render(request, "components/problem_page.html", {"problems": tuple(problems)}, status=status)


@cache
def all_pages() -> tuple[Page, ...]:
    found: list[Page] = []
    for module in pkgutil.iter_modules(pages.__path__):
        view = f"{pages.__name__}.{module.name}.view"
        if importlib.util.find_spec(view) is not None:  # a folder without a view is shared by pages and none itself
            found += importlib.import_module(view).PAGES
    return tuple(sorted(found, key=lambda page: (page.order, page.path)))


def declared_pages(rights: Rights) -> list[PeakPage]:
    """The declared pages this person may open, in their order.

    They speak of many firms, so none is for an account that speaks for one.
    """
    found = reader.zone().declared(PeakPage).values() if rights.own_subject is None else ()
    return sorted((each for each in found if rights.allows(each.needs)), key=lambda each: (each.order, each.id))


def only(request: HttpRequest, subject: str) -> None:
    """Refuse a subject this person may not reach. Raises PermissionDenied."""
    if not rights(request).reaches(subject):
        raise PermissionDenied


def refuse(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:

    return render(request, "pages/account/forbidden.html", status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere is told in the reader's language, with the ways on."""
    return render(request, "pages/account/missing.html", status=404)


def refuse_foreign(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: from another site, or of a page that lay open over a signing in or out."""
    return render(request, "pages/account/stale.html", status=403)
