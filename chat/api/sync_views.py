"""What changed for a person since a cursor."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from audit import trail
from audit.actions import Action
from chat.api import sync_schema as schema
from chat.api.permissions import IsDoctorOrPatient
from chat.api.requests import ChatRequest
from chat.representation import chat_json, message_json, private_json
from chat.services.seen import note_each_chat
from chat.services.sync import Synced, sync
from chatsite.http.envelope import success


class SyncViewSet(ViewSet):
    """All chats of a person at once."""

    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**schema.SYNC)
    def sync(self, request: ChatRequest) -> Response:
        cursor = request.query_params.get("cursor")
        synced = sync(request.user, cursor=cursor)
        # Its begin opens all conversations; what comes later goes on, as events do.
        if cursor is None or synced.reset:
            trail.demand()
        note_each_chat(synced.messages, Action.SYNC)
        if _shows_more(synced):
            trail.record(Action.LIST)
        return success(
            "Changes retrieved successfully",
            chats=[chat_json(listed) for listed in synced.chats],
            messages=[message_json(message) for message in synced.messages],
            private=None if synced.private is None else [private_json(state) for state in synced.private],
            more=synced.more,
            cursor=synced.cursor,
            **({"reset": True} if synced.reset else {}),
        )


def _shows_more(synced: Synced) -> bool:
    """Whether there are words beside the messages: of the last one in a row of the list, or of what a draft quotes."""
    noted = {message.message.chat_id for message in synced.messages}
    quotes = any(state.draft and state.draft.reply_to_id for state in synced.private or ())
    return quotes or any(listed.chat.pk not in noted for listed in synced.chats)
