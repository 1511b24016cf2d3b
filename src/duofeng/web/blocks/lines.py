"""The lines a number of a declared page looks back at: whom a count counts, whose values a mean is of."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duofeng.brain.runs.subject import others_of_run
from duofeng.engine.expression import Expression, bind
from duofeng.engine.links import lines_of, links_of
from duofeng.engine.tree import Linked, LookBack
from duofeng.web import reader, registers
from duofeng.web.blocks.seen import Seen
from duofeng.web.run_view import view_of
from duofeng.web.tables import FORMS, Column, Listing
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.page import Block


def address(seen: Seen, block: Block, text: str, parsed: Expression) -> str | None:
    """The pattern of the address of a number's lines; None where it looks back at nothing this person may list."""
    if not isinstance(parsed.node, LookBack) or not _listed(seen, block, text, parsed.node):
        return None
    where = reverse("peak-lines", args=[seen.page.id, seen.id_of(block)])
    return f"{where}?{urlencode({'number': text})}&of={{subject}}"


def _listed(seen: Seen, block: Block, text: str, look: LookBack) -> bool:
    """Whose lines they are tells what the condition reads: only who sees all of it may list them."""
    return seen.opens(look.register) and seen.reads(block.register, text)


def lines(seen: Seen, block: Block, text: str, subject: str) -> Listing:
    """The lines of one subject's number. Raises Http404 for a number the block does not show."""
    if text not in block.texts or seen.run is None:
        raise Http404
    parsed, run = expression(reader.zone(), block.register, text, None), seen.run
    if not isinstance(parsed.node, LookBack):
        raise Http404
    if not _listed(seen, block, text, parsed.node):
        raise PermissionDenied
    look = cast(LookBack, cast(Linked, bind(parsed, run.as_of)).link)
    frames = others_of_run(
        run, reader.snapshot(run.manifest.ledger_version), reader.zone(), links_of([bind(parsed, run.as_of)])
    )
    found = lines_of(look, subject, frames)
    frame = view_of(run).with_names(found.filter(pl.col("counts").fill_null(True)), look.register)
    columns = registers.whom(look.register)
    if look.value is not None:
        columns.append(Column("value", _("取值"), FORMS.get(look.value.type, "text")))
    if found["counts"].null_count():
        columns.append(Column("counts", _("是否计入"), "flag"))
    return Listing(
        registers.list_name(look.register),
        frame.lazy(),
        columns,
        search=("name", "subject"),
        sort="name",
        empty=_("没有谁计入。"),
    )
