"""The drafts of one transaction: each becomes a numbered message of its locked chat, or a refusal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from chat.errors import ChatNotFound, MessageNotFound, RowLocked, SystemMessage
from chat.loading import FullMessage
from chat.models import Attachment, Message, MessageType, Side
from chat.publication import Posted, prepare
from chat.sending import sql
from chat.sending.draft import Draft, Line, Outcome
from chat.services.attachments import check_claim
from chat.services.drafts import clear_sent
from chat.services.locked_chat import LockedChat
from chat.services.writing import writing_side
from chatsite.http.errors import Refusal


@dataclass(slots=True)
class Batch:
    """What a transaction has locked and read, and what becomes of its drafts, by their index."""

    moment: datetime
    chats: dict[int, LockedChat]
    # Rows that exist, but that another transaction has locked.
    locked_chats: set[int] = field(default_factory=set)
    locked_senders: set[int] = field(default_factory=set)
    # Attachments and quoted messages by id; None for an attachment that is locked.
    files: Mapping[int, Attachment | None] = field(default_factory=dict)
    sources: Mapping[int, Message] = field(default_factory=dict)
    numbered: dict[int, FullMessage] = field(default_factory=dict)
    refused: dict[int, Refusal] = field(default_factory=dict)
    # Whose draft was sent.
    cleared: list[tuple[LockedChat, Side]] = field(default_factory=list)

    def admit(self, drafts: Mapping[int, Draft]) -> None:
        """Check and number the drafts in their order."""
        for index, draft in drafts.items():
            try:
                self.numbered[index] = self._admit(draft)
            except Refusal as refusal:
                self.refused[index] = refusal

    def _admit(self, draft: Draft) -> FullMessage:
        chat, side = self._chat_of(draft)
        if draft.sender_id in self.locked_senders:
            raise RowLocked
        source = self._source_of(draft)
        files = check_claim(draft.attachment_ids, self.files, sender_id=draft.sender_id, chat_id=draft.chat_id)
        return self._number(draft, chat, side, source, files)

    def _chat_of(self, draft: Draft) -> tuple[LockedChat, Side]:
        """The chat and the sender's side, on which they may write now; raises the refusal otherwise."""
        chat = self.chats.get(draft.chat_id)
        if chat is None:
            raise RowLocked if draft.chat_id in self.locked_chats else ChatNotFound
        return chat, writing_side(chat, draft.sender_id)

    def _source_of(self, draft: Draft) -> Message | None:
        """The message to which this one replies, which must be in the same chat."""
        if draft.reply_to is None:
            return None
        source = self.sources.get(draft.reply_to)
        if source is None or source.chat_id != draft.chat_id:
            raise MessageNotFound
        if source.system:
            raise SystemMessage
        return source

    def _number(
        self, draft: Draft, chat: LockedChat, side: Side, source: Message | None, files: list[Attachment]
    ) -> FullMessage:
        """Number the message within its chat, and count it there."""
        chat.message_count += 1
        if draft.line is None:
            chat.side_opposite(side).unread += 1
        message = _message(
            chat_id=chat.pk,
            sender_id=draft.sender_id,
            sender_role=side.role,
            message_text=draft.text,
            created_at=self.moment,
            seq=chat.next_seq(),
            client_id=draft.client_id,
            digest=draft.digest,
            reply_to_id=draft.reply_to,
            **_documented_file(files),
            **_line(draft.line, self.moment),
        )
        return FullMessage(message, files=files, quoted=source)

    def write(self, *, commits: bool) -> None:
        """Insert the numbered messages, store the counts of their chats, delete the sent drafts."""
        messages = [full.message for full in self.numbered.values()]
        touched = {message.chat_id: self.chats[message.chat_id] for message in messages}
        self.cleared = clear_sent(messages, touched)
        answers = partial(prepare, self.numbered.values())
        sql.write(messages, touched, self.cleared, at=self.moment, commits=commits, meanwhile=answers)

    def outcomes(self) -> Iterable[tuple[int, Outcome]]:
        """The outcome of each draft, once it is committed."""
        yield from self.refused.items()
        for index, full in self.numbered.items():
            yield index, Posted(full, True, self.chats[full.message.chat_id].recipients)


def _message(**values: Any) -> Message:
    """A message with these values. Its model would take twice as long to read them by their names."""
    return Message.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [values.get(name, _DEFAULTS[name]) for name in _COLUMNS])


_DEFAULTS: dict[str, Any] = {
    field.attname: field.default if field.has_default() else None for field in Message._meta.concrete_fields
}
_COLUMNS = list(_DEFAULTS)


def _line(line: Line | None, moment: datetime) -> dict[str, Any]:
    """Nobody has to read what the product itself tells."""
    if line is None:
        return {}
    return {"system": line.kind, "system_data": line.facts, "is_read": True, "read_at": moment}


def _documented_file(attachments: list[Attachment]) -> dict[str, Any]:
    """The documented columns mirror the first attachment."""
    if not attachments:
        return {"message_type": MessageType.TEXT}
    first = attachments[0]
    return {
        "message_type": first.kind,
        "file_url": first.url,
        "file_name": first.file_name,
        "file_type": first.file_type,
        "file_size": first.file_size,
    }
