"""What wants to be a message, and what became of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from chat.errors import TooManyAttachments
from chat.input import clean_text
from chat.publication import Posted
from chatsite.http.errors import Refusal
from chatsite.http.limits import MAX_FILES

MAX_ATTACHMENTS = MAX_FILES

# Who sends, the client's UUID, and the digest of what it sent with it.
Key = tuple[int, str | None, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that wants to be posted. Make it with `Draft.checked`."""

    sender_id: int
    chat_id: int
    text: str | None
    attachment_ids: tuple[int, ...] = ()
    client_id: str | None = None
    # The id of the message it answers.
    reply_to: int | None = None
    # What the client sent, hashed: tells an honest retry from a reused client_id.
    digest: str = ""

    @classmethod
    def checked(cls, user, *, chat_id, text, attachment_ids=(), client_id=None, reply_to=None, digest=None) -> "Draft":
        """Refuse what can be refused without the database."""
        if len(attachment_ids) > MAX_ATTACHMENTS:
            raise TooManyAttachments
        text = clean_text(text, required=not attachment_ids)
        digest = digest or digest_of(chat_id, text, attachment_ids, reply_to=reply_to)
        return cls(user.pk, chat_id, text, tuple(attachment_ids), client_id, reply_to, digest)

    @property
    def key(self) -> Key:
        return self.sender_id, self.client_id, self.digest


Outcome = Posted | Refusal


def digest_of(chat_id: int, text: str | None, files: Sequence = (), *, reply_to: int | None = None) -> str:
    """Return the digest of a request: where it goes, what it says, what it carries, what it answers."""
    content = (chat_id, text, tuple(files))
    return hashlib.sha256(repr(content if reply_to is None else (*content, reply_to)).encode()).hexdigest()
