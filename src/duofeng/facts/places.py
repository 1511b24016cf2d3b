"""Texts of cells as points and geometries: WKT in WGS 84, longitude first. Whole columns at a time, nothing guessed.

CGCS2000, the national system, differs from WGS 84 by centimetres and is taken for it. GCJ-02 shifts everything inside
China by some hundred metres by a published formula; it is undone by inverting that formula.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from duofeng.facts.cells import FAULT, MISSING, Parsed, params_of
from duofeng.facts.values_problems import NOT_A_GEOMETRY, NOT_A_POINT, OFF_THE_EARTH, OUTSIDE_THE_SYSTEM
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
Box = tuple[float, float, float, float]
WGS84 = "wgs84"
PLACES_KEPT = 7
"""Decimals of a degree: a centimetre."""
EARTH: Box = (-180.0, -90.0, 180.0, 90.0)
CHINA: Box = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north; in the second GCJ-02 is in use."""
_PAIR = r"^\(?\s*([+-]?\d+(?:\.\d+)?)\s*(?:[,;，；]\s*|\s+)([+-]?\d+(?:\.\d+)?)\s*\)?$"
_SHOWN = 60


def read_points(texts: pl.Series, system: str) -> Parsed:
    """`POINT (lon lat)`, GeoJSON, or `lon, lat`."""
    pair = r"POINT (${1} ${2})"
    return _read(texts.str.strip_chars().str.replace(_PAIR, pair), texts, system, only_points=True)


def read_geometries(texts: pl.Series, system: str) -> Parsed:
    """WKT or GeoJSON of any kind that is valid and not empty."""
    return _read(texts.str.strip_chars(), texts, system, only_points=False)


def _read(clean: pl.Series, texts: pl.Series, system: str, only_points: bool) -> Parsed:
    said = (~clean.is_in(MISSING)).arg_true()
    shapes = _parsed(clean.gather(said))
    sound = _sound(shapes, system, only_points)
    written = np.full(len(shapes), None, dtype=object)
    written[sound] = shapely.to_wkt(_in_wgs84(shapes[sound], system), rounding_precision=PLACES_KEPT)
    values = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    wrong = np.flatnonzero(~sound)
    at = said.gather(wrong)
    found = [_problem(shapes[number], text, only_points) for number, text in zip(wrong, texts.gather(at), strict=True)]
    faults = {
        "position": at,
        "code": [problem.code for problem in found],
        "params": [params_of(problem) for problem in found],
    }
    return Parsed(
        values.scatter(said, pl.Series(written.tolist(), dtype=pl.String)), pl.DataFrame(faults, schema=FAULT)
    )


def _parsed(texts: pl.Series) -> Shapes:
    """The shape of each text, without a height; None where it is none."""
    is_json = texts.str.starts_with("{").to_numpy()
    all_texts = np.array(texts.to_list(), dtype=object)
    shapes = np.full(len(texts), None, dtype=object)
    shapes[is_json] = shapely.from_geojson(all_texts[is_json], on_invalid="ignore")
    shapes[~is_json] = shapely.from_wkt(all_texts[~is_json], on_invalid="ignore")
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _sound(shapes: Shapes, system: str, only_points: bool) -> npt.NDArray[np.bool_]:
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & shapely.is_valid(shapes)
    if only_points:
        there &= shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    bounds = shapely.bounds(shapes)
    inside = _within(bounds, EARTH)
    if system == "gcj02":
        inside &= _within(bounds, CHINA)
    sound: npt.NDArray[np.bool_] = there & inside
    return sound


def _within(bounds: Floats, box: Box) -> npt.NDArray[np.bool_]:
    west, south, east, north = box
    inside: npt.NDArray[np.bool_] = (
        (bounds[..., 0] >= west) & (bounds[..., 1] >= south) & (bounds[..., 2] <= east) & (bounds[..., 3] <= north)
    )
    return inside


def _problem(shape: shapely.Geometry | None, text: str, only_points: bool) -> Problem:
    """What is wrong with a shape that is not sound."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if only_points and (shape is None or shape.geom_type != "Point" or shape.is_empty):
        return NOT_A_POINT.at(text=shown)
    if shape is None or shape.is_empty or not shape.is_valid:
        return NOT_A_GEOMETRY.at(text=shown, reason=shapely.is_valid_reason(shape) if shape else "WKT / GeoJSON")
    return _misplaced(shape, shown)


def _misplaced(shape: shapely.Geometry, shown: str) -> Problem:
    on_earth = bool(_within(np.array(shape.bounds), EARTH))
    west, south, east, north = shape.bounds
    swapped = bool(_within(np.array([south, west, north, east]), CHINA if on_earth else EARTH))
    kind = OUTSIDE_THE_SYSTEM if on_earth else OFF_THE_EARTH
    return kind.at(text=shown, hint=say("；经度和纬度多半写反了") if swapped else "")


def _in_wgs84(shapes: Shapes, system: str) -> Shapes:
    if system != "gcj02" or not len(shapes):
        return shapes
    return np.asarray(shapely.transform(shapes, wgs84_of_gcj02), dtype=object)


# ---- the shifted coordinates of Chinese maps -------------------------------------------------------------------------

_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
"""Of Krasovsky's ellipsoid, which the formula uses: semi-major axis in metres, squared eccentricity."""


def gcj02_of_wgs84(points: Floats) -> Floats:
    """Longitude and latitude of each row, shifted as Chinese web maps shift them."""
    longitude, latitude = points[:, 0], points[:, 1]
    x, y = longitude - 105.0, latitude - 35.0
    common = (np.sin(6 * np.pi * x) + np.sin(2 * np.pi * x)) * 20 * 2 / 3
    root = np.sqrt(np.abs(x))
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
        + (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
        + (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
        + (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
        + (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    )  # fmt: skip
    radians = np.radians(latitude)
    magic = 1 - _ECCENTRICITY * np.sin(radians) ** 2
    north = np.degrees(north) / (_AXIS * (1 - _ECCENTRICITY) / magic**1.5)
    east = np.degrees(east) / (_AXIS / np.sqrt(magic) * np.cos(radians))
    return np.column_stack([longitude + east, latitude + north])


def wgs84_of_gcj02(points: Floats) -> Floats:
    """The inverse, by repeating: three steps leave less than a millimetre."""
    found = points
    for _ in range(4):
        found = found - (gcj02_of_wgs84(found) - points)
    return found
