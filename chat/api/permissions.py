"""Who may use the endpoints of the chat."""

from django.utils.translation import gettext_noop as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from chat.models.side import role_of


class IsDoctorOrPatient(BasePermission):
    """The two roles that take part in chats. `Chat.objects.open_for` decides about each chat."""

    message = _("Only doctors and patients take part in chats.")
    code = "not_a_participant"

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return user.is_authenticated and role_of(user) is not None
