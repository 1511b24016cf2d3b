"""JSON Schema of each kind of declared file, for editors that complete and check while typing."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from duofeng.zone.registry import Kind


def file_schema(kind: Kind) -> dict[str, Any]:
    """The schema of a whole file of this kind: one item, many by id, or a list."""
    item = kind.model.model_json_schema(by_alias=True, schema_generator=_Schema)
    definitions = item.pop("$defs", {})
    implied = {"id", *(("of",) if kind.fill else ())}
    item["required"] = [key for key in item.get("required", ()) if key not in implied]
    if kind.holds == "many":
        item = {"type": "object", "additionalProperties": item}
    elif kind.holds == "list":
        item = {"type": "array", "items": item}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{kind.title_zh} / {kind.title_en}"}
    return {**head, **item, **({"$defs": definitions} if definitions else {})}


class _Schema(GenerateJsonSchema):
    """Descriptions are kept, titles made from field names are not: they would repeat the key."""

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        return {key: value for key, value in super().generate(schema, mode).items() if key != "title"}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # the generator calls it so
        return False
