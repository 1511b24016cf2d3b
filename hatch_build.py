"""Compiles the catalogues of texts before a wheel is packed: compiled ones are never committed.

Nothing of the package is imported: what the package needs is not installed where it is built.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalogues(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own generic
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling calls it so
        for source in (Path(self.root) / "src" / "duofeng" / "locale").glob("*/LC_MESSAGES/duofeng.po"):
            with source.open("rb") as text, source.with_name("django.mo").open("wb") as made:
                write_mo(made, read_po(text, locale=source.parents[1].name))
        build_data["artifacts"].append("src/duofeng/locale/**/*.mo")
