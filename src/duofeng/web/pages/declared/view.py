"""Pages that a zone and its peaks declare: drawn from their blocks, each block opening its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from duofeng.kernel.problem import Problem, ProblemError
from duofeng.web import page as pages
from duofeng.web import reader, registers
from duofeng.web.blocks import lines as numbers
from duofeng.web.blocks.charts import chart
from duofeng.web.blocks.columns import choices, listed, sort_of
from duofeng.web.blocks.seen import Seen
from duofeng.web.blocks.tables import Rows, holders, table
from duofeng.web.blocks.tiles import Tile, tile
from duofeng.web.charts import Option
from duofeng.web.page import Page
from duofeng.web.run_view import current_run as current
from duofeng.web.run_view import view_of
from duofeng.web.tables import Choice, Column, Listing
from duofeng.zone.kinds.page import Block, PeakPage


@dataclass(frozen=True)
class Drawn:
    """A block as the template shows it: one of tile, rows, option, or the problem that keeps it from being shown."""

    id: str
    block: Block
    address: str
    tile: Tile | None = None
    rows: Rows | None = None
    option: Option | None = None
    problem: Problem | None = None

    @property
    def wide(self) -> bool:
        return self.rows is not None and self.rows.wide


@dataclass(frozen=True)
class Band:
    """Blocks that stand beside each other: tiles, or charts and narrow tables, or one wide table."""

    of: str
    blocks: list[Drawn]


def topics(request: HttpRequest) -> HttpResponse:
    """Every declared page this person may open."""
    rights = pages.rights(request)
    if rights.own_subject is not None:
        raise PermissionDenied
    return render(request, "pages/declared/topics.html", {"topics": pages.declared_pages(rights)})


def _opened(request: HttpRequest, id: str) -> Seen:
    rights = pages.rights(request)
    if id not in reader.zone().declared(PeakPage):
        raise Http404
    found = next((each for each in pages.declared_pages(rights) if each.id == id), None)
    if found is None:
        raise PermissionDenied
    return Seen(rights, found, reader.run())


def page(request: HttpRequest, id: str) -> HttpResponse:
    seen = _opened(request, id)
    drawn = [_drawn(seen, name, block) for name, block in seen.page.blocks.items() if seen.shows(block)]
    context = {
        "declared": seen.page,
        "bands": _bands(drawn),
        "others": pages.declared_pages(seen.rights),
        "charts": any(each.block.show == "chart" for each in drawn),
    }
    return render(request, "pages/declared/page.html", context)


def _drawn(seen: Seen, id: str, block: Block) -> Drawn:
    address = seen.address(id)
    try:
        match block.show:
            case "tile":
                return Drawn(id, block, address, tile=tile(seen, id, block))
            case "table":
                return Drawn(id, block, address, rows=table(seen, id, block))
            case "chart":
                return Drawn(id, block, address, option=chart(seen, id, block))
    except ProblemError as error:
        return Drawn(id, block, address, problem=error.problems[0])


def _bands(drawn: list[Drawn]) -> list[Band]:
    bands: list[Band] = []
    for each in drawn:
        of = "tiles" if each.tile is not None else "wide" if each.wide else "columns"
        if not bands or bands[-1].of != of or of == "wide":
            bands.append(Band(of, []))
        bands[-1].blocks.append(each)
    return bands


def block(request: HttpRequest, id: str, block: str) -> HttpResponse:
    """All records behind a block. Those another page lists already are shown there."""
    seen, declared = _block(request, id, block)
    if declared.source == "policies":
        return _holders(request, seen, block, declared)
    if declared.source != "profiles":
        return redirect(seen.address(block))
    current()
    found = seen.subjects(declared)
    frame, columns = listed(seen, declared, found)
    listing = Listing(
        block,
        frame.lazy(),
        columns,
        search=("name", "subject"),
        choices=choices(seen, declared, found, columns),
        sort=sort_of(seen, declared),
        empty=_("没有符合条件的记录。"),
    )
    context: dict[str, Any] = {
        "declared": seen.page,
        "listed": declared,
        "untold": found.untold(declared.where),
        "masked": any(
            not seen.reads(declared.register, each.name) for each in columns if each.name in found.expressions
        ),
    }
    return listing.respond(request, "pages/declared/block.html", context)


def _block(request: HttpRequest, id: str, block: str) -> tuple[Seen, Block]:
    seen = _opened(request, id)
    if block not in seen.page.blocks:
        raise Http404
    if not seen.shows(seen.page.blocks[block]):
        raise PermissionDenied
    return seen, seen.page.blocks[block]


def lines(request: HttpRequest, id: str, block: str) -> HttpResponse:
    """Whom one subject's number looks back at."""
    seen, declared = _block(request, id, block)
    subject, number = request.GET.get("of", ""), request.GET.get("number", "")
    registers.only(request, declared.register, subject)
    name = view_of(current()).name_of(declared.register, subject)
    if name is None:
        raise Http404
    listing = numbers.lines(seen, declared, number, subject)
    context = {"declared": seen.page, "listed": declared, "of": name, "number": number}
    return listing.respond(request, "pages/declared/lines.html", context)


def _holders(request: HttpRequest, seen: Seen, id: str, block: Block) -> HttpResponse:
    """Who has on record what the policies of a block grant."""
    frame = holders(current(), block.policies)
    titles = dict(frame.select("policy", "title").unique(maintain_order=True).iter_rows())
    listing = Listing(
        id,
        frame.lazy(),
        (
            Column("name", _("对象"), "key", link="{begin}{subject}/ladder/"),
            Column("subject", _("编号"), "key"),
            Column("title", _("已认定")),
        ),
        search=("name", "subject"),
        choices=(Choice("policy", _("政策"), titles),),
        sort="name",
        empty=_("没有谁在册。"),
    )
    context = {"declared": seen.page, "listed": block}
    return listing.respond(request, "pages/declared/block.html", context)


PAGES = [
    Page("topics/", "topics", topics, "account.own", _("专题"), order=65),
    Page("topics/<slug:id>/", "peak-page", page, "account.own"),
    Page("topics/<slug:id>/<slug:block>/", "peak-block", block, "account.own"),
    Page("topics/<slug:id>/<slug:block>/lines/", "peak-lines", lines, "account.own"),
]
