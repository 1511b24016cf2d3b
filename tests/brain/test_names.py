"""What subjects are called where a register has no name attribute of its own kind."""

from __future__ import annotations

import polars as pl

from duofeng.brain.names import called

WAYS = {"flat": [[["building", "building"], ["unit"], ["number"]], [["number"]]], "building": [[["name"]], [["sign"]]]}
FRAMES = {
    "flat": pl.DataFrame(
        {"subject": ["f1", "f2", "f3"], "building": ["b1", "b9", None], "unit": ["2单元", None, None],
         "number": ["143", "7", None]},
        schema_overrides={"building": pl.String},
    ),
    "building": pl.DataFrame({"subject": ["b1", "b2"], "name": ["3号楼", None], "sign": ["甲", "乙"]}),
}  # fmt: skip


def names(register: str) -> dict[str, str | None]:
    return dict(called(register, WAYS, lambda each, _: FRAMES[each].lazy()).collect().iter_rows())


def test_a_flat_is_called_by_its_building_unit_and_number_as_far_as_they_are_known() -> None:
    assert names("flat") == {"f1": "3号楼 2单元 143", "f2": "b9 7", "f3": None}


def test_of_several_names_the_first_that_is_known_counts() -> None:
    assert names("building") == {"b1": "3号楼", "b2": "乙"}


def test_a_register_without_names_has_nobody_called_anything() -> None:
    assert called("patent", {}, lambda *_: pl.LazyFrame({"subject": ["p1"]})).collect()["name"].to_list() == [None]
