"""One hash of what a zone means and one of how it words it.

The hashed form is our own: sorted keys, numbers as their shortest decimal text, dates as ISO text, values equal to
their default left out. So it depends on no library's output, and a new optional key changes no fingerprint of zones
without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from duofeng.kernel.message import ANY
from duofeng.zone.model import Declared, Text

Leaf = tuple[str, Any]


@dataclass(frozen=True)
class Fingerprint:
    """SHA-256 in hex. `meaning` changes when an answer could change; `wording` when only a text did."""

    meaning: str
    wording: str

    @property
    def short(self) -> str:
        return f"{self.meaning[:12]}-{self.wording[:6]}"


def fingerprint_of(declarations: Mapping[str, Mapping[str, Declared]]) -> Fingerprint:
    meaning, words = {}, {}
    for kind, items in declarations.items():
        meaning[kind] = {id: canonical(item, wording=False) for id, item in items.items()}
        words[kind] = {id: canonical(item, wording=True) for id, item in items.items()}
    return Fingerprint(_hash(meaning), _hash(words))


def canonical(value: Any, *, wording: bool) -> Any:
    """The part of a value that is wording, or the part that is meaning, as plain JSON data. None when it has none."""
    if isinstance(value, Text):
        return _texts(value) if wording else None
    if isinstance(value, BaseModel):
        return _without_gaps(_fields(value, wording))
    if isinstance(value, Mapping):
        parts = ((str(key), canonical(each, wording=wording)) for key, each in value.items())
        return _without_gaps(parts) if wording else dict(parts)
    if isinstance(value, (tuple, list, frozenset, set)):
        return _listed(value, wording)
    return None if wording else plain(value)


def _listed(values: Iterable[Any], wording: bool) -> list[Any] | None:
    parts = [canonical(each, wording=wording) for each in values]
    return parts if not wording or parts.count(None) < len(parts) else None


def _fields(value: BaseModel, wording: bool) -> Iterator[Leaf]:
    for name, info in type(value).model_fields.items():
        content = getattr(value, name)
        if content == info.get_default(call_default_factory=True, validated_data={}):
            continue
        if is_wording(info):
            yield name, whole(content) if wording else None
        else:
            yield name, canonical(content, wording=wording)


def is_wording(info: FieldInfo) -> bool:
    extra = info.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("wording"))


def whole(value: Any) -> Any:
    """All of a value, meaning and wording, as plain JSON data."""
    if isinstance(value, Text):
        return _texts(value)
    if isinstance(value, Text):
        return dict(value.texts)
    if isinstance(value, BaseModel):
        return _without_gaps((name, whole(getattr(value, name))) for name in type(value).model_fields)
    if isinstance(value, Mapping):
        return {str(key): whole(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [whole(each) for each in value]
    return plain(value)


def _texts(value: Text) -> str | dict[str, str]:
    """By language, or the one text that stands for all."""
    return value.texts[ANY] if ANY in value.texts else dict(value.texts)


def plain(value: Any) -> str | bool | None:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    if isinstance(value, (int, date)):
        return str(value)
    raise TypeError(f"a declared value cannot be a {type(value).__name__}")


def _without_gaps(parts: Any) -> Any:
    kept = {key: part for key, part in parts if part is not None}
    return kept or None


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
