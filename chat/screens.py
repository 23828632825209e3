"""What the pages of the chat show: a part of the list, a part of a thread, and the facts that scripts need."""

import json
import uuid
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from chat.api.serializers import reads_json
from chat.errors import Invalid
from chat.files.inspect import EXTENSIONS
from chat.input import parse_count, parse_id, parse_limit
from chat.models import Chat, Message
from chat.services import chats, history
from chat.services.drafts import MAX_ATTACHMENTS
from chat.timeline import Entry, timeline
from chat.words import badge_words, words

LIST_ROWS = 30
THREAD_ROWS = 50


def list_url(user, chat: Chat | None = None) -> str:
    side = "professional_chat" if user.is_doctor else "patient_chat"
    return reverse(f"{side}_open", args=[chat.pk]) if chat else reverse(side)


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
    last: Message | None
    is_mine: bool
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
    last = chat.last_message
    return ListRow(
        chat=chat,
        other=chat.other_than(user),
        unread=chat.unread_for(user),
        last=last,
        is_mine=bool(last and last.sender_id == user.pk),
        url=list_url(user, chat),
    )


@dataclass(frozen=True)
class Composer:
    """What the form holds when it is drawn: nothing, or what was refused and why."""

    text: str = ""
    error: str = ""
    kept_client_id: str | None = None

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
    search_url: str
    composer: Composer = field(default_factory=Composer)

    @property
    def reads(self) -> str:
        return json.dumps(reads_json(self.chat))

    @property
    def newest_id(self) -> int | None:
        """The newest message of this part."""
        return self.page.messages[-1].pk if self.page.messages else None

    @property
    def unseen_up_to(self) -> int | None:
        """The newest message, when it or one before it is still unread by this reader."""
        unread = self.chat.doctor_unread if self.me == "doctor" else self.chat.patient_unread
        return self.page.messages[-1].pk if unread and self.page.messages and not self.is_older else None


def thread_part(user, chat: Chat, *, query=None, composer: Composer | None = None) -> ThreadPart:
    """The newest part of a thread, or the one `before`, `after` or around (`at`) a message; raises Invalid."""
    page, is_older = _thread_page(chat, {} if query is None or composer else query)
    me = chat.role_of(user)
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
        search_url=search_url(user, chat),
        composer=composer or Composer(),
    )


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
        "words": words(user.role),
    }
