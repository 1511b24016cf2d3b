"""The cases of files that are kept outside the project: each loads as its `expected.md` says."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.zone.load import load_zone

SHARED = Path(os.environ.get("DUOFENG_SHARED", Path(__file__).resolve().parents[3].parent / "shared"))
CASES = SHARED / "cases" / "files"
STAFF: Mapping[str, list[float]] = {
    "big5": [10, 20],
    "cr-line-ends": [10, 20],
    "gbk-one-bad-byte": [10, 30],
    "latin1": [7, 10, 20],
    "note-like-names": [5, 10],
    "repeated-header": [10, 20],
    "total-words": [10, 20],
    "zero-format-id": [10, 20],
    "zero-width": [10, 20, 30],
    "zero-width-id": [10, 20, 30],
}
REJECTED: Mapping[str, int] = {
    "comma-decimal": 6,
    "gbk-one-bad-byte": 1,
    "parentheses-negative": 4,
    "period-words": 3,
    "same-name-two-people": 2,
}
"""Cells or rows that wait for a person, of the cases where some do."""
STOPPED = {"unit-row": "E377"}


@pytest.mark.parametrize("case", sorted({*STAFF, *REJECTED, *STOPPED, "merged-rows"}))
def test_a_file_loads_as_a_person_would_read_it(case: str, tmp_path: Path) -> None:
    if not (CASES / case).is_dir():
        pytest.skip("the cases are not on this machine (../shared or DUOFENG_SHARED)")
    shutil.copytree(CASES / "_zone", tmp_path / "zone")
    (tmp_path / "zone" / "sources").mkdir()
    declared = (CASES / case / "source.yaml").read_text("utf-8").replace(": none}", ": own}")
    (tmp_path / "zone" / "sources" / "t.yaml").write_text(re.sub("^kind:", "of:", declared, flags=re.M), "utf-8")
    loader = Loader(
        load_zone(tmp_path / "zone"), Ledger.open(tmp_path / "ledger"), tmp_path, "Alice", date(2026, 11, 30)
    )
    (file,) = (path for path in (CASES / case).iterdir() if path.suffix in (".csv", ".xlsx"))
    outcome = loader.load(file, datetime(2026, 11, 30, tzinfo=UTC), source="t")
    if case in STOPPED:
        assert [problem.code for problem in outcome.problems] == [STOPPED[case]]
        return
    facts = loader.ledger.facts(known_at=datetime(2030, 1, 1, tzinfo=UTC)).collect()
    assert not facts["text"].drop_nulls().str.contains("[\ue000-\uf8ff]|\u200b|\ufeff").any()
    if case in STAFF:
        assert facts.filter(facts["attribute"] == "staff")["number"].sort().to_list() == STAFF[case]
    if case == "merged-rows":
        assert facts.filter(facts["attribute"] == "district")["text"].to_list() == ["东区", "东区"]
        return
    assert outcome.rejects == REJECTED.get(case, 1 if case == "zero-width" else 0)
