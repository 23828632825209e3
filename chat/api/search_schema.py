"""The OpenAPI description of the search."""

from rest_framework import serializers as s

from chat import errors
from chat.api import examples, serializers
from chat.api.schema import in_chat
from chat.limits import QUERY_LONGEST, QUERY_SHORTEST
from chatsite.http.openapi import answer, body, envelope

SEARCH = in_chat(
    "search_messages",
    "Find messages in one's own chats, newest first",
    "By the words of the text and of the names of files; "
    f"`q` has {QUERY_SHORTEST} to {QUERY_LONGEST} characters. All its words must be in the message, each as the "
    "beginning of a word; accents and capitals do not count. A POST, so that no medical word stands in an address or "
    "an access log. Go on with `before`, the message_id of the last result.",
    tag="Messages",
    request=body(serializers.SearchSerializer, examples.SEARCH),
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
    ],
)
