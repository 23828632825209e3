"""The page that prints a conversation: all of it at once, which a thread on the screen never has."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from audit import trail
from audit.actions import Action
from chat.models import Chat, Side
from chat.pages import links
from chat.pages.timeline import Entry, receipts_shown, timeline
from chat.pages.words import print_words
from chat.services import history
from chat.services.seen import note_page
from chatsite.http.error_pages import shows_refusals

PRINT_ROWS = 1000


@dataclass(frozen=True)
class Print:
    """What is printed of a conversation; the addresses of what is not are empty where it is all there."""

    chat: Chat
    side: Side
    entries: list[Entry]
    thread_url: str
    older_url: str
    newest_url: str

    @property
    def receipts(self) -> str:
        return receipts_shown(self.entries)


@require_safe
@shows_refusals
def printed(request: PersonRequest, chat_id: int) -> HttpResponse:
    """The newest messages of a conversation, which most have no more of; `before` has older ones."""
    trail.demand()
    chat = Chat.objects.open_for(request.user, chat_id)
    asked = {"before": request.GET["before"]} if "before" in request.GET else {}
    page = history.requested_page(chat, asked, limit=PRINT_ROWS) or history.newest(chat, limit=PRINT_ROWS)
    note_page(chat.pk, page.messages, Action.PRINT)
    part = _print(request.user, chat, page, is_newest=not asked)
    return render(request, "chat/print.html", {"print": part, "more_facts": {"words": print_words()}})


def _print(user: User, chat: Chat, page: history.Page, *, is_newest: bool) -> Print:
    side, url = chat.side_of(user.pk), links.print_url(user, chat)
    oldest = page.messages[0].pk if page.messages else 0
    return Print(
        chat=chat,
        side=side,
        entries=timeline(chat, page, side=side, first_unread=None),
        thread_url=links.list_url(user, chat),
        older_url=f"{url}?before={oldest}" if page.has_more else "",
        newest_url="" if is_newest else url,
    )
