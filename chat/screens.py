"""What the pages of the chat show: a part of the list, a part of a thread, and the facts that scripts need."""

import json
import uuid
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from chat.api.serializers import draft_json, message_json, reads_json
from chat.errors import Invalid
from chat.files.inspect import EXTENSIONS
from chat.input import parse_count, parse_id, parse_limit
from chat.models import Chat, Message, SavedDraft
from chat.services import chats, history, pins
from chat.services.drafts import MAX_ATTACHMENTS
from chat.timeline import Entry, timeline
from chat.words import badge_words, words

LIST_ROWS = 30
THREAD_ROWS = 50


def list_url(user, chat: Chat | None = None) -> str:
    side = "professional_chat" if user.is_doctor else "patient_chat"
    return reverse(f"{side}_open", args=[chat.pk]) if chat else reverse(side)


def message_url(user, chat: Chat, message: Message) -> str:
    """The thread opened at a message, which the fragment points out."""
    anchor = message.client_id or f"message-{message.pk}"
    return f"{list_url(user, chat)}?at={message.pk}#{anchor}"


def files_url(user, chat: Chat) -> str:
    return reverse("professional_chat_files" if user.is_doctor else "patient_chat_files", args=[chat.pk])


def search_url(user, chat: Chat | None = None) -> str:
    """Where messages are looked for: everywhere, or in this chat first."""
    url = reverse("professional_chat_search" if user.is_doctor else "patient_chat_search")
    return f"{url}?chat={chat.pk}" if chat else url


@dataclass(frozen=True)
class ListRow:
    """One conversation as its reader sees it in the list."""

    chat: Chat
    other: User
    unread: int
    # The badge comes from having been put back to unread, not from a message.
    is_only_marked: bool
    last: Message | None
    is_mine: bool
    # The newest message, when it is the other side's and no device of the reader has said that it has it.
    undelivered: int | None
    draft: str
    url: str


@dataclass(frozen=True)
class ListPart:
    """Some rows of the list, and how to ask for the next ones."""

    rows: list[ListRow]
    has_more: bool
    unread: int
    q: str = ""
    only_unread: bool = False
    is_continued: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.only_unread or self.is_continued)

    @property
    def next(self) -> str:
        """The query of the next part."""
        if not self.has_more:
            return ""
        last = self.rows[-1].chat
        query = {"before": last.last_message_id} if last.last_message_id else {"before_chat": last.pk}
        return "?" + urlencode(self._filters() | query)

    def _filters(self) -> dict:
        return ({"q": self.q} if self.q else {}) | ({"filter": "unread"} if self.only_unread else {})


def list_part(user, query) -> ListPart:
    """Read `q`, `filter`, `before` and `before_chat` of a query; raises Invalid."""
    q, narrowed = " ".join(query.get("q", "").split())[:100], query.get("filter") == "unread"
    before = parse_id(query["before"], "before") if "before" in query else None
    before_chat = parse_id(query["before_chat"], "before_chat") if "before_chat" in query else None
    page = chats.list_chats(
        user, limit=LIST_ROWS, before=before, before_chat_id=before_chat, name=q, only_unread=narrowed
    )
    return ListPart(
        rows=[_list_row(user, chat) for chat in page.chats],
        has_more=page.has_more,
        unread=chats.total_unread(user),
        q=q,
        only_unread=narrowed,
        is_continued=bool(before or before_chat),
    )


def list_part_of(user, chat: Chat) -> ListPart:
    """The one row of this chat."""
    chats.attach_last_messages([chat])
    chats.attach_drafts(user, [chat])
    return ListPart(rows=[_list_row(user, chat)], has_more=False, unread=chats.total_unread(user))


def _list_row(user, chat: Chat) -> ListRow:
    me, last = chat.role_of(user), chat.last_message
    is_mine = bool(last and last.sender_id == user.pk)
    has_it = getattr(chat, f"{me}_delivered_up_to") >= (chat.last_message_id or 0)
    return ListRow(
        chat=chat,
        other=chat.other_than(user),
        unread=chat.unread_for(user),
        is_only_marked=not getattr(chat, f"{me}_unread") and chat.is_marked_unread_for(user),
        last=last,
        is_mine=is_mine,
        undelivered=None if is_mine or has_it else chat.last_message_id,
        draft=chat.draft.message_text if chat.draft else "",
        url=list_url(user, chat),
    )


@dataclass(frozen=True)
class Composer:
    """What the form holds when it is drawn: the saved draft, or what was refused and why."""

    text: str = ""
    error: str = ""
    kept_client_id: str | None = None
    # Files that were refused, each with its reason.
    refused: tuple[str, ...] = ()
    draft: SavedDraft | None = None

    @classmethod
    def holding(cls, draft: SavedDraft | None) -> "Composer":
        return cls(text=draft.message_text, draft=draft) if draft else cls()

    @property
    def client_id(self) -> str:
        return self.kept_client_id or str(uuid.uuid4())


@dataclass(frozen=True)
class ThreadPart:
    """A part of a thread as its reader sees it; `is_older` not the newest one, for reading only."""

    chat: Chat
    me: str
    my_id: int
    other: User
    page: history.Page
    entries: list[Entry]
    is_older: bool
    url: str
    list_url: str
    files_url: str
    search_url: str
    composer: Composer = field(default_factory=Composer)

    @property
    def pins(self) -> list[dict]:
        return pinned(self.chat)

    @property
    def reads(self) -> str:
        return json.dumps(reads_json(self.chat))

    @property
    def is_marked_unread(self) -> bool:
        return getattr(self.chat, f"{self.me}_marked_unread")

    @property
    def newest_id(self) -> int | None:
        """The newest message of this part."""
        return self.page.messages[-1].pk if self.page.messages else None

    @property
    def unseen_up_to(self) -> int | None:
        """The newest message, when it or one before it is still unread by this reader, or was put back to unread."""
        unread = getattr(self.chat, f"{self.me}_unread") or self.is_marked_unread
        return self.page.messages[-1].pk if unread and self.page.messages and not self.is_older else None


def thread_part(user, chat: Chat, *, query=None, composer: Composer | None = None) -> ThreadPart:
    """The newest part of a thread, or the one `before`, `after` or around (`at`) a message; raises Invalid."""
    page, is_older = _thread_page(chat, {} if query is None or composer else query)
    me = chat.role_of(user)
    chats.attach_drafts(user, [chat])
    return ThreadPart(
        chat=chat,
        me=me,
        my_id=user.pk,
        other=chat.other_than(user),
        page=page,
        entries=timeline(chat, page.messages, me=me, is_older=is_older),
        is_older=is_older,
        url=list_url(user, chat),
        list_url=list_url(user),
        files_url=files_url(user, chat),
        search_url=search_url(user, chat),
        composer=composer or Composer.holding(chat.draft),
    )


def pinned(chat: Chat) -> list[dict]:
    """The pinned messages as the API represents them, the latest pin first."""
    return [message_json(message) for message in pins.pinned_messages(chat)]


def saved_draft(user, chat: Chat) -> str:
    """The reader's own draft of this chat, for scripts."""
    chats.attach_drafts(user, [chat])
    return json.dumps(draft_json(chat.draft))


def _thread_page(chat: Chat, query) -> tuple[history.Page, bool]:
    """A part of a thread, its `has_more` and `has_newer` both set, and whether it is another one than the newest."""
    asked = {name: query[name] for name in ("before", "after", "at") if name in query}
    if len(asked) > 1:
        raise Invalid("Send one of before, after and at.")
    if "at" in asked:
        return _page_at(chat, parse_id(asked["at"], "at"))
    page = message_page(chat, asked)
    if "before" in asked:
        return replace(page, has_newer=True), True
    if "after" in asked:
        return replace(page, has_more=True, has_newer=page.has_more), True
    return page, False


def _page_at(chat: Chat, message_id: int) -> tuple[history.Page, bool]:
    """The newest part when the message is in it; else the one around it."""
    newest = history.newest(chat, limit=THREAD_ROWS)
    if not newest.has_more or newest.messages[0].pk <= message_id:
        return newest, False
    return history.around(chat, message_id=message_id, limit=THREAD_ROWS), True


def message_page(chat: Chat, query) -> history.Page:
    """Answer at most one of `before`, `after` and `since`; with none of them the newest. Raises Invalid."""
    asked = [name for name in ("before", "after", "since") if name in query]
    if len(asked) > 1:
        raise Invalid(f"Send one of {' and '.join(asked)}, not both.")
    limit = parse_limit(query.get("limit", str(THREAD_ROWS)))
    match asked:
        case ["before"]:
            return history.before(chat, message_id=parse_id(query["before"], "before"), limit=limit)
        case ["after"]:
            return history.after(chat, message_id=parse_id(query["after"], "after"), limit=limit)
        case ["since"]:
            return history.since(chat, seq=parse_count(query["since"], "since"), limit=limit)
    return history.newest(chat, limit=limit)


def shared_facts(user) -> dict:
    """What scripts need on any page, for the number in the navigation."""
    return {"user_id": user.pk, "role": user.role, "socket_url": "/ws/chat", "words": badge_words()}


def page_facts(user, thread: ThreadPart | None) -> dict:
    """What scripts cannot read off the elements (docs/interface.md)."""
    return shared_facts(user) | {
        "chat_id": thread.chat.pk if thread else None,
        "files": {
            "max_bytes": settings.CHAT_MAX_FILE_BYTES,
            "max_files": MAX_ATTACHMENTS,
            "extensions": [f".{extension}" for extension in EXTENSIONS],
        },
        "correction_hours": settings.CHAT_CORRECTION_HOURS,
        "words": words(user.role),
    }
