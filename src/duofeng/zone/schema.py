"""JSON Schema of each kind of declared file, for editors that complete and check while typing."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from duofeng.kernel.units import BASE_UNITS
from duofeng.zone.model import CHOICES
from duofeng.zone.registry import Kind
from duofeng.zone.zone import Zone


def file_schema(kind: Kind, zone: Zone | None = None) -> dict[str, Any]:
    """The schema of a whole file of this kind: one item, many by id, or a list.

    With a zone, it offers what the zone has where a word names an attribute, register, unit or identifier scheme. It
    offers and does not insist: a word may be about to be declared.
    """
    item = kind.model.model_json_schema(by_alias=True, schema_generator=_Schema)
    definitions = item.pop("$defs", {})
    item["required"] = [key for key in item.get("required", ()) if key not in kind.model.implied]
    if kind.holds == "many":
        item = {"type": "object", "additionalProperties": item}
    elif kind.holds == "list":
        item = {"type": "array", "items": item}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": str(kind.title)}
    whole: dict[str, Any] = {**head, **item, **({"$defs": definitions} if definitions else {})}
    offered: dict[str, Any] = _with_choices(whole, _choices(zone) if zone is not None else {})
    return offered


def _choices(zone: Zone) -> dict[str, list[str]]:
    attributes = {id for of_register in zone.attributes.values() for id in of_register}
    return {
        "attributes": sorted(attributes),
        "registers": list(zone.registers),
        "schemes": [*zone.identifier_schemes],
        "units": [*BASE_UNITS],
    }


def _with_choices(schema: Any, choices: dict[str, list[str]]) -> Any:
    if isinstance(schema, list):
        return [_with_choices(each, choices) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _with_choices(each, choices) for key, each in schema.items() if key != CHOICES}
    offered = choices.get(str(schema.get(CHOICES)))
    return plain if not offered else {"anyOf": [{"enum": offered}, plain]}


class _Schema(GenerateJsonSchema):
    """Descriptions are kept, titles made from field names are not: they would repeat the key."""

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        return {key: value for key, value in super().generate(schema, mode).items() if key != "title"}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # the generator calls it so
        return False
