"""What every template may show about the clinic."""

from django.conf import settings


def clinic(request):
    return {
        "clinic_name": settings.CLINIC_NAME,
        "emergency_numbers": settings.CHAT_EMERGENCY_NUMBERS,
    }
