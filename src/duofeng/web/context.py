"""What every page shows: the zone, the navigation this person may use, as of when and as known when it speaks."""

from __future__ import annotations

from django.http import HttpRequest

from duofeng.web import page as pages
from duofeng.web import reader


def page(request: HttpRequest) -> dict[str, object]:
    rights = pages.rights(request)
    open_to_me = [entry for entry in pages.all_pages() if entry.title and rights.allows(entry.needs)]
    return {"zone": reader.zone(), "navigation": open_to_me, "rights": rights, "clocks": reader.clocks()}
