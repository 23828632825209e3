"""What is noted of a conversation that somebody sees. Ids and numbers only: the audit has no words."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from audit import trail
from audit.actions import Action
from audit.context import Actor
from chat.loading import FullMessage, FullRow
from chat.models import Attachment
from chat.publication import Read


def note_page(chat_id: int, messages: Sequence[FullRow | FullMessage], action: Action = Action.PAGE) -> None:
    """Some messages of a conversation, in one answer."""
    if messages:
        note_messages(chat_id, [message.pk for message in messages], action)


def note_messages(
    chat_id: int, ids: Collection[int], action: Action = Action.PAGE, *, actor: Actor | None = None
) -> None:
    """The same by their ids, of which there is one at least."""
    trail.record(action, actor=actor, chat=chat_id, first=min(ids), last=max(ids), count=len(ids))


def note_quoted(sent: FullMessage, actor: Actor | None = None) -> None:
    """What a message quotes: its sender is answered with those words. The socket names its `actor`."""
    if sent.message.reply_to_id:
        note_messages(sent.message.chat_id, [sent.message.reply_to_id], actor=actor)


def note_each_chat(messages: Iterable[FullRow | FullMessage], action: Action) -> None:
    """Messages of several conversations: a row for each of these."""
    of_chat = attrgetter("message.chat_id")
    for chat_id, some in groupby(sorted(messages, key=of_chat), key=of_chat):
        note_page(chat_id, list(some), action)


def note_files(chat_id: int, attachments: Iterable[Attachment]) -> None:
    """A list of files, by the messages that have them."""
    ids = [attachment.message_id for attachment in attachments if attachment.message_id]
    if ids:
        note_messages(chat_id, ids)


def note_file(attachment: Attachment) -> None:
    trail.record(Action.FILE, chat=attachment.chat_id, subject=attachment.pk)


def note_refused(chat_id: int | None, actor: Actor) -> None:
    """A frame about a conversation that is not this person's, or about what is not there."""
    trail.record(Action.REFUSED, actor=actor, chat=chat_id, detail="socket")


def note_read(read: Read, actor: Actor | None = None) -> None:
    """Words that came by the socket, once they were seen; one row a minute. The socket names its `actor`."""
    if read.updated_count:
        trail.record(Action.READ, actor=actor, chat=read.chat_id, count=read.updated_count)
