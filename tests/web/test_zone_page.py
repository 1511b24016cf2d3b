"""The zone page and the keys of programs."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client


def test_the_zone_page_says_what_is_declared_and_that_the_run_is_of_it(site: Callable[..., Client]) -> None:
    html = site("administrator").get("/zone/").content.decode()
    assert "indicator" in html
    assert "声明与当前计算所用的完全一样" in html


def test_a_zone_that_breaks_while_serving_keeps_the_last_sound_one(site: Callable[..., Client], monkeypatch) -> None:
    from duofeng.kernel.problem import ProblemError, Span  # noqa: PLC0415
    from duofeng.web import reader  # noqa: PLC0415
    from duofeng.zone import problems  # noqa: PLC0415

    administrator = site("administrator")
    assert administrator.get("/zone/").status_code == 200
    broken = ProblemError(problems.DUPLICATE_ID.at(Span("zone.yaml", 3), kind="peak", id="office", first="zone.yaml:2"))
    monkeypatch.setattr(reader, "_declared", lambda: broken)
    html = administrator.get("/zone/").content.decode()
    assert "仍按上一次正确的声明运行" in html
    assert "office" in html


def test_a_token_is_shown_once_and_works_until_it_is_revoked(site: Callable[..., Client]) -> None:
    administrator = site("administrator")
    sent = {"name": "a program", "scope": ["figures:read", "everything"], "days": "30"}
    key = re.findall(r"duofeng_[\w-]+", administrator.post("/tokens/", sent).content.decode())[0]
    html = administrator.get("/tokens/").content.decode()
    assert key not in html
    assert "figures:read" in html and "everything" not in html
    administrator.post(re.findall(r'action="(/tokens/\d+/revoke/)"', html)[0])
    assert "无效" in administrator.get("/tokens/").content.decode()


def test_a_token_of_somebody_else_cannot_be_revoked(site: Callable[..., Client]) -> None:
    first, second = site("administrator"), site("administrator")
    html = first.post("/tokens/", {"name": "mine", "scope": "runs:read"}).content.decode()
    assert second.post(re.findall(r'action="(/tokens/\d+/revoke/)"', html)[0]).status_code == 404
