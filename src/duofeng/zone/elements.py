"""The seven elements everything in a zone belongs to, the zone itself being one."""

from __future__ import annotations

from typing import Literal, get_args

Element = Literal["person", "place", "thing", "situation", "event", "organisation", "zone"]
ELEMENTS: tuple[Element, ...] = get_args(Element)
