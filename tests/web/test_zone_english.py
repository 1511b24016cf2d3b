"""Every text of the pages in English, found in templates and modules rather than in what was once extracted."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace

import duofeng
from duofeng.kernel.problem import ProblemKind
from duofeng.tell import catalogue
from duofeng.tell.words import told_in
from duofeng.web import problems

pytestmark = pytest.mark.pages

SOURCE = Path(duofeng.__file__).parent
PLACES = ("web", "desk")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CALLS = {"_", "gettext", "gettext_lazy", "_lazy"}


def in_modules() -> set[str]:
    found = set()
    for path in (path for place in PLACES for path in (SOURCE / place).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def in_templates() -> set[str]:
    found = set()
    for path in (SOURCE / "web").rglob("*.html"):
        tokens = Lexer(path.read_text("utf-8")).tokenize()
        for number, token in enumerate(tokens):
            if token.token_type != TokenType.BLOCK:
                continue
            word, _, rest = token.contents.partition(" ")
            if word in {"trans", "translate"}:
                quoted = re.match(r"(['\"])(.*?)\1", rest)
                found |= {quoted[2]} if quoted else set()
            elif word in {"blocktrans", "blocktranslate"}:
                found.add(_block(tokens[number + 1 :], trimmed="trimmed" in rest.split()))
    return found


def _block(tokens: list, *, trimmed: bool) -> str:
    pieces = []
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            break
        is_value = token.token_type == TokenType.VAR
        pieces.append(f"%({token.contents})s" if is_value else token.contents.replace("%", "%%"))
    text = "".join(pieces)
    return trim_whitespace(text) if trimmed else text


@pytest.fixture(scope="module")
def english() -> gettext.GNUTranslations:
    found = catalogue.translations(("en",))
    assert isinstance(found, gettext.GNUTranslations)
    return found


def test_every_text_of_the_pages_has_its_english(english: gettext.GNUTranslations) -> None:
    texts = {text for text in in_modules() | in_templates() if CHINESE.search(text)}
    assert len(texts) > 300
    lacking = (text for text in texts if text == english.gettext(text) == english.ngettext(text, text, 2))
    assert sorted(lacking) == []


def test_no_english_text_of_the_pages_holds_chinese(english: gettext.GNUTranslations) -> None:
    said = (english.gettext(text) for text in in_modules() | in_templates())
    assert [text for text in said if CHINESE.search(text)] == []


def test_every_problem_of_the_pages_speaks_both_languages() -> None:
    own = [kind for kind in vars(problems).values() if isinstance(kind, ProblemKind)]
    assert own
    assert all(CHINESE.search(kind.message) for kind in own)
    assert not [kind.code for kind in own if CHINESE.search(told_in("en", kind.message))]


def test_templates_hold_no_untranslated_chinese() -> None:
    """Chinese outside a translation tag would stay Chinese in the English interface."""
    loose = []
    for path in (SOURCE / "web").rglob("*.html"):
        inside = False
        for token in Lexer(path.read_text("utf-8")).tokenize():
            if token.token_type == TokenType.BLOCK:
                word = token.contents.partition(" ")[0]
                inside = word.startswith("blocktrans") or (inside and not word.startswith("endblocktrans"))
            elif token.token_type == TokenType.TEXT and not inside and CHINESE.search(token.contents):
                own_name = token.contents.replace(">中文<", "")  # a language is called by its own name
                lines = [line.strip()[:60] for line in own_name.split("\n") if CHINESE.search(line)]
                loose += [f"{path.relative_to(SOURCE)}: {line}" for line in lines]
    assert loose == []
