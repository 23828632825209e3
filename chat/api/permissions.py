from rest_framework.permissions import BasePermission


class IsDoctorOrPatient(BasePermission):
    """The two roles that talk; whether in *this* chat is decided where the chat is opened (`Chat.objects.open_for`)."""

    message = "Only doctors and patients take part in chats."
    code = "not_a_participant"

    def has_permission(self, request, view):
        user = request.user
        return user.is_authenticated and (user.is_doctor or user.is_patient)
