"""One wrong value in an item gives one problem: nothing else is hidden by it, and nothing follows from it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from pydantic import ValidationError

from duofeng.kernel.problem import Problem
from duofeng.zone.checks import check
from duofeng.zone.load import load_zone
from duofeng.zone.model import Declared
from duofeng.zone.partial import check_wholes, read_partly
from duofeng.zone.registry import all_kinds
from duofeng.zone.report import Report
from duofeng.zone.source_file import Steps
from duofeng.zone.zone import Zone

NONSENSE = (("nonsense",),)
"""A list of a list, which no key takes."""


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(Path(__file__).parents[2] / "zones" / "second")


@pytest.mark.parametrize("kind", [name for name in all_kinds() if name != "zone"])
def test_nothing_is_said_that_only_follows_from_a_value_that_was_refused(kind: str, zone: Zone) -> None:
    chance = random.Random(kind)
    items = sorted(zone.items(kind).items())
    for _, item in chance.sample(items, min(4, len(items))):
        data = written(item)
        places = [path for path in inside(data) if path[0] not in item.implied]
        for path in chance.sample(places, min(12, len(places))):
            assert said_of(item, put(data, path), zone) == [], (item.id, path)


def said_of(item: Declared, data: dict[str, Any], zone: Zone) -> list[str]:
    """What is said beside the mistake itself."""
    try:
        type(item).model_validate(data)
    except ValidationError as error:
        rest = read_partly(type(item), data, error, item.origin)
        problems: list[Problem] = []
        if rest is not None:
            check(item.kind_name, rest, zone, problems)
            check_wholes(rest, Report(rest, problems))
        return [str(each) for each in problems if each.severity == "error"]
    return []


def written(item: Declared) -> dict[str, Any]:
    data: Any = item.origin.file.data
    for step in item.origin.path:
        data = data[step]
    fill = all_kinds()[item.kind_name].fill
    implied = fill(PurePosixPath("vocabulary", f"{getattr(item, 'of', '')}.yaml"), item.id) if fill else {}
    return {**data, **implied, "id": item.id} if isinstance(data, dict) else {"id": item.id}


def inside(data: Any, path: Steps = ()) -> Iterator[Steps]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, tuple) else ()
    for step, value in steps:
        yield (*path, step)
        yield from inside(value, (*path, step))


def put(data: Any, path: Steps) -> Any:
    if not path:
        return NONSENSE
    changed = put(data[path[0]], path[1:])
    if isinstance(data, dict):
        return {**data, path[0]: changed}
    assert isinstance(path[0], int)
    return (*data[: path[0]], changed, *data[path[0] + 1 :])
