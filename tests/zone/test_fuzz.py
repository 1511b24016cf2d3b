"""No content of a file makes the loader raise anything but its own report."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duofeng.kernel.problem import ProblemError
from duofeng.tell.problems import as_json, report
from duofeng.tell.words import told_in
from duofeng.zone.load import load_zone
from duofeng.zone.source_file import parse_source

relaxed = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
TOKENS = [
    *"{}[]:,-?|>&*!%@`#'\"\n\t ~",
    "- ", ": ", "\n  ", "&a", "*a", "!!map", "---", "...", "true", "2024-13-01", "0111", "title", "columns", "zh", "é",
    "\ufeff",
    "1" * 60, "\x00", "\x85", "\u2028", "null", "<<", "{{", "2023H1", "-1", "1e999", "9" * 5000, "vocabulary",
]  # fmt: skip


def loads_or_reports(files: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / "zone"
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        try:
            load_zone(folder)
        except ProblemError as error:
            assert error.problems
            for problem in error.problems:
                assert report(problem) and told_in("en", problem.message) and problem.span is not None
                as_json(problem)


@relaxed
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_read_or_reported(content: bytes) -> None:
    file = parse_source(content, "a.yaml")
    assert file.problems or file.data is not None


@relaxed
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_any_heap_of_yaml_signs_is_read_or_reported(text: str) -> None:
    file = parse_source(text.encode(), "a.yaml")
    assert file.problems or file.data is not None
    for path in file.places:
        assert file.span(path).line is not None


@relaxed
@given(name=st.sampled_from(["zone.yaml", "sources/annual.yaml", "targets/2023.yaml"]), content=st.binary(max_size=120))
def test_any_bytes_in_any_file_are_read_or_reported(sample_files: Mapping[str, str], name: str, content: bytes) -> None:
    loads_or_reports({key: text.encode() for key, text in sample_files.items()} | {name: content})


@relaxed
@given(data=st.data())
def test_a_right_zone_with_anything_changed_is_read_or_reported(
    sample_files: Mapping[str, str], data: st.DataObject
) -> None:
    files = {key: text.encode() for key, text in sample_files.items()}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(files)))
        text = files[name].decode("utf-8", "replace")
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        files[name] = (text[:start] + data.draw(st.sampled_from(["", *TOKENS])) + text[end:]).encode()
    loads_or_reports(files)


@relaxed
@given(
    value=st.recursive(
        st.sampled_from(["x", "1", "true", "2024-13-01", "revenue", "zh", "-3.5", '""']),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda parts: "[" + ", ".join(parts) + "]"),
            st.lists(inner, max_size=3).map(
                lambda parts: "{" + ", ".join(f"k{at}: {part}" for at, part in enumerate(parts)) + "}"
            ),
        ),
        max_leaves=6,
    ),
    seed=st.integers(0, 10_000),
)
def test_any_value_under_any_key_is_read_or_reported(sample_files: Mapping[str, str], value: str, seed: int) -> None:
    chosen = random.Random(seed)
    name = chosen.choice(sorted(sample_files))
    lines = sample_files[name].splitlines()
    at = chosen.randrange(len(lines))
    lines[at] = lines[at].split(":")[0] + ": " + value
    loads_or_reports({key: text.encode() for key, text in sample_files.items()} | {name: "\n".join(lines).encode()})


def test_a_file_cut_anywhere_is_read_or_reported(sample_files: Mapping[str, str]) -> None:
    for name, text in sample_files.items():
        content = text.encode()
        for at in range(0, len(content), 17):
            loads_or_reports({key: other.encode() for key, other in sample_files.items()} | {name: content[:at]})
