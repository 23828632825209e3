"""The description of the socket, for the authors of clients; `/api/schema` is that of the endpoints."""

from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.api.socket_schema import document
from chatsite import __version__


class _YamlRenderer(OpenApiYamlRenderer):
    media_type = "application/vnd.aai.asyncapi+yaml"


class _JsonRenderer(OpenApiJsonRenderer):
    media_type = "application/vnd.aai.asyncapi+json"


class AsyncSchemaView(APIView):
    """The AsyncAPI document, in YAML, or with `?format=json` in JSON."""

    renderer_classes = [_YamlRenderer, OpenApiYamlRenderer2, _JsonRenderer, OpenApiJsonRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        name = f"Chat socket ({__version__}).{request.accepted_renderer.format}"
        return Response(document(), headers={"Content-Disposition": f'inline; filename="{name}"'})
