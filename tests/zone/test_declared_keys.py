"""What can be declared is read: a key or a kind that nothing looks at would be a promise nobody keeps."""

from __future__ import annotations

import ast
import inspect
import re
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from duofeng.zone.model import Part
from duofeng.zone.registry import all_kinds

SRC = Path(__file__).resolve().parents[2] / "src" / "duofeng"

# May only shrink. A key leaves the list when something reads it, or when it is no longer declared.
UNREAD_KEYS = {
    "Band.at_most": "read with its three sisters by name, in a loop over SIDES",
    **{
        f"Industry.{key}": "formulas of synth.yaml read it by name"
        for key in ("employees", "exporters", "margin", "research", "revenue_per_head", "turnover")
    },
}
UNREAD_KINDS: dict[str, str] = {}


def models() -> dict[str, type[Part]]:
    """Every kind's model and every part it is made of, by name."""
    found: dict[str, type[Part]] = {}

    def visit(annotation: object) -> None:
        if isinstance(annotation, type) and issubclass(annotation, Part) and annotation.__name__ not in found:
            found[annotation.__name__] = annotation
            for field in annotation.model_fields.values():
                visit(field.annotation)
        for inner in typing.get_args(annotation):
            visit(inner)

    for kind in all_kinds().values():
        visit(kind.model)
    return found


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in SRC.rglob("*.py")}


def read_in(path: Path) -> Iterator[str]:
    """Names that a module reads of some value."""
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr


@cache
def readers() -> dict[str, set[Path]]:
    found: dict[str, set[Path]] = {}
    for path in trees():
        for name in read_in(path):
            found.setdefault(name, set()).add(path)
    for path in SRC.rglob("*.html"):
        for name in re.findall(r"\.([a-z_]+)", path.read_text("utf-8")):
            found.setdefault(name, set()).add(path)
    return found


def unread_keys() -> set[str]:
    """Keys whose name nothing reads outside the file that declares them."""
    unread = set()
    for name, model in models().items():
        declared_in = Path(inspect.getfile(model))
        for key in model.model_fields:
            if not readers().get(key, set()) - {declared_in}:
                unread.add(f"{name}.{key}")
    return unread


def unread_kinds() -> set[str]:
    """Kinds of which nothing outside their file asks for the items, by the kind's name or by its model."""
    unread = set()
    for kind in all_kinds().values():
        declared_in = Path(inspect.getfile(kind.model))
        asked = re.compile(rf'(items\(\s*"{kind.name}"|declared\(\s*{kind.model.__name__}\b)')
        if not any(asked.search(path.read_text("utf-8")) for path in trees() if path != declared_in):
            unread.add(kind.name)
    return unread


def test_every_key_that_can_be_declared_is_read_somewhere() -> None:
    assert unread_keys() == set(UNREAD_KEYS)


def test_every_kind_that_can_be_declared_is_asked_for_somewhere() -> None:
    assert unread_kinds() == set(UNREAD_KINDS)
