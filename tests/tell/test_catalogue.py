"""The catalogues have every text that the product says, and a language more is one file more."""

from __future__ import annotations

import re

import pytest

from duofeng.kernel.message import Message, Words, restored, say, stored
from duofeng.tell import catalogue
from duofeng.tell.extract import entries
from duofeng.tell.language import speaking
from duofeng.tell.update import catalogue_of, held
from duofeng.tell.words import told, told_in

CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.mark.parametrize("language", catalogue.sources())
def test_a_catalogue_lacks_nothing_that_is_said(language: str) -> None:
    has = held(catalogue_of(catalogue.sources()[language]))
    lacking = [entry.id for entry in entries() if not has.get(entry)]
    assert not lacking, "run: make texts, then translate what is empty"


def test_a_third_language_is_one_file(pseudo: str) -> None:
    assert told_in(pseudo, "没有错误。") == "⟦没有错误。⟧"
    assert told_in(pseudo, say("共 {count} 处错误。", count=2)) == "⟦共 2 处错误。⟧"


def test_plural_forms_follow_the_count() -> None:
    with speaking("en"):
        assert told("共 {count} 处错误。", count=1) == "1 problem."
        assert told("共 {count} 处错误。", count=3) == "3 problems."


def test_what_a_language_lacks_is_said_in_the_next_one_wanted() -> None:
    title = Words({"ar": "منطقة", "en": "Zone"})
    with speaking("fr", "en"):
        assert told(title) == "Zone"
        assert told("没有错误。") == "No problems."
    with speaking("zh"):
        assert told(title) == "منطقة"


def test_a_message_is_kept_in_no_language_and_told_in_any() -> None:
    message = say("{about}。", about=Words({"zh": "园区", "en": "Zone"}))
    again = restored(stored(message))
    assert isinstance(again, Message)
    assert (told_in("zh", again), told_in("en", again)) == ("园区。", "That is: Zone.")
