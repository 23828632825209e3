"""Posting lines that nobody wrote: what the product itself tells in a conversation. They too are posted once."""

import json

from chat.models import Chat
from chat.publication import Posted
from chat.sending import writer
from chat.sending.draft import Draft, Line, digest_of


def post_line(chat: Chat, *, line: Line, text: str, client_id: str) -> Posted:
    """Post a line in the name of the doctor of the chat, as read; a repeat under its `client_id` finds it.

    `text` is what clients show that do not know such lines. Raises the Refusal where the doctor may not write.
    """
    # Without the text: in another language it is the same line.
    digest = digest_of(chat.pk, None, (line.kind, json.dumps(line.facts, sort_keys=True)))
    return writer.post(Draft(chat.doctor_id, chat.pk, text, client_id=client_id, digest=digest, line=line))
