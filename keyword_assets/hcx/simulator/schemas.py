"""JSON Schema as far as the simulator needs it: what is supported, what an enum allows, an instance of any schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from keyword_assets.hcx.simulator.envelope import Refusal

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array"})
_FORMATS = {
    "date-time": "2025-06-11T09:00:00+09:00",
    "date": "2025-06-11",
    "time": "09:00:00",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_KEYWORDS = frozenset(
    {
        "type",
        "description",
        "format",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "items",
        "properties",
        "required",
        "enum",
        "anyOf",
    }
)
_DEEPEST = 50


def check_schema(schema: object, strict: bool) -> None:
    """Refuse a schema that the service does not take.

    Args:
        schema: what the request calls a schema.
        strict: whether to refuse keywords, types and formats that are not documented, beside `pattern`.

    Raises:
        Refusal: 40055.
    """
    if not isinstance(schema, Mapping) or not schema:
        raise Refusal("40055")
    for node in _nodes(schema):
        if "pattern" in node or (strict and not _documented(node)):
            raise Refusal("40055")


def _documented(node: Mapping[str, Any]) -> bool:
    kind, text_format = node.get("type", "object"), node.get("format", "date")
    return (
        _KEYWORDS.issuperset(node)
        and isinstance(kind, str)
        and kind in _TYPES
        and isinstance(text_format, str)
        and text_format in _FORMATS
    )


def _nodes(schema: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The schema and every schema within it; a property may be called `pattern`, so names are not keywords."""
    if depth > _DEEPEST:
        raise Refusal("40055")
    yield schema
    properties, any_of = schema.get("properties"), schema.get("anyOf")
    inner = list(properties.values()) if isinstance(properties, Mapping) else []
    inner += any_of if isinstance(any_of, list) else []
    inner.append(schema.get("items"))
    for child in inner:
        if isinstance(child, Mapping):
            yield from _nodes(child, depth + 1)


def asks_for_answers(schema: Mapping[str, Any]) -> bool:
    """Whether this is the form of an answer to questions: an object with `answers`."""
    properties = schema.get("properties")
    return isinstance(properties, Mapping) and "answers" in properties


def allowed_categories(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The enum of the property `category`, wherever in the schema it is; empty if there is none."""
    found = _property(schema, "category").get("enum")
    return tuple(value for value in found if isinstance(value, str)) if isinstance(found, list) else ()


def most_keywords(schema: Mapping[str, Any], default: int) -> int:
    """How many keywords a question may be given at most."""
    most = _property(schema, "keywords").get("maxItems")
    return most if isinstance(most, int) and most > 0 else default


def _property(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    for node in _nodes(schema):
        properties = node.get("properties")
        if isinstance(properties, Mapping) and isinstance(properties.get(name), Mapping):
            return dict(properties[name])
    return {}


def instance(schema: Mapping[str, Any]) -> Any:
    """A small value that keeps the schema, for requests that are not about questions."""
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("anyOf"):
        return instance(schema["anyOf"][0])
    kind = schema.get("type", "object")
    if kind == "object":
        return {name: instance(child) for name, child in (schema.get("properties") or {}).items()}
    if kind == "array":
        return [instance(schema.get("items") or {"type": "string"})] * (schema.get("minItems") or 0)
    if kind in ("integer", "number"):
        return schema.get("minimum", min(0, schema.get("maximum", 0)))
    return {"boolean": True}.get(kind, _FORMATS.get(schema.get("format", ""), "예시"))
