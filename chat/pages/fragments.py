"""Parts of the pages that the browser asks for: rows of messages, rows of the list."""

import json
from functools import wraps

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.errors import Invalid
from chat.models import Chat
from chat.pages import listing, thread
from chat.representation import message_json, reads_json
from chat.services import chats, reading
from chat.services.writing import why_not
from chatsite.http.error_pages import shows_refusals


def fragment(view):
    """Nobody signed in is told so in place: a redirect would put the sign-in page among the messages."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return HttpResponse(status=401)
        return view(request, *args, **kwargs)

    return never_cache(require_safe(shows_refusals(answered)))


@fragment
def message_rows(request, chat_id):
    """The newest rows, or those before or after a message, or those changed since a number."""
    chat = Chat.objects.open_for(request.user, chat_id)
    page = thread.message_page(chat, request.GET)
    rows = [message_json(message) for message in page.messages]
    side = chat.side_of(request.user.pk)
    context = {"chat": chat, "page": page, "messages": rows, "reads": json.dumps(reads_json(chat))}
    context["can_reply"] = why_not(chat, side.person_id) is None
    context["draft"] = thread.saved_draft(request.user, chat)
    if "since" not in request.GET:
        context["first_unread"] = reading.first_unread(chat, side)
    return render(request, "chat/_message_rows.html", context)


@fragment
def pins(request, chat_id):
    """What is pinned, for the row under the head of a thread."""
    chat = Chat.objects.open_for(request.user, chat_id)
    return render(request, "chat/_pins.html", {"pins": thread.pinned(chat), "chat": chat})


@fragment
def list_row(request, chat_id):
    part = listing.list_part_of(request.user, Chat.objects.open_for(request.user, chat_id))
    return render(request, "chat/_list_rows.html", {"part": part})


@fragment
def list_rows(request):
    return render(request, "chat/_list_rows.html", {"part": listing.list_part(request.user, request.GET)})


@fragment
def unread(request):
    """The number on the badge."""
    return JsonResponse({"unread": chats.total_unread(request.user)})


@fragment
def seen(request, chat_id, message_id):
    """Asked by a picture that only a browser without scripts shows, when the opened thread is on the screen.

    A GET that writes, so: idempotent, never backwards, and neither for other sites nor for pages fetched ahead.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Invalid
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        reading.mark_read(request.user, chat_id=chat_id, up_to=message_id)
    return HttpResponse(status=204)
