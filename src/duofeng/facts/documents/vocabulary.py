"""Head phrases against the zone's indicators and their aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACE = r"(?:全[省市县区州国]|我[省市县区]|辖区|区内|[一-鿿]{2,8}?(?:高新区|开发区|新区|省|市|县|区))?"
LEADING = re.compile(rf"^(?!人均|户均|亩均|每){PLACE}(?:累计|全年|年末|实现|完成|共|的)*")
NOISE = re.compile(r"[\s“”\"'()·]|(?:总值|总量|数量|总数|情况)$")


class Vocabulary:
    """Indicator ids by their normalised titles and aliases."""

    def __init__(self, indicators: Mapping[str, tuple[str, ...]]) -> None:
        self._ids = {normalised(name): identifier for identifier, names in indicators.items() for name in names}

    def find(self, head: str) -> str:
        """The indicator a head names, or an empty string. The whole head must be the name, apart from place words."""
        if not self._ids or not head:
            return ""
        plain = NOISE.sub("", head)
        if plain in self._ids:
            return self._ids[plain]
        return self._ids.get(LEADING.sub("", plain), "")


def normalised(name: str) -> str:
    return NOISE.sub("", name)
