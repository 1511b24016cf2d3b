from __future__ import annotations

import pytest

from duofeng.kernel.unit_names import unit_name


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("元", "元", "yuan"), ("人", "人", "people"), ("件", "件", ""), ("SAR", "SAR", "SAR"), ("day", "天", "days"),
        ("元/平方米", "元/平方米", "yuan/m²"), ("thousand SAR", "thousand SAR", "thousand SAR"), (None, "", ""),
    ],
)  # fmt: skip
def test_a_unit_is_called_what_its_reader_calls_it(unit: str | None, zh: str, en: str) -> None:
    assert (unit_name(unit, "zh"), unit_name(unit, "en")) == (zh, en)
