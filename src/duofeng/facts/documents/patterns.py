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
    ends_here = False
    for word in vocabulary:
        if word:
            by_first.setdefault(word[0], []).append(word[1:])
        else:
            ends_here = True
    if not by_first:
        return ""
    singles = [first for first, rests in by_first.items() if rests == [""]]
    branches = [re.escape(first) + alternation(rests) for first, rests in by_first.items() if rests != [""]]
    if len(singles) > 1:
        branches.append(f"[{''.join(map(re.escape, singles))}]")
    else:
        branches += [re.escape(single) for single in singles]
    body = branches[0] if len(branches) == 1 and not ends_here else f"(?:{'|'.join(branches)})"
    return body + "?" if ends_here else body
