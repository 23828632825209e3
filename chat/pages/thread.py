"""The contents of a thread on its page, and the facts that scripts need."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from accounts.models import User
from audit import trail
from audit.errors import AuditUnavailable
from chat.files.accepted import offered
from chat.input import parse_id, parse_limit
from chat.limits import MAX_FILES, MAX_TEXT_BYTES
from chat.models import Chat, SavedDraft, Side
from chat.models.side import opposite
from chat.pages import links
from chat.pages.refusal_words import words_for_blocked, words_for_refusal
from chat.pages.timeline import Entry, receipts_shown, timeline
from chat.pages.words import shared_words, words
from chat.representation import draft_json, message_json, quote_json, reads_json, reply_json
from chat.services import drafts, epoch, history, pins, reactions, reading
from chat.services.seen import note_page
from chatsite.templatetags.interface import MOST_IN_BADGE

THREAD_ROWS = 50


@dataclass(frozen=True)
class Composer:
    """The contents of the form: the saved draft, or a refused message with the reason."""

    text: str = ""
    error: str = ""
    kept_client_id: str | None = None
    # The refused files, each with its reason.
    refused: tuple[str, ...] = ()
    draft: SavedDraft | None = None
    # The message that this one answers, as the API represents it.
    quote: dict | None = None

    @classmethod
    def with_draft(cls, draft: SavedDraft | None) -> "Composer":
        if draft is None:
            return cls()
        quote = quote_json(draft.reply_to) if draft.reply_to else None
        return cls(text=draft.message_text, draft=draft, quote=quote)

    @property
    def client_id(self) -> str:
        return self.kept_client_id or str(uuid.uuid4())


@dataclass(frozen=True)
class ThreadPart:
    """A part of a thread as its reader sees it."""

    chat: Chat
    side: Side
    other: User
    page: history.Page
    entries: list[Entry]
    # The first message that the reader has not read, whether or not it is in this part.
    first_unread: int | None
    # Why the reader may not write here, as the code of the refusal; None where they may.
    reply_blocked_reason: str | None
    url: str
    older_url: str
    newer_url: str
    list_url: str
    files_url: str
    search_url: str
    print_url: str
    access_url: str
    composer: Composer = field(default_factory=Composer)
    # Why none of its messages are shown; empty where they are.
    closed_words: str = ""

    @property
    def pins(self) -> list[dict]:
        return [] if self.closed_words else pinned(self.chat)

    @property
    def reads(self) -> str:
        return json.dumps(reads_json(self.chat))

    @property
    def loss(self) -> tuple[datetime, datetime] | None:
        """From when to when messages of this conversation may have been lost."""
        loss = epoch.loss()
        return loss if loss and (self.chat.created_at or loss[0]) <= loss[1] else None

    @property
    def is_marked_unread(self) -> bool:
        return self.side.marked_unread

    @property
    def can_reply(self) -> bool:
        return self.reply_blocked_reason is None

    @property
    def blocked_words(self) -> str:
        """The sentence for the reason; empty while the reader may write."""
        reason = self.reply_blocked_reason
        return words_for_blocked(reason, self.other.display_name) if reason else ""

    @property
    def newest_id(self) -> int | None:
        """The newest message of this part."""
        return _newest_id(self.page)

    @property
    def receipts(self) -> str:
        return receipts_shown(self.entries)

    @property
    def unseen_up_to(self) -> int | None:
        """The message up to which viewing this part reads; None where it reads nothing or would skip unread ones."""
        if self.newest_id is None:
            return None
        if self.first_unread is None:
            return self.newest_id if self.is_marked_unread and not self.page.has_newer else None
        return self.newest_id if _oldest_id(self.page) <= self.first_unread <= self.newest_id else None


def thread_part(
    user: User, chat: Chat, *, query: Mapping[str, str] | None = None, composer: Composer | None = None
) -> ThreadPart:
    """The part with the first unread message, or `before`, `after` or around (`at`) a message; raises Invalid.

    A refused message comes back whatever else happens, without those before it where nobody may open any.
    """
    side = chat.side_of(user.pk)
    first_unread = reading.first_unread(chat, side)
    is_closed = composer is not None and not trail.is_kept()
    page = _no_page(chat) if is_closed else _thread_page(chat, {} if query is None or composer else query, first_unread)
    note_page(chat.pk, page.messages)
    filters = links.kept_filters(user, query or {})
    saved = Composer.with_draft(drafts.drafts_of(user, [chat]).get(chat.pk))
    return ThreadPart(
        chat=chat,
        side=side,
        other=chat.person_on(side.opposite),
        page=page,
        entries=timeline(chat, page, side=side, first_unread=first_unread),
        first_unread=first_unread,
        reply_blocked_reason=reply_json(chat, side)["reply_blocked_reason"],
        url=links.list_url(user, chat, filters),
        older_url=links.list_url(user, chat, filters | {"before": str(_oldest_id(page))}),
        newer_url=links.list_url(user, chat, filters | {"after": str(_newest_id(page))}),
        list_url=links.list_url(user, filters=filters),
        files_url=links.files_url(user, chat),
        search_url=links.search_url(user, chat),
        print_url=links.print_url(user, chat),
        access_url=links.access_url(user, chat),
        composer=replace(composer, quote=None if is_closed else saved.quote) if composer else saved,
        closed_words=words_for_refusal(AuditUnavailable()) if is_closed else "",
    )


def pinned(chat: Chat) -> list[dict]:
    """The pinned messages as the API represents them, with the names of their authors, the latest pin first."""
    found = [message_json(message) for message in pins.pinned_messages(chat)]
    return [message | {"sender_name": chat.person_on(message["sender_role"]).display_name} for message in found]


def saved_draft(user: User, chat: Chat) -> str:
    """The reader's own draft of this chat, for scripts."""
    return json.dumps(draft_json(drafts.drafts_of(user, [chat]).get(chat.pk)))


def _thread_page(chat: Chat, query: Mapping[str, str], first_unread: int | None) -> history.Page:
    """The requested part, else the newest that skips nothing unread, with `has_more` and `has_newer` set."""
    asked = {name: query[name] for name in ("before", "after", "at") if name in query}
    page = history.requested_page(chat, asked, limit=THREAD_ROWS, besides=("at",))
    if page is None:
        at = parse_id(asked["at"], "at") if "at" in asked else first_unread
        return _page_at(chat, at) if at is not None else history.newest(chat, limit=THREAD_ROWS)
    if "before" in asked:
        return replace(page, has_newer=True)
    return replace(page, has_more=True, has_newer=page.has_more)


def _no_page(chat: Chat) -> history.Page:
    return history.Page([], has_more=False, next_since=chat.seq)


def _page_at(chat: Chat, message_id: int) -> history.Page:
    """The newest part if it includes the message, else the part around it."""
    newest = history.newest(chat, limit=THREAD_ROWS)
    if not newest.has_more or _oldest_id(newest) <= message_id:
        return newest
    return history.around(chat, message_id=message_id, limit=THREAD_ROWS)


def _oldest_id(page: history.Page) -> int:
    return page.messages[0].pk if page.messages else 0


def _newest_id(page: history.Page) -> int | None:
    return page.messages[-1].pk if page.messages else None


def message_page(chat: Chat, query: Mapping[str, str]) -> history.Page:
    """Answer at most one of `before`, `after` and `since`; with none of them the newest. Raises Invalid."""
    limit = parse_limit(query.get("limit", str(THREAD_ROWS)))
    return history.requested_page(chat, query, limit=limit) or history.newest(chat, limit=limit)


def shared_facts(user: User) -> dict[str, Any]:
    """What scripts need on any page, for what is live there."""
    return {
        "user_id": user.pk,
        "role": user.role,
        "socket_url": "/ws/chat",
        "most_in_badge": MOST_IN_BADGE,
        "sound_url": static("sound/message.wav"),
        "words": shared_words(),
    }


def file_facts() -> dict[str, Any]:
    """The rules for files, and what the chooser offers."""
    return {"max_bytes": settings.CHAT_MAX_FILE_BYTES, "max_files": MAX_FILES, "accept": offered()}


def page_facts(user: User, thread: ThreadPart | None) -> dict[str, Any]:
    """The facts that scripts cannot take from the elements (docs/interface.md)."""
    return shared_facts(user) | {
        "other_role": opposite(user.role),
        "chat_id": thread.chat.pk if thread else None,
        "epoch": epoch.recent().epoch,
        "files": file_facts(),
        "max_text_bytes": MAX_TEXT_BYTES,
        "correction_hours": settings.CHAT_CORRECTION_HOURS,
        "reactions": {emoji: str(word) for emoji, word in reactions.offered().items()},
        "words": words(user.role),
    }
