"""Searching one's messages. A POST, so that addresses and access logs contain no medical words."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import User
from audit import trail
from audit.actions import Action
from chat.api import search_schema as schema
from chat.api.permissions import IsDoctorOrPatient
from chat.api.requests import ChatRequest
from chat.representation import message_json
from chat.search.asked import Asked
from chat.search.find import Hit, find
from chat.search.passages import Passage
from chat.services.seen import note_each_chat
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.envelope import success


class SearchViewSet(ViewSet):
    """The search."""

    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**schema.SEARCH)
    def search(self, request: ChatRequest) -> Response:
        trail.demand()
        buckets.spend(budgets.searches(request.user.pk))
        found = find(request.user, Asked.checked(request.user, request.data))
        note_each_chat((hit.full for hit in found.hits), Action.SEARCH)
        results = [_hit_json(hit, request.user) for hit in found.hits]
        return success("Messages found" if results else "No message found", results=results, has_more=found.has_more)


def _hit_json(hit: Hit, user: User) -> dict:
    return {
        "chat_id": hit.chat.pk,
        "other_name": hit.chat.other_than(user).display_name,
        "passage": _passage_json(hit.passage),
        "file_names": [_passage_json(name) for name in hit.file_names],
        "message_data": message_json(hit.full),
    }


def _passage_json(passage: Passage) -> dict:
    return {"text": passage.text, "marks": passage.marks}
