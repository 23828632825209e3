"""The page with the photos and documents of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from audit import trail
from chat.input import id_if_given
from chat.models import Attachment, Chat, Message
from chat.pages import links
from chat.pages.words import gallery_words
from chat.representation import filed_json
from chat.services import gallery
from chat.services.seen import note_files
from chatsite.http.error_pages import shows_refusals

ROWS = 24


@dataclass(frozen=True)
class GalleryFile:
    """A file as the API represents it, who sent it and when, and the address of its message."""

    about: dict
    sender: User
    is_mine: bool
    sent_at: datetime | None
    message_url: str


@dataclass(frozen=True)
class GalleryPart:
    """Some photos or some documents of a conversation, newest first."""

    chat: Chat
    other: User
    kind: str
    files: list[GalleryFile]
    has_more: bool
    is_continued: bool
    url: str
    thread_url: str

    @property
    def next(self) -> str:
        """The query for the older files."""
        return "?" + urlencode({"kind": self.kind, "before": self.files[-1].about["attachment_id"]})


@require_safe
@shows_refusals
def files(request: PersonRequest, chat_id: int) -> HttpResponse:
    trail.demand()
    chat = Chat.objects.open_for(request.user, chat_id)
    part = gallery_part(request.user, chat, request.GET)
    words = {"words": gallery_words()}
    return render(request, "chat/files.html", {"part": part, "more_facts": words})


def gallery_part(user: User, chat: Chat, query: Mapping[str, str]) -> GalleryPart:
    """Read `kind` ("image", or "document") and `before` (an attachment id) of a query; raises Invalid."""
    kind = query.get("kind", "image")
    before = id_if_given(query, "before")
    page = gallery.files_of(chat, kind=kind, before=before, limit=ROWS)
    note_files(chat.pk, page.attachments)
    thread_url = links.list_url(user, chat)
    return GalleryPart(
        chat=chat,
        other=chat.other_than(user),
        kind=kind,
        files=[_file(user, chat, file, file.message) for file in page.attachments if file.message],
        has_more=page.has_more,
        is_continued=before is not None,
        url=links.files_url(user, chat),
        thread_url=thread_url,
    )


def _file(user: User, chat: Chat, attachment: Attachment, message: Message) -> GalleryFile:
    return GalleryFile(
        about=filed_json(attachment, message),
        sender=chat.person_on(message.sender_role),
        is_mine=message.sender_id == user.pk,
        sent_at=message.created_at,
        message_url=links.message_url(user, chat, message),
    )
