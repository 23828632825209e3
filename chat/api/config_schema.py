"""The OpenAPI description of what an app has to know about an installation."""

from rest_framework import serializers as s

from accounts.api.schema import signed_in
from chatsite import __version__
from chatsite.http.openapi import BigField, answer, envelope, operation, shape

_EXAMPLE = {
    "version": __version__,
    "limits": {
        "text_bytes": 65_535,
        "file_bytes": 10_485_760,
        "files": 10,
        "image_pixels": 65_000_000,
        "image_side": 32_767,
        "animation_frames": 600,
        "animation_pixels": 200_000_000,
        "waiting_files": 40,
        "waiting_bytes": 104_857_600,
        "pins": 20,
        "page": 100,
        "query_shortest": 2,
        "query_longest": 200,
        "frames_per_second": 50,
    },
    "reactions": [{"emoji": "👍", "label": "Understood"}, {"emoji": "🙏", "label": "Thank you"}],
    "correction_seconds": 86_400,
    "lost": None,
}
_LIMITS = shape(
    "Limits",
    text_bytes=s.IntegerField(help_text="Of a message, in UTF-8"),
    file_bytes=BigField(help_text="Of one file"),
    files=s.IntegerField(help_text="Of one message"),
    image_pixels=BigField(help_text="Of one picture; where memory is short, some formats take fewer"),
    image_side=s.IntegerField(help_text="Pixels of the longer side of a picture"),
    animation_frames=s.IntegerField(help_text="Of one animation"),
    animation_pixels=BigField(help_text="Of all frames of an animation together"),
    waiting_files=s.IntegerField(help_text="Of one person, uploaded and in no message yet"),
    waiting_bytes=BigField(help_text="Of these files together"),
    pins=s.IntegerField(help_text="Of one chat"),
    page=s.IntegerField(help_text="The most rows of a page"),
    query_shortest=s.IntegerField(help_text="Characters of a search"),
    query_longest=s.IntegerField(help_text="Characters of a search"),
    frames_per_second=s.IntegerField(help_text="Of one socket, on average"),
)
_REACTION = shape("OfferedReaction", emoji=s.CharField(), label=s.CharField(help_text="What it means"))
_LOST = shape("Lost", **{"from": s.DateTimeField(), "until": s.DateTimeField()})
CONFIG = operation(
    "config",
    "Get the limits of this installation",
    "What this installation accepts and offers. Read it once after signing in; a clinic rarely changes it.",
    tag="Signing in",
    answers={
        200: answer(
            envelope(
                "Config",
                version=s.CharField(help_text="Of the product"),
                limits=_LIMITS(),
                reactions=_REACTION(many=True, help_text="In the order in which to offer them"),
                correction_seconds=BigField(help_text="How long a message may be corrected or retracted"),
                lost=_LOST(allow_null=True, help_text="What a restored server lacks, for 30 days; null: nothing"),
            ),
            "Configuration retrieved successfully",
            _EXAMPLE,
        )
    },
    refusals=signed_in(safe=True),
)
