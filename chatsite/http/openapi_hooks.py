"""What is changed in the schema after drf-spectacular has made it, so that programs can make clients from it."""

from collections.abc import Iterator
from typing import Any

from chatsite.http.envelope import STATUS_CODES
from chatsite.http.errors import FileRefused

Schema = dict[str, Any]

_NULL_ENUM = {"$ref": "#/components/schemas/NullEnum"}
# What no operation lists: the code of each status, the general one of files, and what only a proxy answers.
_OF_NO_OPERATION = {*STATUS_CODES, FileRefused.code, "address_too_long"}


def open_operations(result: Schema, **kwargs: object) -> Schema:
    """What needs no credentials has an empty list of them: generators take an empty choice for a credential."""
    for operation in _operations_in(result):
        if operation.get("security") == [{}]:
            operation["security"] = []
    return result


def plain_nulls(result: Schema, **kwargs: object) -> Schema:
    """Null is a type, and no enum of a single null, from which generators make a class."""
    schemas = result["components"]["schemas"]
    if schemas.pop("NullEnum", None):
        for property_ in (one for schema in schemas.values() for one in schema.get("properties", {}).values()):
            choices = property_.get("oneOf", [])
            choices[:] = [{"type": "null"} if choice == _NULL_ENUM else choice for choice in choices]
    return result


def name_codes(result: Schema, **kwargs: object) -> Schema:
    """Add the enum of all codes: those that the operations list, and those that belong to none."""
    listed = {example["value"]["error"] for examples in _refusals_in(result) for example in examples.values()}
    result["components"]["schemas"]["RefusalCode"] = {
        "type": "string",
        "enum": sorted(_OF_NO_OPERATION | listed),
        "description": "The stable codes of refusals. New ones may be added: treat one that you do not know by its "
        "HTTP status.",
    }
    return result


def share_refusals(result: Schema, **kwargs: object) -> Schema:
    """Move each refusal to the components, once: most operations have the same ones."""
    shared = result["components"].setdefault("examples", {})
    for examples in _refusals_in(result):
        for name, example in examples.items():
            if shared.setdefault(name, example) == example:
                examples[name] = {"$ref": f"#/components/examples/{name}"}
    return result


def _refusals_in(result: Schema) -> Iterator[Schema]:
    """The examples of each refused status of each operation, by name."""
    for operation in _operations_in(result):
        for status, response in operation["responses"].items():
            if status >= "400" and "content" in response:
                yield response["content"]["application/json"]["examples"]


def _operations_in(result: Schema) -> Iterator[Schema]:
    for methods in result["paths"].values():
        yield from methods.values()
