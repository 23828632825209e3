"""Answers that belong to no app."""

from chatsite.http.envelope import failure_response


def api_not_found(request):
    """An unknown path under /api/, signed in or not."""
    return failure_response(404)


api_not_found.csrf_exempt = True
