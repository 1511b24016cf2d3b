"""The QR code of a second factor, held against another encoder."""

from __future__ import annotations

import numpy as np
import pytest
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from duofeng.web.pages.account.qr import modules, svg

LENGTHS = (1, 14, 15, 26, 27, 42, 62, 84, 106, 107, 122, 123, 152, 180, 181, 213)


@pytest.mark.parametrize("length", LENGTHS)
def test_every_module_is_where_another_encoder_puts_it(length: int) -> None:
    text = ("otpauth://totp/zone:li?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=zone" * 3)[:length]
    for mask in range(8):
        ours = modules(text, mask)
        other = QRCode((len(ours) - 17) // 4, QRErrorCorrectLevel.M)
        other.addData(text)
        other.makeImpl(False, mask)
        assert np.array_equal(ours, np.array(other.modules, bool)), mask


def test_a_text_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(ValueError, match="214 bytes"):
        modules("x" * 214)


def test_the_picture_needs_no_script_and_no_style() -> None:
    picture = svg("otpauth://totp/a:b?secret=AAAA")
    assert picture.startswith("<svg") and "style" not in picture and "<script" not in picture
