"""Pages that stand alone: one file, nothing fetched. Templates escape whatever they are given."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from duofeng.tell.language import language
from duofeng.tell.words import spoken, told


def page(template: str, /, **context: object) -> str:
    """The template of that name in the reader's language. Messages and values in it are told where they stand."""
    return _templates().get_template(template).render(context)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("duofeng.tell"),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(_=told, language=language)
    return found


def _finalized(value: Any) -> Any:
    return value if isinstance(value, str) else "" if value is None else spoken(value)
