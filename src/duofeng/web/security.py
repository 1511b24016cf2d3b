"""What a browser may do on our pages: our own files, nothing inline, no other host."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from duofeng.kernel.problem import ProblemError
from duofeng.tell.problems import report, reports
from duofeng.web.problems import UPLOAD_TOO_LARGE

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


class ContentSecurityPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class UploadLimit:
    """Refuses a request that is larger than an upload may be before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > settings.UPLOAD_LIMIT:
            problem = UPLOAD_TOO_LARGE.at(limit=settings.UPLOAD_LIMIT // 2**20)
            return HttpResponse(report(problem), status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class ProblemPages:
    """The last resort for a zone that cannot be read at all: its problems as plain text instead of a broken page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ProblemError):
            return None
        text = reports(exception.problems)
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")


class PasswordFirst:
    """Whoever still has a one-time password may only change it, sign out, or switch the language."""

    OPEN = ("/password/", "/sign-out/", "/language/", "/static/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        must = getattr(request.user, "must_change_password", False)
        if must and not request.path.startswith(self.OPEN):
            return redirect("password")
        return self.get_response(request)
