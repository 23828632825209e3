"""The OpenAPI description of who saw a chat."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s

from accounts.models import Role
from chat.api import examples
from chat.api.schema import on_chat
from chat.errors import Invalid
from chat.services.access import DAYS, Kind, Who
from chatsite.http.openapi import IdField, answer, envelope, shape

_ACCESS = shape(
    "Access",
    kind=s.CharField(help_text=f"One of {', '.join(Kind)}; new ones may be added"),
    at=s.DateTimeField(allow_null=True, help_text="Null for the other person, of whom only the day is told"),
    until=s.DateTimeField(allow_null=True, help_text="Of acts that followed each other; else as `at`"),
    device=s.CharField(allow_null=True, help_text="The name of your own device"),
)
_ACCESSOR = shape(
    "Accessor",
    who=s.CharField(help_text=f"One of {', '.join(Who)}"),
    user_id=IdField(),
    person_name=s.CharField(),
    role=s.CharField(help_text=f"At that time: {', '.join(Role.values)}"),
    accesses=_ACCESS(many=True),
)
_DAY = shape("AccessDay", date=s.DateField(help_text="In your time zone"), people=_ACCESSOR(many=True))

_EXAMPLE = {
    "days": [
        {
            "date": "2026-03-09",
            "people": [
                {
                    "who": "other",
                    "user_id": examples.DOCTOR_ID,
                    "person_name": "Dr Samira Benali",
                    "role": "doctor",
                    "accesses": [{"kind": "messages", "at": None, "until": None, "device": None}],
                },
                {
                    "who": "you",
                    "user_id": examples.PATIENT_ID,
                    "person_name": "Julie Lambert",
                    "role": "patient",
                    "accesses": [
                        {
                            "kind": "messages",
                            "at": "2026-03-09T10:30:00Z",
                            "until": "2026-03-09T10:47:00Z",
                            "device": "Firefox, Linux",
                        }
                    ],
                },
            ],
        }
    ],
    "next_before": None,
}

ACCESS = on_chat(
    "list_accesses",
    "See who opened this chat",
    f"By day, the newest first, at most {DAYS} days. For earlier ones send `next_before` as `before`. Those of the "
    "other person have no time, since that would tell when they are here.",
    safe=True,
    parameters=[OpenApiParameter("before", OpenApiTypes.DATE, description="Returns the days before this one")],
    answers={
        200: answer(
            envelope("Accesses", days=_DAY(many=True), next_before=s.DateField(allow_null=True)),
            "Accesses retrieved successfully",
            _EXAMPLE,
        )
    },
    refusals=[Invalid("before must be a date such as 2026-03-09.")],
)
