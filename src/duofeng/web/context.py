"""What every page shows: the zone, the navigation this person may use, as of when and as known when it speaks."""

from __future__ import annotations

from django.http import HttpRequest

from duofeng.tell import language as tell
from duofeng.web import habits, reader
from duofeng.web import page as pages


def page(request: HttpRequest) -> dict[str, object]:
    rights = pages.rights(request)
    open_to_me = [entry for entry in pages.all_pages() if entry.title and rights.allows(entry.needs)]
    if not pages.declared_pages(rights):
        open_to_me = [entry for entry in open_to_me if entry.name != "topics"]
    return {
        "zone": reader.zone(),
        "navigation": open_to_me,
        "rights": rights,
        "clocks": reader.clocks(),
        "question": reader.question(),
        "may_ask": rights.own_subject is None and rights.allows("cockpit.view"),
        "steward": rights.allows("data.steward"),
        "languages": habits.named_languages(),
        "spoken": getattr(request, "LANGUAGE_CODE", habits.languages()[0]),
    }


def language() -> str:
    """The language of this request, as the zone's texts and the problems name it."""
    return tell.language()
