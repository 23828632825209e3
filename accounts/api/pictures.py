"""Profile pictures, at the address the API gives for them."""

from django.http import Http404
from rest_framework.views import APIView

from accounts.services import pictures
from chatsite.serving import serve_stored


class PictureView(APIView):
    """A profile picture, for a session or a Bearer token; a stranger's and an unknown one are the same 404."""

    schema = None

    def get(self, request, name):
        if not pictures.may_see(request.user, name=name):
            raise Http404
        return serve_stored(request, f"{pictures.FOLDER}/{name}")
