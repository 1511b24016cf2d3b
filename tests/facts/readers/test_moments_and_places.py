"""Moments and places in cells: what they become, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.facts.moments import read_moments
from duofeng.facts.places import gcj02_of_wgs84, read_geometries, read_points, wgs84_of_gcj02

SHANGHAI, MADRID = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Madrid")
HALF_PAST_TWO = datetime(2024, 3, 5, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 14:30",
        "2024-03-05T14:30:00",
        "2024/3/5 14:30:00.000",
        " 2024年3月5日14时30分 ",
        "２０２４年３月５日　１４：３０",
        "20240305143000",
        "20240305T1430",
        "2024-03-05T06:30:00Z",
        "2024-03-05T12:00:00+0530",
        "2024-03-05 01:30-05",
        "45356.6041666667",
    ],
)
def test_a_moment_may_be_written_in_many_ways(text: str) -> None:
    parsed = read_moments(pl.Series([text]), SHANGHAI, serials=True)
    assert parsed.values.dtype == pl.Datetime("us", "UTC")
    assert parsed.values.to_list() == [HALF_PAST_TWO]
    assert parsed.faults.is_empty()


def test_a_moment_is_read_in_the_format_of_its_column() -> None:
    parsed = read_moments(pl.Series(["05.03.2024 07:30", "2024-03-05 07:30", "—"]), MADRID, format="%d.%m.%Y %H:%M")
    assert parsed.values.to_list() == [HALF_PAST_TWO, None, None]
    assert parsed.faults["code"].to_list() == ["E350"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024-03-05", "E350"),
        ("2024年3月", "E350"),
        ("2024-02-30 10:00", "E350"),
        ("2024-03-05 24:30", "E350"),
        ("45356", "E350"),
        ("2024-03-31 02:30", "E351"),
        ("2024-10-27 02:30", "E352"),
    ],
)
def test_what_is_no_moment_is_not_made_one(text: str, code: str) -> None:
    parsed = read_moments(pl.Series([text, "—", ""]), MADRID, serials=True)
    assert parsed.values.to_list() == [None, None, None]
    assert parsed.faults.select("position", "code").rows() == [(0, code)]


def test_an_offset_tells_the_hour_that_came_twice() -> None:
    texts = pl.Series(["2024-10-27 02:30+02:00", "2024-10-27 02:30+01:00"])
    assert [moment.hour for moment in read_moments(texts, MADRID).values] == [0, 1]


# ---- places ----------------------------------------------------------------------------------------------------------

KNOWN = [  # WGS 84 and GCJ-02 as other implementations of the published formula give them
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


@pytest.mark.parametrize(("here", "shifted"), KNOWN)
def test_the_shift_of_chinese_maps_is_the_published_one(
    here: tuple[float, float], shifted: tuple[float, float]
) -> None:
    assert gcj02_of_wgs84(np.array([here])) == pytest.approx(np.array([shifted]), abs=1e-9)


@given(st.floats(73.5, 134.7), st.floats(18.2, 53.5))
def test_undoing_the_shift_leads_back_to_the_place(longitude: float, latitude: float) -> None:
    point = np.array([[longitude, latitude]])
    assert wgs84_of_gcj02(gcj02_of_wgs84(point)) == pytest.approx(point, abs=1e-8)


def test_a_point_is_text_or_a_pair_longitude_first_and_becomes_wgs84() -> None:
    texts = pl.Series(["116.3840472, 39.9133455", "POINT (116.3840472 39.9133455)", "(116.3840472 39.9133455)", "—"])
    assert read_points(texts, "gcj02").values.to_list() == ["POINT (116.377817 39.911954)"] * 3 + [None]
    assert read_points(texts, "cgcs2000").values[0] == "POINT (116.3840472 39.9133455)"


@pytest.mark.parametrize(
    ("text", "system", "code", "hint"),
    [
        ("39.91, 116.38", "wgs84", "E354", "写反"),
        ("38552345, 3847123", "cgcs2000", "E354", ""),
        ("39.91 72.1", "gcj02", "E355", "写反"),
        ("2.35, 48.85", "gcj02", "E355", ""),
        ("somewhere", "wgs84", "E353", ""),
        ("POINT EMPTY", "wgs84", "E353", ""),
        ("LINESTRING (0 0, 1 1)", "wgs84", "E353", ""),
    ],
)
def test_a_point_that_cannot_be_there_is_refused(text: str, system: str, code: str, hint: str) -> None:
    parsed = read_points(pl.Series([text]), system)
    assert parsed.values.to_list() == [None]
    assert parsed.faults["code"].to_list() == [code]
    assert hint in parsed.faults["params"][0]


def test_a_geometry_is_wkt_or_geojson_and_valid() -> None:
    texts = pl.Series(
        [
            "POLYGON ((0 0, 1 0, 1 1, 0 0))",
            '{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}',
            "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",
            "POLYGON ((0 0, 1 0",
            '{"type": "Polygon"',
            "MULTIPOLYGON EMPTY",
            "",
        ]
    )
    parsed = read_geometries(texts, "wgs84")
    assert parsed.values.to_list()[:2] == ["POLYGON ((0 0, 1 0, 1 1, 0 0))", "LINESTRING (0 0, 1 1)"]
    assert parsed.values.to_list()[2:] == [None] * 5
    assert parsed.faults["position"].to_list() == [2, 3, 4, 5]
    assert set(parsed.faults["code"]) == {"E356"}
