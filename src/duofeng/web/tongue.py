"""Which texts of a page are in another language than the page: readers' voices and hyphens go by it."""

from __future__ import annotations

import re

from duofeng.web.context import language

HAN = re.compile("[\u3400-\u9fff]")


def is_foreign(text: object) -> bool:
    """Whether Chinese stands on a page in another language: names of firms, words of files, what nobody translated."""
    return language() != "zh" and HAN.search(str(text)) is not None
