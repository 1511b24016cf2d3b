"""The first file of each kind, with comments that teach: what `duofeng new` writes passes `duofeng check`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Literal, get_args

from duofeng.kernel.problem import ProblemError, Span, declare
from duofeng.zone import problems
from duofeng.zone.kinds.register import BUILT_IN
from duofeng.zone.model import ID_FORM, ID_PATTERN, WORD_FORM, WORD_PATTERN
from duofeng.zone.spoken import UNSAID
from duofeng.zone.zone import Zone

New = Literal["zone", "peak", "register", "source", "policy", "scorecard", "page"]
NEW: tuple[New, ...] = get_args(New)
OVER_A_REGISTER: frozenset[New] = frozenset({"source", "policy", "scorecard", "page"})
_VIEWS: Mapping[str, str] = {"organisation": "firms.view", "person": "persons.view"}
_FOLDER = Path(__file__).with_name("scaffolds")
_PLACES: Mapping[New, Mapping[str, str]] = {
    "zone": {"zone.yaml": "zone"},
    "peak": {"peak.yaml": "peak"},
    "register": {"registers/{id}.yaml": "register", "vocabulary/{id}.yaml": "vocabulary"},
    "source": {"sources/{id}.yaml": "source"},
    "policy": {"policies/{id}.yaml": "policy"},
    "scorecard": {"scorecards/{id}.yaml": "scorecard"},
    "page": {"pages.yaml": "page"},
}
"""Kind → file below the folder → template."""

EXISTS = declare(
    "E066",
    "“{id}”已经在这里了，没有改动它。",
    explain="duofeng new 只写新的，从不覆盖。换一个编号，或直接编辑这个文件。",
)
NO_TEXT = declare(
    "E067",
    "台账 {register} 还没有文字属性，写不出可用的样子。",
    explain="先在 vocabulary/ 里给这个台账写上属性，例如 name；新台账用 duofeng new register。",
)


def scaffold(
    kind: New,
    id: str,
    register: str = "organisation",
    zone: Zone | None = None,
    languages: tuple[str, ...] = UNSAID,
) -> Mapping[str, str]:
    """File below the zone's or peak's folder → text, in these languages. What is over a register needs the zone that
    has its attributes.

    Raises ProblemError: E017 for an id that is none, E067 when the register has no attribute to begin with.
    """
    pattern, form = (WORD_PATTERN, WORD_FORM) if kind == "register" else (ID_PATTERN, ID_FORM)
    if re.fullmatch(pattern, id) is None:
        raise ProblemError(problems.PATTERN.at(text=id, form=form))
    element = id if id in BUILT_IN else "thing"
    words = {"id": id, "register": register, "element": element, "languages": ", ".join(languages)}
    if kind in OVER_A_REGISTER and zone is not None:
        words["attribute"] = _first_text(zone, register)
        words["view"] = _VIEWS.get(zone.registers[register].element, "subjects.view")
    return {
        place.format(id=id): Template(_in(languages, (_FOLDER / f"{template}.yaml").read_text("utf-8"))).substitute(
            words
        )
        for place, template in _PLACES[kind].items()
    }


def _read(template: str) -> str:
    return (_FOLDER / f"{template}.yaml").read_text("utf-8")


def _in(languages: tuple[str, ...], template: str) -> str:
    """A template with its titles in these languages, English standing for those it does not speak; comments and column
    names in Chinese only where that is one of them."""

    def texts(found: re.Match[str]) -> str:
        said = {each: found["zh"] if each == "zh" else found["en"] for each in languages}
        if len(said) == 1:
            return next(iter(said.values()))
        return "{" + ", ".join(f"{each}: {text}" for each, text in said.items()) + "}"

    chinese, english = "zh" in languages, any(each != "zh" for each in languages)
    parts = [part for part, wanted in ((r"\1", chinese), (r"\2", english)) if wanted]
    template = re.sub(r"# (.*) \| (.*)", "# " + " ".join(parts), template)
    template = re.sub(r"«(.*?)\|(.*?)»", r"\1" if languages[0] == "zh" else r"\2", template)
    return re.sub(r"\{zh: (?P<zh>[^{}]*?), en: (?P<en>\[.*?\]|[^{}]*?)\}", texts, template)


def _first_text(zone: Zone, register: str) -> str:
    """The register's name, else its first attribute that is a single text and a state."""
    attributes = zone.attributes.get(register, {})
    names = zone.registers.get(register, BUILT_IN["thing"]).name
    texts = [id for id, each in attributes.items() if each.type == "text" and each.per == "state" and not each.many]
    found = next((id for id in (*names, *texts) if id in texts), None)
    if found is None:
        raise ProblemError(NO_TEXT.at(register=register))
    return found


def write(folder: Path, files: Mapping[str, str], id: str) -> tuple[Path, ...]:
    """Write the files below a folder; a file of many items gets one more. Raises ProblemError (E066), having written
    nothing, when one is there already."""
    for place in files:
        path = folder / place
        if path.is_file() and (path.name != "pages.yaml" or f"\n{id}:" in "\n" + path.read_text("utf-8")):
            raise ProblemError(EXISTS.at(Span(str(path)), id=id))
    for place, text in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8").rstrip("\n") + "\n\n" if path.is_file() else ""
        path.write_text(before + text, "utf-8")
    return tuple(folder / place for place in files)
