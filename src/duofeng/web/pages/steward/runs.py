"""The runs there are, and who changed answer between two of them."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from duofeng.brain.runs.difference import CAUSES
from duofeng.brain.runs.store import Run
from duofeng.tell.words import told
from duofeng.web import habits, page, reader
from duofeng.web.differences import asked, opened, previous
from duofeng.web.policy_words import OUTCOMES
from duofeng.web.tables import Column, Listing, frame_of

COUNTED = ("subjects", "yes", "near", "payments", "paid_minor")


def runs(request: HttpRequest) -> HttpResponse:
    current = reader.published()
    every = reader.runs().all()
    rows = [_row(run, current) for run in reversed(every)]
    columns = (
        Column("id", _("编号")),
        Column("current", _("当前"), sortable=False),
        Column("as_of", _("基准日")),
        Column("known_at", _("按何时所知")),
        Column("subjects", _("对象"), "integer"),
        Column("yes", _("可享受"), "integer"),
        Column("near", _("差一点"), "integer"),
        Column("payments", _("可兑现笔数"), "integer"),
        Column("paid_minor", _("可兑现金额（元）"), "money"),
        Column("seconds", _("用时（秒）"), "number"),
    )
    listing = Listing("runs", frame_of(rows, columns), columns, empty=_("还没有计算过。"))
    context = {"here": "runs", "every": [run.id for run in reversed(every)], "key": uuid4().hex}
    return listing.respond(request, "pages/steward/runs.html", context)


def _row(run: Run, current: Run | None) -> dict[str, object]:
    made = run.manifest
    return {
        "id": run.id,
        "as_of": made.as_of,
        "known_at": habits.moment(datetime.fromisoformat(made.known_at)),
        **{name: sum(run.counts(register).get(name, 0) for register in run.registers) for name in COUNTED},
        "seconds": round(sum(made.measured.get("seconds", {}).values()), 1),
        "current": "✓" if current and current.id == run.id else None,
    }


def difference(request: HttpRequest) -> HttpResponse:
    after = asked(request.GET.get("after")) or reader.published()
    before = asked(request.GET.get("before")) or previous(after)
    if after is None or before is None:
        frame = pl.DataFrame(
            schema={name: pl.String for name in ("policy", "subject", "name", "before", "after", "cause", "begin")}
        )
    else:
        frame = opened(page.rights(request), before, after)
    titles = {planned.id: told(planned.policy.title) for planned in reader.policies_in_force()}
    causes = {name: told(cause) for name, cause in CAUSES.items()}
    listing = Listing(
        "changes",
        frame.lazy(),
        (
            Column("name", _("对象"), "key", link="{begin}{subject}/"),
            Column("subject", _("编号"), "key"),
            Column("policy", _("政策"), words=titles, chosen=True),
            Column("before", _("原来"), words=OUTCOMES),
            Column("after", _("现在"), words=OUTCOMES, chosen=True),
            Column("cause", _("原因"), words=causes, chosen=True),
        ),
        search=("name", "subject"),
        empty=_("没有一个结论不同，或还没有可以对比的两次计算。"),
    )
    every = [run.id for run in reversed(reader.runs().all())]
    context = {"before": before, "after": after, "every": every, "causes": _summary(frame, causes)}
    return listing.respond(request, "pages/steward/difference.html", context)


def _summary(frame: pl.DataFrame, causes: dict[str, str]) -> list[tuple[str, str, int]]:
    counted = frame.group_by("cause").len().sort("len", descending=True)
    return [(cause, causes.get(cause, cause), count) for cause, count in counted.iter_rows()]
