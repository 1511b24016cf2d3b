"""The JSON Schemas accept what `check` accepts: every shipped file is valid under the schema of its kind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema_rs
import pytest

from duofeng.zone.load import kind_of, load_zone
from duofeng.zone.registry import Role, all_kinds
from duofeng.zone.schema import file_schema
from duofeng.zone.source_file import read_source_file

ROOT = Path(__file__).resolve().parents[2]
VALIDATORS = {name: jsonschema_rs.validator_for(file_schema(kind)) for name, kind in all_kinds().items()}
SHIPPED = [
    (path, path.relative_to(folder), role)
    for folders, role in ((ROOT / "zones", "zone"), (ROOT / "peaks", "peak"))
    for folder in sorted(folders.iterdir())
    if folder.is_dir()
    for path in sorted(folder.rglob("*.yaml"))
]


def plain(value: Any) -> Any:
    """What an editor sees: plain JSON data."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize(("path", "below", "role"), SHIPPED, ids=lambda each: str(each) if each else "")
def test_a_shipped_file_is_valid_under_its_schema(path: Path, below: Path, role: Role) -> None:
    kind = kind_of(PurePosixPath(below.as_posix()), role)
    assert kind is not None
    data = plain(read_source_file(path, str(path), ("", "")).data)
    errors = [
        f"{'/'.join(map(str, each.instance_path))}: {each.message}" for each in VALIDATORS[kind.name].iter_errors(data)
    ]
    assert not errors


def test_with_a_zone_at_hand_its_words_are_offered_and_others_allowed() -> None:
    zone = load_zone(ROOT / "zones" / "second")
    column = file_schema(all_kinds()["source"], zone)["$defs"]["Column"]["anyOf"][1]["properties"]["attribute"]
    offered, allowed = column["anyOf"]
    assert {"sector", "revenue"} <= set(offered["enum"])
    assert allowed["type"] == "string"
    assert {"lei", "own"} <= set(file_schema(all_kinds()["register"], zone)["properties"]["key"]["anyOf"][0]["enum"])
