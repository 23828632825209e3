"""The documented endpoints and ours. Each reads the request, calls a service and wraps its result."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.services import idle
from audit import trail
from audit.actions import Action
from chat.api import requests, schema, sending_schema
from chat.api.permissions import IsDoctorOrPatient
from chat.api.requests import ChatRequest
from chat.errors import Invalid
from chat.input import id_if_given, optional_id, parse_client_id, parse_count, parse_id, parse_limit
from chat.models import Chat
from chat.representation import (
    attachment_json,
    chat_json,
    draft_json,
    filed_json,
    message_json,
    opened_json,
    presence_json,
    reads_json,
)
from chat.services import (
    chats,
    drafts,
    epoch,
    gallery,
    history,
    pins,
    presence,
    reading,
    receipts,
    reply_time,
    tickets,
)
from chat.services.attachments import add_attachment
from chat.services.seen import note_files, note_messages, note_page, note_quoted, note_read
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.envelope import success
from chatsite.http.keeping import has_secret


class ChatsViewSet(ViewSet):
    """A person's conversations."""

    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**schema.GET_OR_CREATE)
    def get_or_create(self, request: ChatRequest) -> Response:
        buckets.spend(budgets.openings(request.user.pk))
        doctor_id = parse_id(request.data.get("doctor_id"), "doctor_id")
        patient_id = parse_id(request.data.get("patient_id"), "patient_id")
        chat, created = chats.get_or_create(request.user, doctor_id=doctor_id, patient_id=patient_id)
        if created:
            return success("Chat created successfully", status=201, chat=opened_json(chat))
        return success("Chat found", chat=opened_json(chat))

    @extend_schema(**schema.LIST_CHATS)
    def list(self, request: ChatRequest) -> Response:
        query = request.query_params
        limit = parse_limit(query["limit"]) if "limit" in query else None
        before = id_if_given(query, "before")
        before_chat_id = id_if_given(query, "before_chat_id")
        page = chats.list_chats(request.user, limit=limit, before=before, before_chat_id=before_chat_id)
        rows = [chat_json(listed) for listed in page.chats]
        trail.record(Action.LIST, count=len(rows))
        return success("Chats retrieved successfully", chats=rows, has_more=page.has_more)

    @extend_schema(**schema.MARK_UNREAD)
    def mark_unread(self, request: ChatRequest, chat_id: str) -> Response:
        side = reading.mark_unread(request.user, chat_id=parse_id(chat_id, "chatId"))
        return success("Chat marked as unread", unread_count=side.badge)

    @extend_schema(**schema.PINS)
    def pins(self, request: ChatRequest, chat_id: str) -> Response:
        trail.demand()
        chat = Chat.objects.open_for(request.user, parse_id(chat_id, "chatId"))
        pinned = pins.pinned_messages(chat)
        note_page(chat.pk, pinned)
        rows = [message_json(message) for message in pinned]
        return success("Pins retrieved successfully", messages=rows)

    @extend_schema(**schema.PRESENCE)
    def presence(self, request: ChatRequest, chat_id: str) -> Response:
        chat = Chat.objects.open_for(request.user, parse_id(chat_id, "chatId"))
        other = chat.side_opposite(chat.side_of(request.user.pk)).recipient
        # Only patients see how fast their doctor answers.
        wait = reply_time.reply_time(chat.doctor) if request.user.is_patient else None
        return success(
            "Presence found",
            **presence_json(presence.presence_of([other])[other]),
            usually_answers_within=None if wait is None else int(wait.total_seconds()),
        )

    @extend_schema(**schema.FILES)
    def files(self, request: ChatRequest, chat_id: str) -> Response:
        trail.demand()
        chat = Chat.objects.open_for(request.user, parse_id(chat_id, "chatId"))
        query = request.query_params
        before = id_if_given(query, "before")
        page = gallery.files_of(chat, kind=query.get("kind"), before=before, limit=parse_limit(query.get("limit")))
        rows = [filed_json(file, file.message) for file in page.attachments if file.message]
        note_files(chat.pk, page.attachments)
        return success("Files retrieved successfully", files=rows, has_more=page.has_more)

    @extend_schema(**schema.SAVE_DRAFT)
    def save_draft(self, request: ChatRequest, chat_id: str) -> Response:
        data = request.data
        # A missing key is no empty text: an oversight would delete the draft.
        if "message_text" not in data:
            raise Invalid(_("message_text: send the whole text, or an empty one to forget the draft."))
        draft = drafts.save(
            request.user,
            chat_id=parse_id(chat_id, "chatId"),
            text=data["message_text"],
            reply_to=optional_id(data, "reply_to"),
            client_id=parse_client_id(data.get("client_id")),
        )
        if draft and draft.reply_to_id:
            # The answer has the words that it quotes.
            note_messages(draft.chat_id, [draft.reply_to_id])
        return success("Draft saved" if draft else "No draft kept", draft=draft_json(draft))

    @extend_schema(**schema.WS_TICKET)
    def ws_ticket(self, request: ChatRequest) -> Response:
        buckets.spend(budgets.tickets(request.user.pk))
        ticket = tickets.issue(request.auth)
        return has_secret(success("Ticket issued", ticket=ticket, expires_in=tickets.LIFETIME_SECONDS))


class MessagesViewSet(ViewSet):
    """The messages of one conversation."""

    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**sending_schema.SEND)
    def send(self, request: ChatRequest) -> Response:
        posted = requests.post_message(request)
        idle.mark_active(request.auth)
        note_quoted(posted.full)
        status = 201 if posted.created else 200
        return success("Message sent successfully", status=status, message_data=message_json(posted.full))

    @extend_schema(**sending_schema.ATTACH)
    def attach(self, request: ChatRequest) -> Response:
        buckets.spend(budgets.uploads(request.user.pk))
        attachment, created = add_attachment(
            request.user,
            chat_id=parse_id(request.data.get("chat_id"), "chat_id"),
            upload=requests.the_file(request),
            client_id=requests.client_id_of(request),
        )
        status = 201 if created else 200
        return success("File uploaded successfully", status=status, attachment=attachment_json(attachment))

    @extend_schema(**sending_schema.MESSAGES)
    def list(self, request: ChatRequest, chat_id: str) -> Response:
        # What an open thread has missed goes on, as its events do.
        if "since" not in request.query_params:
            trail.demand()
        chat = Chat.objects.open_for(request.user, parse_id(chat_id, "chatId"))
        content = _read_history(chat, request.query_params)
        return success("Messages retrieved successfully", **content, total=chat.message_count, reads=reads_json(chat))

    @extend_schema(**schema.READ)
    def read(self, request: ChatRequest, chat_id: str) -> Response:
        pk = parse_id(chat_id, "chatId")
        read = reading.mark_read(request.user, chat_id=pk, up_to=requests.up_to_of(request))
        note_read(read)
        return success("Messages marked as read", updated_count=read.updated_count)

    @extend_schema(**schema.DELIVERED)
    def delivered(self, request: ChatRequest, chat_id: str) -> Response:
        pk = parse_id(chat_id, "chatId")
        side = receipts.mark_delivered(request.user, chat_id=pk, up_to=requests.up_to_of(request))
        return success("Messages marked as delivered", up_to=side.delivered_up_to or None)


def _read_history(chat: Chat, query: Mapping[str, str]) -> dict[str, Any]:
    """Answer one of `newest`, `before`, `after`, `since`, or the documented limit and offset."""
    limit = parse_limit(query.get("limit"))
    offset = parse_count(query.get("offset", "0"), "offset")
    # Many clients send every number that they know: 0 asks for nothing, so it contradicts nothing.
    page = history.requested_page(chat, query, limit=limit, besides=("offset",) if offset else ())
    if page is None:
        rows = history.offset_page(chat, limit=limit, offset=offset)
        note_page(chat.pk, rows)
        return {"messages": [message_json(message) for message in rows]}
    note_page(chat.pk, page.messages, Action.SINCE if "since" in query else Action.PAGE)
    content = {
        "messages": [message_json(message) for message in page.messages],
        "has_more": page.has_more,
        "next_since": page.next_since,
        "epoch": epoch.recent().epoch,
    }
    return content | ({"reset": True} if page.reset else {})
