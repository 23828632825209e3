"""The OpenAPI description of the search."""

from rest_framework import serializers as s

from audit.errors import AuditUnavailable
from chat import errors
from chat.api import bodies, examples, serializers
from chat.api.schema import in_chat
from chat.limits import QUERY_LONGEST, QUERY_SHORTEST
from chatsite.http.errors import TooManyRequests
from chatsite.http.openapi import answer, body, envelope

SEARCH = in_chat(
    "search_messages",
    "Search the messages of your chats, newest first",
    "Searches the texts and the names of files. "
    f"`q` has {QUERY_SHORTEST} to {QUERY_LONGEST} characters. Each of its words must be the beginning of a word in the "
    "message; accents and capitals are ignored. It is a POST so that no medical word appears in an address or an "
    "access log. For the next page send the message_id of the last result as `before`.",
    tag="Messages",
    request=body(bodies.SearchSerializer, examples.SEARCH),
    answers={
        200: answer(
            envelope("Found", results=serializers.SearchResultSerializer(many=True), has_more=s.BooleanField()),
            "Messages found",
            {"results": [examples.FOUND], "has_more": False},
            when='"Messages found" or "No message found"',
        )
    },
    refusals=[
        errors.Invalid("type must be one of text, file, image."),
        errors.QueryTooShort,
        errors.QueryTooLong,
        errors.ChatNotFound,
        errors.SearchTimedOut,
        AuditUnavailable,
        TooManyRequests,
    ],
)
