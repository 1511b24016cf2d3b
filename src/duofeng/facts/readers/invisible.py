"""Characters that nobody sees: zero-width signs and controls. They are taken out of what is read, and named."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from duofeng.facts.readers import table_problems
from duofeng.kernel.problem import Problem, Span

# NUL is damage and has a problem of its own; tabulators and line ends separate. Joiners mean something in the scripts
# that need them, so they go only where neither neighbour is of one.
_CONTROLS = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_ZERO_WIDTH = "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_JOINED = "\u0590-\u109f\u1780-\u18af\ufb50-\ufdff\ufe00-\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff"
UNSEEN = re.compile(f"[{_CONTROLS}{_ZERO_WIDTH}]|(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])")
CONTROL_BYTES = bytes([*range(1, 9), 11, 12, *range(14, 32), 127])
_LEADS = (b"\xe2\x80", b"\xe2\x81", b"\xef\xbb\xbf", b"\xc2", b"\xcd\x8f", b"\xd8\x9c", b"\xe1\xa0\x8e", b"\xef\xbf")
_IN_UTF8 = re.compile(
    rb"\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xc2[\x80-\x9f\xad]|\xcd\x8f|\xd8\x9c"
    rb"|\xe1\xa0\x8e|\xef\xbf[\xb9-\xbb]"
)
MOST_NAMED = 8


def holds_unseen(block: bytes) -> bool:
    """Whether a stretch of UTF-8 holds any; cheap where it does not."""
    if len(block.translate(None, CONTROL_BYTES)) != len(block):
        return True
    return any(lead in block for lead in _LEADS) and _IN_UTF8.search(block) is not None


@dataclass
class Unseen:
    """Takes them out of text after text and counts them."""

    count: Counter[str] = field(default_factory=Counter)

    def cleaned(self, text: str) -> str:
        if text.isprintable() or UNSEEN.search(text) is None:
            return text
        self.count.update(UNSEEN.findall(text))
        return UNSEEN.sub("", text)

    def problems(self, span: Span) -> tuple[Problem, ...]:
        """One warning that names the characters taken out, or none."""
        if not self.count:
            return ()
        named = "、".join(_named(sign, times) for sign, times in self.count.most_common(MOST_NAMED))
        return (table_problems.UNSEEN_CHARACTERS.at(span, characters=named),)


def _named(sign: str, times: int) -> str:
    return f"U+{ord(sign):04X} {unicodedata.name(sign, 'CONTROL')} × {times}"
