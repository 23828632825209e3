"""What every template may show about the clinic."""

from django.conf import settings
from django.http import HttpRequest


def clinic(request: HttpRequest) -> dict[str, object]:
    return {
        "clinic_name": settings.CLINIC_NAME,
        "emergency_numbers": settings.CHAT_EMERGENCY_NUMBERS,
        "password_least": settings.PASSWORD_LEAST,
        "shared_hours": settings.SIGN_IN_SHARED_HOURS,
    }
