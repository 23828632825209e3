"""The cursor of a sync: opaque and signed, and of one person in one role."""

from dataclasses import astuple, dataclass

from django.core.signing import BadSignature, Signer

from chat.errors import InvalidCursor

# A new name for another meaning of the fields: older cursors then are invalid, and their clients begin again.
_SALT = "chat.sync.1"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a client is. Moments are seconds since 1970."""

    epoch: str
    owner: str
    # What had changed until then was answered; 0: nothing was.
    since: int = 0
    # Of the private state that was last answered.
    digest: str = ""
    # Of an unfinished answer: when it began, and where it goes on: at this chat, below this `seq`, or from its top (0).
    begun: int = 0
    chat_id: int = 0
    below: int = 0

    def sign(self) -> str:
        """The text that the client sends next."""
        fields = astuple(self)
        return _signer().sign_object(fields if self.begun else fields[:4])


def read_cursor(text: str, *, owner: str) -> Cursor:
    """The cursor of this owner in this text; raises InvalidCursor."""
    try:
        cursor = Cursor(*_signer().unsign_object(text))
    except BadSignature as error:
        raise InvalidCursor from error
    if cursor.owner != owner:
        raise InvalidCursor
    return cursor


def _signer() -> Signer:
    return Signer(salt=_SALT)
