"""Drafts a person had checked: kept beside the database for that person only, the newest few."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from duofeng.facts.documents.text import DocumentText

KEPT = 20


@dataclass
class StoredDraft:
    """A draft as text. `decisions`: place `start-end` → `accepted` or `refused`."""

    id: UUID
    name: str
    text: str
    period: str | None
    besides: str | None
    made_at: datetime
    notes: list[dict[str, Any]] = field(default_factory=list)
    decisions: dict[str, str] = field(default_factory=dict)

    def document(self) -> DocumentText:
        return DocumentText(Path(self.name), self.text, sha256(self.text.encode()).hexdigest(), "utf-8")


def keep(person: int, draft: StoredDraft) -> None:
    """Write it in one step, and let go of all but the newest."""
    folder = _folder(person)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = {**draft.__dict__, "id": str(draft.id), "made_at": draft.made_at.isoformat()}
    fresh = folder / f".{draft.id}.{os.getpid()}"
    fresh.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    fresh.replace(folder / f"{draft.id}.json")
    for old in sorted(folder.glob("*.json"), key=lambda path: -path.stat().st_mtime_ns)[KEPT:]:
        old.unlink(missing_ok=True)


def new(name: str, text: str, period: str | None, besides: str | None) -> StoredDraft:
    return StoredDraft(uuid4(), name, text, period, besides, datetime.now(UTC))


def of(person: int, id: UUID) -> StoredDraft | None:
    return _read(_folder(person) / f"{id}.json")


def all_of(person: int) -> list[StoredDraft]:
    """The newest first."""
    found = [_read(path) for path in _folder(person).glob("*.json")]
    return sorted((each for each in found if each), key=lambda each: each.made_at, reverse=True)


def forget(person: int, id: UUID) -> None:
    (_folder(person) / f"{id}.json").unlink(missing_ok=True)


def _folder(person: int) -> Path:
    return Path(settings.DESK) / "drafts" / str(person)


def _read(path: Path) -> StoredDraft | None:
    try:
        told = json.loads(path.read_text("utf-8"))
    except OSError:
        return None
    return StoredDraft(**{**told, "id": UUID(told["id"]), "made_at": datetime.fromisoformat(told["made_at"])})
