"""Who saw a chat."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from audit import trail
from audit.actions import Action
from chat.api import access_schema as schema
from chat.api.permissions import IsDoctorOrPatient
from chat.api.requests import ChatRequest
from chat.input import parse_id
from chat.models import Chat
from chat.representation import time_json
from chat.search.asked import parse_day
from chat.services.access import Access, Accessor, who_saw
from chatsite.http.envelope import success


class AccessViewSet(ViewSet):
    """The audit of one conversation, for its two people."""

    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**schema.ACCESS)
    def list(self, request: ChatRequest, chat_id: str) -> Response:
        chat = Chat.objects.open_for(request.user, parse_id(chat_id, "chatId"))
        page = who_saw(request.user, chat=chat, before=parse_day(request.query_params, "before"))
        trail.record(Action.ACCESS, chat=chat.pk)
        days = [
            {"date": day.date.isoformat(), "people": [_person_json(one) for one in day.people]} for day in page.days
        ]
        before = page.before.isoformat() if page.before else None
        return success("Accesses retrieved successfully", days=days, next_before=before)


def _person_json(one: Accessor) -> dict:
    return {
        "who": one.who,
        "user_id": one.person.pk,
        "person_name": one.person.display_name,
        "role": one.role,
        "accesses": [_access_json(access) for access in one.accesses],
    }


def _access_json(access: Access) -> dict:
    return {
        "kind": access.kind,
        "at": time_json(access.at),
        "until": time_json(access.until),
        "device": access.device or None,
    }
