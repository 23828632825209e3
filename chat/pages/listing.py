"""The rows of the list of chats, as their reader sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from audit import trail
from audit.actions import Action
from chat.input import id_if_given
from chat.limits import NAME_LONGEST
from chat.models import Chat
from chat.pages import links
from chat.pages.line_words import words_for_line
from chat.pages.refusal_words import short_words_for_blocked
from chat.pages.shortening import shortened
from chat.pages.words import words_for_no_row, words_for_unseen
from chat.representation import reply_json, system_data
from chat.rows.chats import ChatRow, LastMessage
from chat.rows.marks import LastReaction
from chat.services import chats, narrowing
from chat.services.chats import ListedChat
from chat.services.reactions import word_of

LIST_ROWS = 30
_TABS = {
    "": pgettext_lazy("conversations", "All"),
    narrowing.TO_ANSWER: pgettext_lazy("conversations", "To answer"),
    narrowing.UNREAD: pgettext_lazy("conversations", "Unread"),
    narrowing.CLOSED: pgettext_lazy("conversations", "Closed"),
}
_ICONS = {"image": "image", "file": "file"}


@dataclass(frozen=True)
class ListRow:
    """One conversation as its reader sees it in the list."""

    chat: Chat | ChatRow
    other: User
    # Why nobody can write here, in a few words; empty where the reader may.
    blocked_words: str
    unread: int
    # The badge is there because the reader marked the chat as unread, without an unread message.
    is_only_marked: bool
    last: LastMessage | None
    # It came after that message.
    reaction: LastReaction | None
    # The last message, or the reaction to it.
    is_mine: bool
    # The newest message, if it is from the other side and no device of the reader has received it.
    undelivered: int | None
    # The last words are the other person's, and the reader may answer them.
    awaits_answer: bool
    draft: str
    # That the other side has not seen something for long, or was not reached; empty where it has.
    unseen_words: str
    # With the filter of the list: a conversation that is opened keeps the list beside it.
    url: str

    @property
    def last_at(self) -> datetime | None:
        """The time of the newest message."""
        return datetime.fromisoformat(self.last.created_at) if self.last and self.last.created_at else None

    @property
    def last_icon(self) -> str:
        """The icon of the file of the newest message; "" for a text, a withdrawn message and a reaction."""
        if not self.last or self.last.retracted_at or self.reaction:
            return ""
        if self.last.system:
            return "calendar"
        return _ICONS.get(self.last.message_type, "")

    @property
    def last_words(self) -> str:
        """The last answer on one line."""
        if self.reaction:
            return f"{self.reaction.emoji} {word_of(self.reaction.emoji)}"
        if not self.last:
            return _("No message yet")
        if self.last.retracted_at:
            return _("Message withdrawn")
        if self.last.system:
            return words_for_line(self.last.system, system_data(self.last.system_data), self.last.message_text)
        if self.last.message_text:
            return shortened(self.last.message_text)
        return _("Photo") if self.last.message_type == "image" else self.last.file_name or ""


@dataclass(frozen=True)
class Tab:
    """A filter of the list, or "" for all of it."""

    name: str
    words: str | Promise
    query: str
    is_current: bool


@dataclass(frozen=True)
class ListPart:
    """Some rows of the list, and the query for the next ones."""

    user: User
    rows: list[ListRow]
    has_more: bool
    unread: int
    q: str = ""
    # The filter, or "".
    only: str = ""
    is_continued: bool = False
    longest: ClassVar[int] = NAME_LONGEST

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.only or self.is_continued)

    @property
    def next(self) -> str:
        """The query of the next part."""
        if not self.has_more:
            return ""
        last = self.rows[-1].chat
        query = {"before": last.last_message_id} if last.last_message_id else {"before_chat": last.pk}
        return _query(self._asked(self.only) | query)

    @property
    def words_for_none(self) -> str:
        return words_for_no_row(self.only)

    @property
    def tabs(self) -> list[Tab]:
        names = ("", *narrowing.offered(self.user))
        return [Tab(name, _TABS[name], _query(self._asked(name)), name == self.only) for name in names]

    def _asked(self, only: str) -> dict[str, Any]:
        return ({"q": self.q} if self.q else {}) | ({"filter": only} if only else {})


def _query(values: Mapping[str, Any]) -> str:
    return f"?{urlencode(values)}" if values else ""


def list_part(user: User, query: Mapping[str, str], *, open_id: int | None = None) -> ListPart:
    """Read `q`, `filter`, `before` and `before_chat` of a query; raises Invalid.

    The filter leaves the chat `open_id` in the list, which is open beside it.
    """
    q, filters = " ".join(query.get("q", "").split())[:NAME_LONGEST], links.kept_filters(user, query)
    before = id_if_given(query, "before")
    before_chat = id_if_given(query, "before_chat")
    trail.record(Action.LIST)
    page = chats.list_chats(
        user,
        limit=LIST_ROWS,
        before=before,
        before_chat_id=before_chat,
        name=q,
        only=filters.get("filter", ""),
        open_id=open_id,
    )
    return ListPart(
        user=user,
        rows=_list_rows(user, page.chats, filters),
        has_more=page.has_more,
        unread=chats.total_unread(user),
        q=q,
        only=filters.get("filter", ""),
        is_continued=bool(before or before_chat),
    )


def list_part_of(user: User, chat: Chat) -> ListPart:
    """The row of this chat alone."""
    trail.record(Action.LIST)
    return ListPart(
        user=user,
        rows=_list_rows(user, [chats.listed(user, chat)], {}),
        has_more=False,
        unread=chats.total_unread(user),
    )


def _list_rows(user: User, listed: list[ListedChat], filters: Mapping[str, str]) -> list[ListRow]:
    asked = {row.chat.pk: _is_asked(user, row) for row in listed}
    unclear = [pk for pk, is_asked in asked.items() if is_asked is None]
    asked |= dict.fromkeys(narrowing.to_answer_among(user, unclear) if unclear else (), True)
    return [_list_row(user, row, filters, awaits_answer=bool(asked[row.chat.pk])) for row in listed]


def _is_asked(user: User, row: ListedChat) -> bool | None:
    """Whether the newest message waits for an answer; None where it is not the last word, so that others count."""
    last = row.last_message
    if last and (last.system or last.retracted_at or row.last_reaction):
        return None
    return last is not None and last.sender_id != user.pk and row.chat.side_opposite(row.side).is_active


def _list_row(user: User, row: ListedChat, filters: Mapping[str, str], *, awaits_answer: bool) -> ListRow:
    chat, me, last, reaction = row.chat, row.side, row.last_message, row.last_reaction
    is_mine = bool(last and last.sender_id == user.pk and not last.system)
    reason = reply_json(chat, me)["reply_blocked_reason"]
    is_delivered = me.delivered_up_to >= (chat.last_message_id or 0)
    return ListRow(
        chat=chat,
        other=chat.person_on(me.opposite),
        blocked_words=short_words_for_blocked(reason) if reason else "",
        unread=me.badge,
        is_only_marked=me.marked_unread and not me.unread,
        last=last,
        reaction=reaction,
        is_mine=reaction.user_id == user.pk if reaction else is_mine,
        undelivered=None if is_mine or is_delivered else chat.last_message_id,
        awaits_answer=awaits_answer,
        draft=shortened(row.draft.message_text) if row.draft else "",
        unseen_words=words_for_unseen(row.unseen),
        url=links.list_url(user, chat, filters),
    )
