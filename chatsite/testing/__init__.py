"""The people of the tests: Dr. Ada and her patient Ben share a chat, which nobody else may see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client
from rest_framework.test import APIClient

if TYPE_CHECKING:
    from accounts.models import User
    from chat.models import Chat

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """Ada treats Ben. Cora is another patient, Dan another doctor, Eve a deactivated patient."""

    ada: "User"
    ben: "User"
    cora: "User"
    dan: "User"
    eve: "User"
    admin: "User"
    chat: "Chat"

    @classmethod
    def build(cls) -> "Cast":
        from accounts.models import User
        from chat.models import Chat

        def person(email: str, role: str, first_name: str, last_name: str, **more: Any) -> User:
            return User.objects.create_user(
                email, PASSWORD, role, first_name=first_name, last_name=last_name, language="en", **more
            )

        ada = person("ada@example.org", "doctor", "Ada", "Martin", title="Dr.", specialty="General practice")
        ben = person("ben@example.org", "patient", "Ben", "Durand")
        return cls(
            ada=ada,
            ben=ben,
            cora=person("cora@example.org", "patient", "Cora", "Petit"),
            dan=person("dan@example.org", "doctor", "Dan", "Leroy", title="Dr."),
            eve=person("eve@example.org", "patient", "Eve", "Moreau", is_active=False),
            admin=User.objects.create_superuser(
                "admin@example.org", PASSWORD, first_name="Alix", last_name="Admin", language="en"
            ),
            chat=Chat.objects.create(doctor=ada, patient=ben),
        )


def api_client(user: "User") -> APIClient:
    """A client with this person's real Bearer token."""
    client = APIClient()
    answer = client.post("/api/auth/login", {"email": user.email, "password": PASSWORD}, format="json")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


def page_client(user: "User", *, confirmed: bool | None = None, **options: Any) -> Client:
    """A browser of this person, signed in through the real form; one of an admin has confirmed who it is, too."""
    confirmed = user.role == "admin" if confirmed is None else confirmed
    client = Client(**options)
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content[:500]
    if confirmed:
        confirm(client)
    return client


def confirm(client: Client) -> None:
    """Answer, once more, who it is: what changes people in the admin asks for it."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302, answer.content[:500]
