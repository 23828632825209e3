"""The pages of the chat: the list, and the thread with its form for readers without scripts."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from audit import trail
from chat.errors import FilesRefused, MessageNotFound
from chat.input import optional_id, parse_client_id
from chat.models import Chat
from chat.pages import links, listing
from chat.pages.first_visit import doctors_for
from chat.pages.listing import ListPart
from chat.pages.refusal_words import words_for_files, words_for_refusal
from chat.pages.thread import Composer, ThreadPart, page_facts, thread_part
from chat.pages.words import size_over
from chat.sending.post import post
from chat.services import chats, reading
from chatsite.http.error_pages import as_refused, shows_refusals
from chatsite.http.errors import Refusal


@require_safe
@shows_refusals
def conversations(request: PersonRequest) -> HttpResponse:
    """The list and, beside it on wide screens, the newest conversation."""
    part = listing.list_part(request.user, request.GET)
    thread = None
    # The list alone may be opened without a note; nobody asked for this conversation.
    if part.rows and not part.is_narrowed and trail.is_kept():
        thread = thread_part(request.user, Chat.objects.open_for(request.user, part.rows[0].chat.pk))
    return _render(request, part, thread, view="list")


@require_http_methods(["GET", "HEAD", "POST"])
@shows_refusals
def conversation(request: PersonRequest, chat_id: int) -> HttpResponse:
    """One thread. Opening it marks nothing as read: browsers prefetch and restore pages that nobody sees."""
    chat = Chat.objects.open_for(request.user, chat_id)
    if request.method == "POST":
        return _send(request, chat)
    trail.demand()
    return _show(request, chat)


@shows_refusals
def write_to(request: PersonRequest, doctor_id: int) -> HttpResponse:
    """The button beside the name of a doctor: open or create the patient's chat with them and go there."""
    chat, _created = chats.get_or_create(request.user, doctor_id=doctor_id, patient_id=request.user.pk)
    return redirect(links.list_url(request.user, chat))


@require_safe
@never_cache
@login_required
@shows_refusals
def message_at(request: PersonRequest, chat_id: int, message_id: int) -> HttpResponse:
    """Redirect to a message: the address is the same for both people, each with their own pages."""
    chat = Chat.objects.open_for(request.user, chat_id)
    message = chat.messages.filter(pk=message_id).first()
    if message is None:
        raise MessageNotFound
    return redirect(links.message_url(request.user, chat, message))


@require_POST
@login_required
@shows_refusals
def mark_unread(request: PersonRequest, chat_id: int) -> HttpResponse:
    """The form of readers without scripts: mark a thread as unread, and go back to the list."""
    chat = Chat.objects.open_for(request.user, chat_id)
    reading.mark_unread(request.user, chat_id=chat.pk)
    return redirect(links.list_url(request.user))


def _send(request: PersonRequest, chat: Chat) -> HttpResponse:
    """Post the form; if it is refused, show the thread again with the reason and the typed text."""
    typed = request.POST.get("message_text", "").replace("\r\n", "\n")
    client_id = request.POST.get("client_id") or None
    uploads = request.FILES.getlist("file")
    try:
        key, source = parse_client_id(client_id), optional_id(request.POST, "reply_to")
        post(request.user, chat_id=chat.pk, text=typed, uploads=uploads, client_id=key, reply_to=source)
    except Refusal as refusal:
        # After a 503 the message may be stored all the same, so it keeps its key.
        kept = client_id if refusal.status == 503 else None
        sizes = [size_over(upload.size or 0) for upload in uploads]
        error = words_for_refusal(refusal, size=sizes[0] if len(sizes) == 1 else "")
        refused = words_for_files(refusal.content["errors"], sizes) if isinstance(refusal, FilesRefused) else ()
        composer = Composer(typed, error, kept, refused)
        return as_refused(_show(request, chat, composer=composer), refusal)
    return redirect(links.list_url(request.user, chat, links.kept_filters(request.user, request.GET)))


def _show(request: PersonRequest, chat: Chat, *, composer: Composer | None = None) -> HttpResponse:
    part = listing.list_part(request.user, links.kept_filters(request.user, request.GET), open_id=chat.pk)
    thread = thread_part(request.user, chat, query=request.GET, composer=composer)
    return _render(request, part, thread, view="thread")


def _render(request: PersonRequest, part: ListPart, thread: ThreadPart | None, *, view: str) -> HttpResponse:
    context: dict[str, Any] = {
        "part": part,
        "thread": thread,
        "view": view,
        "title": thread.other.display_name if thread and view == "thread" else "",
        "page": page_facts(request.user, thread),
        "list_url": links.list_url(request.user),
        "search_url": links.search_url(request.user),
        "practice_zone": settings.TIME_ZONE,
    }
    if request.user.is_patient and not part.rows and not part.is_narrowed:
        context["doctors"] = doctors_for(request.user)
    return render(request, "chat/chat.html", context)
