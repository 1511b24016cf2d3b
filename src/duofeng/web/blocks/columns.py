"""Columns of a list of subjects: what an expression is called, how its values are written, who sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from duofeng.engine import tree
from duofeng.engine.columns import period_in
from duofeng.engine.expression import columns_needed
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web.blocks import lines
from duofeng.web.blocks.seen import Seen
from duofeng.web.blocks.subjects import Subjects
from duofeng.web.periods import written_period
from duofeng.web.references import end_of
from duofeng.web.run_view import view_of
from duofeng.web.sight import MASK, RESULTS
from duofeng.web.tables import FORMS, Choice, Column, Form
from duofeng.web.values import code_title, column_title, unit_of
from duofeng.zone.kinds.page import Block
from duofeng.zone.kinds.vocabulary import Attribute

MOST_CHOICES = 60


def listed(seen: Seen, block: Block, found: Subjects) -> tuple[pl.DataFrame, list[Column]]:
    """The subjects of a block and its columns. Values this person may not see are masked."""
    frame = found.where(block.where)
    first, *more = registers.whom(block.register)
    columns = [replace(first, link=_link(seen, block)), *more]
    for text, title, percent in _wanted(block):
        called = _titled(found, text, title, percent) if title else measured_of(found, block, text, percent=percent)
        column = _column(seen, block, found, frame, text, called, percent)
        if not seen.reads(block.register, text):
            column = Column(text, column.title, sortable=False)
            frame = frame.with_columns(pl.lit(MASK).alias(text))
        columns.append(column)
    return frame, columns


def _wanted(block: Block) -> list[tuple[str, str | None, bool]]:
    """Expression, declared title, whether in per cent: what is measured and grouped by first, each once."""
    own = [(text, None, block.percent) for text in (block.value, block.by) if text is not None]
    others = [(each.value, told(each.title) if each.title else None, each.percent) for each in block.columns]
    declared = {text: (text, title, percent) for text, title, percent in others}
    return list({text: declared.get(text, (text, title, percent)) for text, title, percent in [*own, *others]}.values())


def _link(seen: Seen, block: Block) -> str | None:
    return registers.pattern(block.register) if seen.opens(block.register) else None


def _column(
    seen: Seen, block: Block, found: Subjects, frame: pl.DataFrame, text: str, title: str, percent: bool
) -> Column:
    parsed = found.expressions[text]
    words: dict[str, tuple[Any, str]] = {}
    if parsed.type == "code":
        codes = frame[text].drop_nulls().unique()
        words = {code: (code_title(attribute_of(found, text), code) or code, "") for code in codes}
    attribute, link = attribute_of(found, text), lines.address(seen, block, text, parsed)
    if attribute is not None and attribute.to is not None and not attribute.many:
        words = _called(seen, attribute.to, frame[text])
        link = registers.pattern(attribute.to).replace("{subject}", f"{{{text}}}") if seen.opens(attribute.to) else None
    form: Form = "percent" if percent else FORMS.get(parsed.type, "text")
    if text.startswith("score("):
        form = "score"
    return Column(text, title, form, link=link, words=words)


def _called(seen: Seen, register: str, keys: pl.Series) -> dict[str, tuple[Any, str]]:
    """What the subjects are called that these keys lead to, as far as this person may know."""
    assert seen.run is not None
    view = view_of(seen.run)
    return {key: (end_of(view, seen.rights, register, key).name, "") for key in keys.drop_nulls().unique()}


def attribute_of(found: Subjects, text: str) -> Attribute | None:
    """The attribute an expression is, when it is nothing more."""
    node = found.expressions[text].node
    return reader.zone().attributes.get(found.kind, {}).get(node.name) if isinstance(node, tree.Attribute) else None


def measured_of(found: Subjects, block: Block, text: str, *, percent: bool = False) -> str:
    """The title of what is measured; where that is more than one thing, what the block is about says more."""
    several = not isinstance(found.expressions[text].node, tree.Attribute)
    return told(block.title) if several and text == block.value else title_of(found, text, percent=percent)


def _titled(found: Subjects, text: str, title: str, percent: bool) -> str:
    """A title of the column's own, with the unit of what it measures."""
    unit = "" if percent else unit_of(found.expressions[text].type, attribute_of(found, text))
    return title + (_("（%(unit)s）") % {"unit": unit} if unit else "")


def title_of(found: Subjects, text: str, *, percent: bool = False) -> str:
    """What is measured, with its period and unit; the expression itself when it is more than one thing."""
    parsed, attribute = found.expressions[text], attribute_of(found, text)
    if not isinstance(parsed.node, tree.Attribute):
        return text
    what = parsed.node.name.partition(":")[0]
    if what in RESULTS:
        title, suffix = column_title(found.kind, parsed.node.name), RESULT_OF.get(what)
        return f"{title} · {suffix}" if suffix else title
    column = columns_needed(parsed, found.as_of)[0]
    period = period_in(column)
    period = written_period(period) if period else ""
    title = told(attribute.title) if attribute else column
    unit = "" if percent else unit_of(parsed.type, attribute)
    return " ".join(each for each in (title, period) if each) + (_("（%(unit)s）") % {"unit": unit} if unit else "")


RESULT_OF = {"grade": gettext_lazy("等级"), "rank": gettext_lazy("名次"), "amount": gettext_lazy("金额")}


def choices(seen: Seen, block: Block, found: Subjects, columns: list[Column]) -> list[Choice]:
    """A filter for every column of few words this person may see."""
    frame = found.where(block.where)
    made = []
    for column in columns:
        if column.name not in found.expressions or not seen.reads(block.register, column.name):
            continue
        if found.expressions[column.name].type == "flag":
            made.append(Choice(column.name, column.title, {"true": _("是"), "false": _("否")}))
        elif found.expressions[column.name].type in {"text", "code"}:
            known = frame[column.name].drop_nulls().unique()
            if 1 < len(known) <= MOST_CHOICES:
                words = {word: column.titles.get(word, word) for word in known.sort()}
                made.append(Choice(column.name, column.title, words))
    return made


def sort_of(seen: Seen, block: Block) -> str:
    """The declared order, unless it would tell values this person may not see."""
    wanted = (block.sort or "").removeprefix("-")
    if not wanted:
        return f"-{block.value}" if block.value and seen.reads(block.register, block.value) else "name"
    if wanted in {"name", "subject"}:
        return block.sort or "name"
    return block.sort or "name" if seen.reads(block.register, wanted) else "name"
