"""The QR code of a second factor."""

from __future__ import annotations

from xml.etree import ElementTree

from duofeng.web.pages.account.qr import svg


def test_the_picture_needs_no_script_and_no_style_and_has_its_quiet_border() -> None:
    picture = svg("otpauth://totp/a:b?secret=AAAA")
    root = ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 37 37"
    assert b"style" not in picture
    assert b"<script" not in picture
