"""Parts of the pages that scripts fetch: rows of messages, rows of the list."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from audit import trail
from audit.actions import Action
from chat.errors import Invalid
from chat.input import id_if_given, parse_ids
from chat.models import Chat
from chat.pages import listing, thread
from chat.representation import message_json, reads_json, reply_json
from chat.services import chats, reading
from chat.services.seen import note_messages, note_page, note_read
from chatsite.http.error_pages import shows_refusals


def fragment(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 401 where nobody is signed in: a redirect would show the sign-in page among the messages."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponse(status=401)
        return view(request, *args, **kwargs)

    return never_cache(require_safe(shows_refusals(answered)))


@fragment
def open_thread(request: PersonRequest, chat_id: int) -> HttpResponse:
    """A whole thread as on its page, for a page that shows another one."""
    trail.demand()
    chat = Chat.objects.open_for(request.user, chat_id)
    part = thread.thread_part(request.user, chat, query=request.GET)
    return render(request, "chat/_thread.html", {"thread": part, "page": {"files": thread.file_facts()}})


@fragment
def message_rows(request: PersonRequest, chat_id: int) -> HttpResponse:
    """The newest rows, or those before or after a message, or those changed since a number."""
    # What an open thread has missed goes on, as its events do.
    if "since" not in request.GET:
        trail.demand()
    chat = Chat.objects.open_for(request.user, chat_id)
    page = thread.message_page(chat, request.GET)
    note_page(chat.pk, page.messages, Action.SINCE if "since" in request.GET else Action.PAGE)
    rows = [message_json(message) for message in page.messages]
    side = chat.side_of(request.user.pk)
    context = {
        "chat": chat,
        "page": page,
        "messages": rows,
        "reads": json.dumps(reads_json(chat)),
        "draft": thread.saved_draft(request.user, chat),
        **reply_json(chat, side),
    }
    if "since" not in request.GET:
        context["first_unread"] = reading.first_unread(chat, side)
    return render(request, "chat/_message_rows.html", context)


@fragment
def pins(request: PersonRequest, chat_id: int) -> HttpResponse:
    """The pinned messages, for the row under the head of a thread."""
    chat = Chat.objects.open_for(request.user, chat_id)
    pinned = thread.pinned(chat)
    if pinned:
        note_messages(chat.pk, [message["message_id"] for message in pinned])
    return render(request, "chat/_pins.html", {"pins": pinned})


@fragment
def list_row(request: PersonRequest, chat_id: int) -> HttpResponse:
    """The row of one chat in the list."""
    part = listing.list_part_of(request.user, Chat.objects.open_for(request.user, chat_id))
    return render(request, "chat/_list_rows.html", {"part": part})


@fragment
def list_rows(request: PersonRequest) -> HttpResponse:
    """A part of the list; `open` is the chat beside it."""
    part = listing.list_part(request.user, request.GET, open_id=id_if_given(request.GET, "open"))
    return render(request, "chat/_list_rows.html", {"part": part})


@fragment
def unread(request: PersonRequest) -> HttpResponse:
    """The number on the badge. With `chat`, also the name of the other person there, for what is said of news; with
    `among`, which of these chats have something unread, for the notifications that are shown.
    """
    answer: dict[str, Any] = {"unread": chats.total_unread(request.user)}
    chat_id = id_if_given(request.GET, "chat")
    if chat_id is not None:
        answer["name"] = Chat.objects.open_for(request.user, chat_id).other_than(request.user).display_name
    if "among" in request.GET:
        answer["unread_among"] = chats.unread_among(request.user, parse_ids(request.GET["among"].split(","), "among"))
    return JsonResponse(answer)


@fragment
def seen(request: PersonRequest, chat_id: int, message_id: int) -> HttpResponse:
    """Mark as read, by an image that only a browser without scripts loads once the thread is on the screen.

    Since this GET writes, it is idempotent, never goes backwards, and ignores other sites and prefetched pages.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Invalid
    if request.method != "HEAD" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        chat = Chat.objects.open_for(request.user, chat_id)
        note_read(reading.mark_read(request.user, chat_id=chat.pk, up_to=message_id))
    return HttpResponse(status=204)
