"""The habits of the zone: the languages its pages speak, and the one clock they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from duofeng.tell.catalogue import ELSE, sources_known
from duofeng.tell.language import SOURCE, speaking
from duofeng.web import reader

CODES = {"zh": "zh-hans", "en": "en"}
"""How Django calls a language of the zone."""


def languages() -> list[str]:
    """The languages of the zone's pages in its order, the first is the default."""
    return [CODES.get(each, each) for each in reader.zone().file.languages]


@contextmanager
def read_in(language: str, *others: str) -> Iterator[None]:
    """Pages and reports for who reads this language, and the others where something is not said in it."""
    with translation.override(_written_in(language, *others)), speaking(language, *others):
        yield


def _written_in(*wanted: str) -> str:
    """The language of our own texts: the first wanted that they are in, else English."""
    offered = {CODES[SOURCE], *sources_known()}
    return next((each for each in wanted if each in offered), ELSE)


def named_languages() -> list[tuple[str, str]]:
    """The languages of the zone as the switch on the page offers them, each by its own name."""
    return [(each, _own_name(each)) for each in languages()]


def _own_name(language: str) -> str:
    try:
        return dict(settings.LANGUAGES).get(language) or Locale.parse(language, sep="-").get_display_name() or language
    except (ValueError, UnknownLocaleError):
        return language


class ZoneHabits:
    """Each request in the language chosen on the page, else one the browser asks for, else the zone's first; times in
    the zone's time."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = _language(request)
        request.LANGUAGE_CODE = language
        with read_in(language, *languages()), timezone.override(time_zone()):
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response


def _language(request: HttpRequest) -> str:
    spoken = languages()
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "").lower()
    if chosen in spoken:
        return chosen
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        found = next((each for each in spoken if each.partition("-")[0] == asked.partition("-")[0]), None)
        if found is not None:
            return found
    return spoken[0]


def time_zone() -> tzinfo:
    return reader.zone().time_zone


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day it is in the zone."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    return reader.zone().day_of(moment)


def moment(when: datetime) -> str:
    """An instant to the minute, in the zone's time."""
    return f"{when.astimezone(time_zone()):%Y-%m-%d %H:%M}"
