"""A small right zone that tests write, break and load again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

# The sample zone is the one that docs/zone-files.md shows to newcomers.
PAGE = Path(__file__).resolve().parents[2] / "docs" / "zone-files.md"
FILES = dict(re.findall(r"^`([^`]+)` — [^\n]*\n\n```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))

WriteZone = Callable[..., Path]


@pytest.fixture
def write_zone(tmp_path: Path) -> WriteZone:
    """Writes the sample zone with some files changed (text), added, or left out (None); returns its folder."""

    def write(changed: Mapping[str, str | bytes | None] | None = None, name: str = "sample") -> Path:
        folder = tmp_path / "zones" / name
        for path, content in {**FILES, **(changed or {})}.items():
            if content is None:
                continue
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def sample_files() -> Mapping[str, str]:
    return FILES
