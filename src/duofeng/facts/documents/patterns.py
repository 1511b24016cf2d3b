"""Word lists → compact regular expressions: shared beginnings are written once, so a long list costs little."""

from __future__ import annotations

import re
from collections.abc import Iterable


def words(*lists: str) -> list[str]:
    """The words of blank-separated lists, each once, longest first."""
    return sorted({word for text in lists for word in text.split()}, key=lambda word: (-len(word), word))


def alternation(vocabulary: Iterable[str]) -> str:
    """A pattern that matches the longest word of a list that stands here."""
    by_first: dict[str, list[str]] = {}
    for word in vocabulary:
        by_first.setdefault(word[:1], []).append(word[1:])
    ends_here = by_first.pop("", None) is not None
    singles = "".join(re.escape(first) for first, rests in by_first.items() if rests == [""])
    branches = [re.escape(first) + alternation(rests) for first, rests in by_first.items() if rests != [""]]
    if singles:
        branches.append(f"[{singles}]")
    either = "|".join(branches)
    if ends_here:
        return f"(?:{either})?" if either else ""
    return f"(?:{either})" if len(branches) > 1 else either
