"""`make texts`: every catalogue gets the texts it lacks, still empty, and loses those that nothing says any more."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from duofeng.tell.catalogue import sources
from duofeng.tell.extract import PACKAGE, Entry, entries


def catalogue_of(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def held(catalogue: Catalog) -> dict[Entry, Any]:
    """What a catalogue has: text → its translation, or its plural forms."""
    return {
        Entry(
            str(each.id[0] if isinstance(each.id, tuple) else each.id), each.context or "", isinstance(each.id, tuple)
        ): (each.string)
        for each in catalogue
        if each.id
    }


def update(path: Path) -> tuple[int, int]:
    """How many texts were added and dropped. Written sorted, without places, so that merges stay small."""
    old, wanted = catalogue_of(path), entries()
    has = held(old)
    kept = {entry for entry in has if entry in wanted or _is_mentioned(entry.id)}
    new = Catalog(locale=old.locale)
    for entry in sorted(kept | wanted):
        id = (entry.id, entry.id) if entry.plural else entry.id
        new.add(
            id, has.get(entry) or ("" if not entry.plural else ("",) * new.num_plurals), context=entry.context or None
        )
    for message in new:
        message.flags -= {"python-format", "python-brace-format", "fuzzy"}
    text = io.BytesIO()
    write_po(text, new, sort_output=True, no_location=True, omit_header=True, width=10**6)
    head = path.read_text("utf-8").partition("\n\n")[0]
    path.write_text(f"{head}\n\n{text.getvalue().decode()}", "utf-8")
    return len(wanted - set(has)), len(set(has) - kept)


def _is_mentioned(text: str) -> bool:
    """Whether the source has the text anywhere: some are chosen from tables before they are told."""
    return any(text in source for source in _sources())


_read: list[str] = []


def _sources() -> list[str]:
    if not _read:
        _read.extend(path.read_text("utf-8") for kind in ("*.py", "*.html") for path in PACKAGE.rglob(kind))
    return _read


if __name__ == "__main__":
    for language, path in sources().items():
        added, dropped = update(path)
        sys.stdout.write(f"{language}: {added} added, {dropped} dropped\n")
