"""The zone as declared, what a change of it would do, and the keys of programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from duofeng.brain.runs.judged import Judged, judged
from duofeng.desk.accounts.models import Token
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.page import Page
from duofeng.web.tables import Column, Listing, frame_of
from duofeng.zone.kinds.peak import Peak
from duofeng.zone.registry import all_kinds

SCOPES = {
    "figures:read": pgettext_lazy("many", "指标"),
    "profiles:read": pgettext_lazy("many", "档案"),
    "findings:read": _("政策结论"),
    "runs:read": _("计算"),
}
LIVES = {"30": _("一个月"), "90": _("三个月"), "365": _("一年")}
CHANGES = {"added": (_("新增"), "good"), "removed": (_("不再有"), "bad"), "changed": (_("含义改变"), "warn")}


def zone_page(request: HttpRequest) -> HttpResponse:
    """What is declared, whether it is sound, and which rules mean something else than in the current run."""
    zone, run = reader.zone(), reader.run()
    rows = [
        {"kind": name, "title": told(kind.title), "count": len(zone.items(name))} for name, kind in all_kinds().items()
    ]
    columns = (Column("title", _("种类")), Column("kind", _("文件里的名字")), Column("count", _("声明了"), "integer"))
    frame = frame_of([row for row in rows if row["count"]], columns)
    listing = Listing("kinds", frame, columns, search=("title", "kind"), sort="-count")
    problems = reader.zone_problems()
    context = {
        "problems": problems,
        "broken": any(each.severity == "error" for each in problems),
        "peaks": [each.title for each in zone.declared(Peak).values()],
        "fingerprint": zone.fingerprint,
        "run": run,
        "same": run is not None and run.manifest.fingerprint.get("meaning") == zone.fingerprint.meaning,
        "changes": _changes(),
    }
    return listing.respond(request, "pages/administration/zone.html", context)


def _changes() -> list[tuple[str, str, tuple[object, str]]]:
    """Rules whose meaning is another than in the current run: id, title, what happened."""
    run, zone = reader.run(), reader.zone()
    if run is None:
        return []
    every = judged(zone, run.as_of)
    now, then = _digests(each.rules for each in every), _digests(run.manifest.rules.values())
    titles = _titles(every)
    other = [id for id in sorted({*now, *then}) if now.get(id) != then.get(id)]
    return [(id, titles.get(id, id), CHANGES[_change(id in then, id in now)]) for id in other]


def _digests(rules: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {id: digest for each in rules for id, digest in each.items()}


def _titles(every: Iterable[Judged]) -> dict[str, str]:
    policies = {planned.id: told(planned.policy.title) for each in every for planned in each.plan.policies}
    cards = {f"score:{one.card.card}": told(one.card.title) for each in every for one in each.cards}
    return policies | cards


def _change(then: bool, now: bool) -> str:
    if then and now:
        return "changed"
    return "added" if now else "removed"


def tokens(request: HttpRequest) -> HttpResponse:
    """A person's own keys. A new one is shown on the answer to the form and never again."""
    key = _issued(request) if request.method == "POST" else None
    now = datetime.now(UTC)
    own = Token.objects.filter(owner=request.user).order_by("-created_at")
    listed = [
        (
            token,
            token.revoked_at is None and (token.expires_at is None or token.expires_at > now),
            [SCOPES.get(scope, scope) for scope in token.scopes],
        )
        for token in own
    ]
    context = {"key": key, "tokens": listed, "scopes": SCOPES.items(), "lives": LIVES.items()}
    return render(request, "pages/administration/tokens.html", context)


def _issued(request: HttpRequest) -> str:
    scopes = [scope for scope in request.POST.getlist("scope") if scope in SCOPES]
    days = int(request.POST.get("days", "90")) if request.POST.get("days") in LIVES else 90
    name = request.POST.get("name", "").strip()[:120] or "—"
    return Token.issue(request.user, name, scopes, datetime.now(UTC) + timedelta(days=days))[1]


@require_POST
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=id, owner=request.user)
    token.revoked_at = token.revoked_at or datetime.now(UTC)
    token.save(update_fields=["revoked_at"])
    return redirect("tokens")


PAGES = [
    Page("zone/", "zone", zone_page, "zone.administer", _("园区声明"), order=90),
    Page("tokens/", "tokens", tokens, "api.read", _("接口令牌"), order=92),
    Page("tokens/<int:id>/revoke/", "token-revoke", revoke, "api.read"),
]
