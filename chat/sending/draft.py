"""A message to be posted, and the outcome of posting it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from chat.errors import TooManyAttachments
from chat.input import clean_text
from chat.limits import MAX_FILES
from chat.publication import Posted
from chatsite.http.errors import Refusal

# The sender's id, the client's UUID, and the digest of the request.
Key = tuple[int, str | None, str]


@dataclass(frozen=True, slots=True)
class Line:
    """What a line that nobody wrote tells: a `SystemLine`, and its facts as JSON has them."""

    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be posted. Create it with `Draft.checked`."""

    sender_id: int
    chat_id: int
    text: str | None
    attachment_ids: tuple[int, ...] = ()
    client_id: str | None = None
    # The id of the message to which it replies.
    reply_to: int | None = None
    # Hash of the client's request: distinguishes an honest retry from a reused client_id.
    digest: str = ""
    # Only `sending.lines` sets it.
    line: Line | None = None

    @classmethod
    def checked(
        cls,
        user: User,
        *,
        chat_id: int,
        text: object,
        attachment_ids: Sequence[int] = (),
        client_id: str | None = None,
        reply_to: int | None = None,
        digest: str | None = None,
    ) -> "Draft":
        """Return a draft; refuse whatever can be refused without the database."""
        if len(attachment_ids) > MAX_FILES:
            raise TooManyAttachments
        cleaned = clean_text(text, required=not attachment_ids)
        digest = digest or digest_of(chat_id, cleaned, attachment_ids, reply_to=reply_to)
        return cls(user.pk, chat_id, cleaned, tuple(attachment_ids), client_id, reply_to, digest)

    @property
    def key(self) -> Key:
        return self.sender_id, self.client_id, self.digest


Outcome = Posted | Refusal


def digest_of(chat_id: int, text: str | None, files: Sequence[object] = (), *, reply_to: int | None = None) -> str:
    """Return the digest of a request: its chat, text, files and the message to which it replies."""
    content = (chat_id, text, tuple(files))
    return hashlib.sha256(repr(content if reply_to is None else (*content, reply_to)).encode()).hexdigest()
