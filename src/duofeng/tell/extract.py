"""Which texts the product says, gathered from its source, so that every catalogue has exactly these.

Read are Python files (`say`, `told`, `declare`, Django's `gettext`, what options and keys say of themselves) and
Django's templates, and the words that values are written with: units, magnitudes, hedges. A text with `{count}` has
plural forms, and so has a unit.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from duofeng.facts.hedge import SENSES
from duofeng.kernel.units import BASE_UNITS, MAGNITUDES
from duofeng.tell.values import SPOKEN, UNIT
from duofeng.zone.translate import KEY

PACKAGE = Path(__file__).resolve().parents[1]
MARKS = {
    "say": (0,),
    "told": (0,),
    "told_everywhere": (0,),
    "declare": (1,),
    "_": (0,),
    "gettext": (0,),
    "gettext_lazy": (0,),
    "ngettext": (0,),
}
NAMED = {
    "declare": ("explain",),
    "Option": ("help",),
    "Argument": ("help",),
    "command": ("help",),
    "add_typer": ("help",),
    "Typer": ("help",),
    "Field": ("description",),
    "wording": ("description",),
}
_COUNTED = re.compile(r"\{count[:!}]")
_CHINESE = re.compile("[\u3001-\u9fff\uff00-\uffef“”]")


class Entry(NamedTuple):
    id: str
    context: str = ""
    plural: bool = False


def entries() -> frozenset[Entry]:
    """Every text of the product."""
    found = {*_in_files("*.py", in_python), *_in_files("*.html", in_template)}
    found |= {Entry(each, "magnitude") for each in MAGNITUDES} | {Entry(each, "hedge") for each in SENSES}
    units = {*SPOKEN.values(), *(SPOKEN.get(each, each) for each in BASE_UNITS)}
    found |= {Entry(each, UNIT, plural=True) for each in filter(_CHINESE.search, units)}
    plural = {(each.id, each.context) for each in found if each.plural}
    return frozenset(each for each in found if each.plural or (each.id, each.context) not in plural)


def _in_files(pattern: str, read: Callable[[str], Iterable[Entry]]) -> Iterator[Entry]:
    for path in sorted(PACKAGE.rglob(pattern)):
        yield from read(path.read_text("utf-8"))


def in_python(source: str) -> Iterator[Entry]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "LISTED" for each in node.targets):
            yield from _helps(node.value)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "LISTED" and node.value is not None:
            yield from _helps(node.value)
        if isinstance(node, ast.Call):
            yield from _marked(node)


def _helps(listed: ast.AST) -> Iterator[Entry]:
    """The list of commands, by module: name → what it says of itself."""
    for node in ast.walk(listed):
        if isinstance(node, ast.Dict):
            yield from (Entry(text) for text in map(_text, node.values) if text)


def _marked(call: ast.Call) -> Iterator[Entry]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    named = {each.arg: each.value for each in call.keywords}
    context = _text(named.get("context"))
    if name in ("pgettext", "pgettext_lazy"):
        if text := _text(call.args[1]):
            yield Entry(text, _text(call.args[0]))
        return
    of_key = KEY if name in ("Field", "wording") else context
    at = dict(enumerate(call.args)) | named
    for text in (_text(at.get(place)) for place in (*MARKS.get(name, ()), *NAMED.get(name, ()))):
        if _CHINESE.search(text) or (text and context):
            yield Entry(text, of_key, name == "ngettext" or _COUNTED.search(text) is not None)


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


_TRANS = re.compile(r"""\{%\s*trans(?:late)?\s+(?:"([^"]+)"|'([^']+)')(?:\s+context\s+"([^"]+)")?""")
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_CALLED = re.compile(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')""")
_BLANKS = re.compile(r"\s*\n\s*")


def in_template(source: str) -> Iterator[Entry]:
    for double, single, context in _TRANS.findall(source):
        yield Entry(double or single, context, _COUNTED.search(double or single) is not None)
    for double, single in _CALLED.findall(source):
        yield Entry(double or single, plural=_COUNTED.search(double or single) is not None)
    for options, body in _BLOCK.findall(source):
        one, _, many = body.partition("{% plural %}")
        text = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", one.replace("%", "%%"))
        if "trimmed" in options:
            text = _BLANKS.sub(" ", text.strip())
        yield Entry(text, "", bool(many))
