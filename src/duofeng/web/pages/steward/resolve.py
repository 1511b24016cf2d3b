"""Names that may be one subject: both sides with what else is known of them, the reasons, and a person's decision."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import polars as pl
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from duofeng.facts.resolve import decisions
from duofeng.facts.resolve.canonical import Resolution, name_rules, resolution
from duofeng.facts.resolve.review import HELPFUL, reasons, with_background
from duofeng.facts.snapshot import Snapshot
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.web import page, reader, registers
from duofeng.web.figures import today
from duofeng.web.values import code_title
from duofeng.zone.zone import Zone

AT_ONCE = 20
WHY = pl.List(pl.String())


def queue(request: HttpRequest) -> HttpResponse:
    """The frame of the page; the questions themselves take seconds after the ledger changed, so they come after it."""
    rights = page.rights(request)
    asked = _asked(request, request.GET.get("register", ""))
    among = [each for each in registers.open_to(rights) if each.id == asked or each.name]
    return render(request, "pages/steward/resolve.html", {"here": "resolve", "register": asked, "among": among})


def _asked(request: HttpRequest, register: str) -> str:
    """The register asked for, the first this person may open where none is. Raises Http404 and PermissionDenied."""
    rights = page.rights(request)
    found = register or next((each.id for each in registers.open_to(rights)), "organisation")
    if not registers.opens(rights, found):
        raise PermissionDenied
    return found


def questions(request: HttpRequest) -> HttpResponse:
    ledger, register = reader.snapshot(), _asked(request, request.GET.get("register", ""))
    found = _resolved(ledger, reader.zone(), register)
    waiting = found.questions
    first = waiting["subject"].unique(maintain_order=True).head(AT_ONCE)
    shown = waiting.filter(pl.col("subject").is_in(first.implode()))
    now = datetime.now(UTC)
    shown = with_background(shown, ledger, reader.zone(), register, as_of=today(), known_at=now)
    why = pl.Series([[told(each) for each in said] for said in reasons(shown, name_rules(reader.zone()))], dtype=WHY)
    parts = shown.with_columns(why=why).partition_by("subject", maintain_order=True)
    context = {
        "register": register,
        "questions": [_question(register, part.to_dicts()) for part in parts],
        "waiting": waiting["subject"].n_unique(),
        "counts": found.counts(),
    }
    return render(request, "pages/steward/questions.html", context)


@lru_cache(maxsize=4)
def _resolved(ledger: Snapshot, zone: Zone, register: str) -> Resolution:
    return resolution(ledger, zone, register, datetime.now(UTC))


def _question(register: str, rows: list[dict[str, Any]]) -> dict[str, object]:
    first = rows[0]
    candidates = [
        {
            "subject": row["candidate"],
            "name": row["candidate_name"],
            "score": row["score"],
            "facts": _facts(register, row, "candidate"),
            "reasons": row["why"],
        }
        for row in rows
    ]
    return {
        "subject": first["subject"],
        "named_by": _named_by(first["subject"]),
        "name": first["name"],
        "facts": _facts(register, first, "subject"),
        "candidates": candidates,
    }


def _named_by(subject: str) -> str:
    """The identifier; of a name without one, the source that wrote it."""
    source = reader.zone().sources.get(subject.partition(":")[0])
    return told(source.title) if source else subject


def _facts(register: str, row: dict[str, Any], side: str) -> list[tuple[str, object]]:
    declared = reader.zone().attributes.get(register, {})
    known = [(name, row.get(f"{side}_{name}")) for name in HELPFUL if name in declared]
    return [
        (told(declared[name].title), code_title(declared[name], str(value)) or value)
        for name, value in known
        if value is not None
    ]


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Record one decision.

    1. Make the fact.  2. Refuse it when it contradicts an earlier decision.  3. Record it under the person's name.
    """
    by = request.user.get_full_name() or request.user.get_username()
    subject, other, answer = (request.POST.get(name, "") for name in ("subject", "other", "answer"))
    register = _asked(request, request.POST.get("register", ""))
    ledger, now = reader.ledger(), datetime.now(UTC)
    known = ledger.subjects(known_at=now, kind=register)["subject"]
    named = None if answer == "none" else other
    fact = decisions.decide(register, subject, named, known, by=by, different=answer == "different")
    broken = resolution(ledger, reader.zone(), register, now, fact, by).problems
    if broken:
        raise ProblemError(broken)
    ledger.record([fact], source=decisions.source_of(by), by=by, now=now)
    messages.success(request, gettext("已记下：%(subject)s") % {"subject": subject})
    return redirect(f"{reverse('resolve')}?{urlencode({'register': register})}")
