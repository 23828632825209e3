"""Answers that belong to no app."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from chatsite.http.envelope import failure_response


@csrf_exempt
def api_not_found(request: HttpRequest) -> JsonResponse:
    """An unknown path under /api/, signed in or not."""
    return failure_response(404)
