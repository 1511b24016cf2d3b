"""Which question a person looks at: chosen on the page of questions, kept in the session, shown on every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from duofeng.web import reader

KEY = "question"


class LookingAt:
    """Each page of a session speaks of the question chosen there; everybody else's of the published run."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = request.user.is_authenticated and not request.path.startswith("/api/")  # programs read runs
        with reader.looking_at(request.session.get(KEY, "") if person else ""):
            return self.answer(request)
