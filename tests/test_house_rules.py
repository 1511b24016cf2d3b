"""Rules of the house that no linter knows: what may be written where."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from duofeng.kernel.units import known_unit, split_magnitude
from duofeng.tell.extract import entries

ROOT = Path(__file__).resolve().parents[1]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
EDGE = {"cli", "web", "desk"}
PLACES = re.compile("郑州|河南|中原|嵩山|梧桐|庆阳|郑高新|Zhengzhou|Henan", re.IGNORECASE)
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|hack|new2)(_|$)")
TICKET = re.compile(r"\b(TODO|FIXME|XXX)\b|#\s.*\b[A-Z]{2,}-\d+\b")
# Numbers of national standards look like tickets and are not.
STANDARD = re.compile(r"\b(GB|CJ|DB|ISO|UTF|SHA|CC|BSD|MIT|RFC|JSON|BCP|PBKDF)-\d+")
CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("datetime", "today"),
    ("os", "environ"),
    ("os", "getenv"),
}


def room(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "duofeng").parts[0]


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout: the tracked files are not known")
    return [ROOT / name for name in listing.stdout.split("\0") if name]


def test_nothing_in_the_base_or_its_peaks_names_a_place() -> None:
    peaks = [path for path in (ROOT / "peaks").rglob("*") if path.suffix in {".yaml", ".csv", ".html"}]
    named = {
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in [*(ROOT / "src").rglob("*"), *peaks]
        if path.suffix in {".py", ".html", ".yaml", ".csv", ".js", ".css"}
        for found in PLACES.finditer(path.read_text("utf-8"))
    }
    assert not named


def test_no_name_is_a_drawer_for_leftovers() -> None:
    assert not [str(path) for path in SOURCE if EMPTY_NAMES.search(path.stem) or EMPTY_NAMES.search(path.parent.name)]


def test_no_source_line_points_at_a_ticket_or_promises_to_be_done_later() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if TICKET.search(STANDARD.sub("", line))
    ]
    assert not found


@pytest.mark.parametrize("path", [path for path in SOURCE if room(path) not in EDGE], ids=lambda path: path.stem)
def test_only_the_edge_reads_the_clock_and_the_environment(path: Path) -> None:
    reads = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCK
    ]
    assert not reads


def test_yaml_is_read_by_the_one_strict_loader() -> None:
    loaders = [
        str(path.relative_to(ROOT))
        for path in SOURCE
        if re.search(r"^\s*(import yaml|from yaml)", path.read_text("utf-8"), re.MULTILINE) and room(path) != "zone"
    ]
    assert not loaders


def test_no_tracked_file_holds_a_path_of_one_machine() -> None:
    private = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
    suffixes = {".py", ".md", ".yaml", ".toml", ".txt", ".csv", ".json", ".sh", ""}
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.is_file()
        and path.suffix in suffixes
        and path != Path(__file__)
        and private.search(path.read_text("utf-8"))
    ]
    assert not found


def test_lock_files_name_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", path.read_text("utf-8")), path.name


def test_documents_stay_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked("docs/*.md", "*.md")
        if (count := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert not {name: count for name, count in long.items() if name != "docs/problems.md"}


PAGES = ROOT / "src" / "duofeng" / "web" / "pages"


@pytest.mark.parametrize("path", sorted(PAGES.glob("*/*.py")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_page_imports_another_page(path: Path) -> None:
    imported = re.findall(r"duofeng\.web\.pages(?:\.| import )(\w+)", path.read_text("utf-8"))
    assert {*imported} <= {path.parent.name}


def imported(path: Path) -> set[str]:
    """The modules of the project that a file imports when it runs, inside functions, too."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    skipped = {id(inner) for node in for_types for inner in ast.walk(node)}
    nodes = [node for node in ast.walk(tree) if id(node) not in skipped and isinstance(node, ast.ImportFrom)]
    return {name for node in nodes for name in (f"{node.module}.{alias.name}" for alias in node.names)} | {
        str(node.module) for node in nodes
    }


def circle_in(room_name: str) -> list[str]:
    """Files of a room that import each other in a circle; empty when there is none."""
    names = {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path
        for path in SOURCE
        if path.parent != ROOT / "src" / "duofeng" and room(path) == room_name
    }
    left = {name: imported(path) & set(names) - {name} for name, path in names.items()}
    while free := [name for name, needs in left.items() if not needs & set(left)]:
        for name in free:
            del left[name]
    return sorted(left)


@pytest.mark.parametrize("room_name", sorted({room(path) for path in SOURCE if path.parent.name != "duofeng"}))
def test_no_files_of_a_room_import_each_other_in_a_circle(room_name: str) -> None:
    assert not circle_in(room_name)


# ---- one way to say things ------------------------------------------------------------------------------------------

BELOW_TELL = {"kernel", "engine", "zone", "facts", "synth", "brain"}
BY_LANGUAGE = re.compile(r"(^|_)(zh|en)$")
TWO_LANGUAGES = re.compile("[\u3400-\u9fff][^/]* / [A-Za-z]+ [a-z]|[A-Za-z][^/]* / [\u3400-\u9fff]")
CHINESE = re.compile("[\u3400-\u9fff]")
TELLING = {"brain", "tell", "desk", "web", "cli"}
READS_CHINESE = {
    *(f"brain/figures/{name}.py" for name in ("bearing", "draft", "interval")),
    *(f"brain/figures/ties/{name}.py" for name in ("changes", "parts", "ratios", "repeats", "told")),
    "tell/extract.py",
    "web/tongue.py",
}
"""What looks for Chinese in texts that people wrote."""
OWN_NAMES = {"中文"}
"""What a language calls itself."""


def inside(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "duofeng").as_posix()


def by_language(source: str, below_tell: bool) -> list[int]:
    """Lines with a name that ends in a language; below `tell` also those with a parameter that names one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = getattr(node, "arg", None) or getattr(node, "attr", None) or getattr(node, "id", None)
        if not isinstance(name, str) or isinstance(node, ast.keyword):
            continue
        asked = below_tell and isinstance(node, ast.arg) and name == "language"
        if asked or BY_LANGUAGE.search(name):
            found.append(node.lineno)  # type: ignore[attr-defined]  # every node with a name has a line
    return found


def texts(source: str) -> list[tuple[int, str]]:
    """Every string of a program but what it says of itself, with its line."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def untold(source: str, known: frozenset[str]) -> list[int]:
    """Lines with Chinese that is neither a text of the catalogues nor a unit."""
    return [
        line
        for line, text in texts(source)
        if CHINESE.search(text) and text not in known | OWN_NAMES and known_unit(split_magnitude(text)[1]) is None
    ]


def test_no_name_is_made_for_one_language() -> None:
    found = [
        f"{inside(path)}:{line}"
        for path in SOURCE
        if inside(path) != "kernel/message.py"
        for line in by_language(path.read_text("utf-8"), room(path) in BELOW_TELL)
    ]
    assert not found, "a text is a Message or Words, told in room tell"


def test_no_text_is_written_in_two_languages_at_once() -> None:
    found = [
        f"{inside(path)}:{line}"
        for path in SOURCE
        for line, text in texts(path.read_text("utf-8"))
        if TWO_LANGUAGES.search(text)
    ]
    assert not found, "the other language stands in its catalogue"


def test_what_is_said_is_said_by_the_catalogues() -> None:
    known = frozenset(entry.id for entry in entries())
    found = [
        f"{inside(path)}:{line}"
        for path in SOURCE
        if room(path) in TELLING and inside(path) not in READS_CHINESE
        for line in untold(path.read_text("utf-8"), known)
    ]
    assert not found, "mark it with say or told"


def test_these_rules_find_what_they_look_for() -> None:
    assert by_language("title_en = title.zh\ndef f(language, words_zh): pass", below_tell=True) == [1, 1, 2, 2]
    assert TWO_LANGUAGES.search("没有错误 / no problems") and not TWO_LANGUAGES.search("is null / coalesce")
    assert untold('"""说明"""\nprint(f"共 {n} 条目")\nsay("好")\nunit = "万元"', frozenset({"好"})) == [2, 2]
