"""The key of a second factor as a QR code: a picture of our own URL, so that no other host is asked to draw it."""

from __future__ import annotations

from io import BytesIO

import segno


def svg(text: str) -> bytes:
    """Dark on white whatever the theme: readers want the contrast."""
    picture, code = BytesIO(), segno.make(text, micro=False, error="m")
    code.save(picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return picture.getvalue()
