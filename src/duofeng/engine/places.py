"""Places in WKT, WGS 84, longitude first: how far two points are apart, whether two geometries share ground."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from duofeng.engine.values import ABSENT_CODE, Arrow, Texts, Truth, Vector, either

EARTH = 6_371_008.8
"""Mean radius of the earth (IUGG), metres. On the ellipsoid a distance differs by up to half a per cent."""
Shapes = NDArray[Any]


def shapes_of(words: Arrow) -> Shapes:
    """The geometry of each word of a dictionary and, from there on, none: what an absent code leads to."""
    read = shapely.from_wkt(words.to_pylist(), on_invalid="ignore")
    return np.append(read, np.full(max(ABSENT_CODE + 1 - len(read), 1), None))


def distance(first: Texts, second: Texts, shapes: tuple[Shapes, Shapes]) -> Vector:
    """Metres between points along the great circle, by the haversine formula."""
    here, there = (table[texts.codes] for table, texts in zip(shapes, (first, second), strict=True))
    (x, y), (to_x, to_y) = (
        (np.radians(shapely.get_x(each)), np.radians(shapely.get_y(each))) for each in (here, there)
    )
    half = np.sin((to_y - y) / 2) ** 2 + np.cos(y) * np.cos(to_y) * np.sin((to_x - x) / 2) ** 2
    metres = 2 * EARTH * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    return Vector(metres, either(either(first.unknown, second.unknown), np.isnan(metres)))


def overlaps(first: Texts, second: Texts, shapes: tuple[Shapes, Shapes]) -> Truth:
    """Whether they have ground in common; a common border alone is none."""
    here, there = (table[texts.codes] for table, texts in zip(shapes, (first, second), strict=True))
    unknown = shapely.is_missing(here) | shapely.is_missing(there)
    share = shapely.intersects(here, there) & ~shapely.touches(here, there)
    return Truth(share & ~unknown, unknown if unknown.any() else None)


def overlap(first: str | None, second: str | None) -> bool | None:
    """The same of two texts."""
    here, there = (shapely.from_wkt(each, on_invalid="ignore") for each in (first, second))
    if here is None or there is None:
        return None
    return bool(shapely.intersects(here, there) and not shapely.touches(here, there))
