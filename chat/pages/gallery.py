"""The page of a conversation's photos and documents."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from chat.input import id_if_given
from chat.models import Chat
from chat.pages import links
from chat.pages.words import gallery_words
from chat.representation import filed_json
from chat.services import gallery
from chatsite.http.error_pages import shows_refusals

ROWS = 24


@dataclass(frozen=True)
class GalleryFile:
    """A file as the API describes it, who sent it and when, and the way to its message."""

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
        """The query of the older ones."""
        return "?" + urlencode({"kind": self.kind, "before": self.files[-1].about["attachment_id"]})


@require_safe
@shows_refusals
def files(request, chat_id):
    chat = Chat.objects.open_for(request.user, chat_id)
    part = gallery_part(request.user, chat, request.GET)
    words = {"words": gallery_words()}
    return render(request, "chat/files.html", {"part": part, "more_facts": words})


def gallery_part(user, chat: Chat, query) -> GalleryPart:
    """Read `kind` ("image", or "document") and `before` (an attachment id) of a query; raises Invalid."""
    kind = query.get("kind", "image")
    before = id_if_given(query, "before")
    page = gallery.files_of(chat, kind=kind, before=before, limit=ROWS)
    thread_url = links.list_url(user, chat)
    return GalleryPart(
        chat=chat,
        other=chat.other_than(user),
        kind=kind,
        files=[_file(user, chat, attachment) for attachment in page.attachments],
        has_more=page.has_more,
        is_continued=before is not None,
        url=links.files_url(user, chat),
        thread_url=thread_url,
    )


def _file(user, chat: Chat, attachment) -> GalleryFile:
    message = attachment.message
    return GalleryFile(
        about=filed_json(attachment),
        sender=chat.person_on(message.sender_role),
        is_mine=message.sender_id == user.pk,
        sent_at=message.created_at,
        message_url=links.message_url(user, chat, message),
    )
