"""What an app has to know about this installation before it offers anything."""

from datetime import timedelta

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat import limits
from chat.api import config_schema as schema
from chat.input import MAX_LIMIT
from chat.representation import time_json
from chat.services import epoch, reactions
from chatsite import __version__
from chatsite.files.images import limits as images
from chatsite.http.envelope import success


class ConfigView(APIView):
    @extend_schema(**schema.CONFIG)
    def get(self, request: Request) -> Response:
        """The limits, reactions and version of this installation."""
        return success(
            "Configuration retrieved successfully",
            version=__version__,
            limits={
                "text_bytes": limits.MAX_TEXT_BYTES,
                "file_bytes": settings.CHAT_MAX_FILE_BYTES,
                "files": limits.MAX_FILES,
                "image_pixels": images.MAX_PIXELS,
                "image_side": images.MAX_SIDE,
                "animation_frames": images.MAX_FRAMES,
                "animation_pixels": images.MAX_PIXELS_IN_ALL_FRAMES,
                "waiting_files": limits.WAITING_FILES,
                "waiting_bytes": limits.WAITING_BYTES,
                "pins": limits.MAX_PINS,
                "page": MAX_LIMIT,
                "query_shortest": limits.QUERY_SHORTEST,
                "query_longest": limits.QUERY_LONGEST,
                "frames_per_second": settings.CHAT_SOCKET_RATE,
            },
            reactions=[{"emoji": emoji, "label": str(label)} for emoji, label in reactions.offered().items()],
            correction_seconds=int(timedelta(hours=settings.CHAT_CORRECTION_HOURS).total_seconds()),
            lost=_lost_json(),
        )


def _lost_json() -> dict[str, str | None] | None:
    loss = epoch.loss()
    return loss and {"from": time_json(loss[0]), "until": time_json(loss[1])}
