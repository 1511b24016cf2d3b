"""The read API under `/api/v1/`: what programs may read, described by `/api/v1/openapi.json`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, path

from duofeng.kernel.problem import ProblemError
from duofeng.tell.problems import as_json
from duofeng.web.page import Page
from duofeng.web.pages.api import computed, figures, findings, profiles, runs
from duofeng.web.pages.api.access import Bearer
from duofeng.web.pages.api.reply import Api, NotModified, versioned

api = Api(
    title="Duofeng",
    version=version("duofeng"),
    description=(
        "Figures, profiles, findings and runs of a zone, read only. Send `Authorization: Bearer <token>`. "
        "Every answer carries an ETag; send it back as If-None-Match and a 304 says that nothing changed. "
        "Lists go on with `cursor`, and come whole as CSV, XLSX or Parquet by `format`."
    ),
    auth=Bearer(),
    # The page that draws the schema would need inline scripts from another host; the schema itself is served.
    docs_url=None,
)
api.add_router("/figures/computed", computed.router)  # before /figures, whose last part is any word
api.add_router("/figures", figures.router)
api.add_router("/profiles", profiles.router)
api.add_router("/findings", findings.router)
api.add_router("/runs", runs.router)


@api.exception_handler(NotModified)
def not_modified(request: HttpRequest, _error: NotModified) -> HttpResponse:
    return versioned(request, HttpResponse(status=304))


@api.exception_handler(ProblemError)
def problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
    """What a page would report in words, for programs."""
    detail = [as_json(each) for each in error.problems]
    return api.create_response(request, {"detail": detail[0]["message"], "problems": detail}, status=409)


@dataclass(frozen=True, slots=True)
class Mounted(Page):
    """The whole API as one entry: it asks for tokens itself."""

    @property
    def pattern(self) -> URLResolver:  # many addresses below one
        return path(self.path, api.urls)


PAGES = [Mounted("api/v1/", "api", problem, None)]
