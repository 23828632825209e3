"""The floor of the API: one view of Django, REST framework and JWT, without the rest of the product."""

from django.http import HttpResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication


class Bare(APIView):
    """Look up the user, read the body, write an answer."""

    authentication_classes = [JWTAuthentication]

    def post(self, request):
        answer = {"success": True, "user_id": request.user.pk, "length": len(request.data["message_text"])}
        return Response(answer, status=201)


urlpatterns = [
    path("healthz", lambda request: HttpResponse("alive")),
    path("api/chat/message", Bare.as_view()),
]
