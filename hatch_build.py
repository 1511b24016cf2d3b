"""Compiles the catalogues of texts before a wheel is packed: compiled ones are never committed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCatalogues(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own generic
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling calls it so
        sys.path.insert(0, str(Path(self.root) / "src"))
        from duofeng.tell.catalogue import LOCALE, compile_into  # noqa: PLC0415  # found only now

        compile_into(LOCALE)
        build_data["artifacts"].append("src/duofeng/locale/**/*.mo")
