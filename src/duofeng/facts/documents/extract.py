"""`read_document`: txt, docx, pdf with a text layer, html → text with the places of its parts."""

from __future__ import annotations

from pathlib import Path

from duofeng.facts.documents.text import DocumentText


def read_document(path: Path) -> DocumentText:
    """The text of a file. Raises ProblemError (E400–E409) when there is none to read."""
    raise NotImplementedError(path)
