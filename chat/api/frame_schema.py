"""How a frame of `/ws/chat` is described, with an example, and what several have in common."""

from dataclasses import dataclass, field
from typing import Any

from chat.api import examples
from chatsite.http.openapi import ID

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FrameSchema:
    """One kind of frame: the keys beside its `type`, of which `optional` ones may be absent."""

    kind: str
    summary: str
    keys: dict[str, Schema] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)

    def message(self) -> Schema:
        """As AsyncAPI describes a message."""
        return {
            "name": self.kind,
            "title": self.kind,
            "summary": self.summary,
            "contentType": "application/json",
            "payload": {
                "type": "object",
                "properties": {"type": {"type": "string", "const": self.kind}, **self.keys},
                "required": ["type", *(key for key in self.keys if key not in self.optional)],
            },
            "examples": [{"name": self.kind, "payload": {"type": self.kind, **self.example}}],
        }


def described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


BOOLEAN: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "integer", "format": "int64", "minimum": 0}
CHAT = {"chat_id": ID}
SEQ = {"seq": described(NUMBER, "The number of this change in its chat: see the cursor")}
IN_CHAT = {"chat_id": examples.CHAT_ID}
