"""The people of the matrix, each signed in by both doors, and the things that the addresses name."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Right, SignIn, StaffRight, TrustedBrowser, User
from accounts.services import pictures, sign_ins
from accounts.tests.factors import set_up_app
from accounts.tests.passkeys import Passkey
from appointments.tests import book
from audit import trail
from audit.actions import Action
from audit.context import Actor as Acting
from chat.models import Attachment, Chat
from chat.services import pins
from chat.services.attachments import add_attachment
from chat.tests.files import samples
from chat.tests.talk import post_message
from chatsite.testing import PASSWORD, Cast, api_client, audited, page_client
from notifications.models import ChoreTime, Device, Notice
from practice import services as practice
from practice.models import Practice

LONG_AGO = timedelta(days=30)
DEVICE = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
# The columns of the tables.
ACTORS = (
    "nobody", "patient", "patient2", "doctor", "doctor2", "people", "technical", "data", "none",
    "half", "ended", "closed", "locked", "barred",
)  # fmt: skip


@dataclass
class Actor:
    """Somebody at both doors: the cookies of a browser, and a token of an app; `things` where they have their own."""

    cookies: dict[str, str]
    token: str
    sign_ins: list[int] = field(default_factory=list)
    things: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    actors: dict[str, Actor]
    things: dict[str, Any]
    # Made once: each builds the whole chain of middleware. The second one compares tokens of forms.
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    strict: Client = field(default_factory=lambda: Client(raise_request_exception=False, enforce_csrf_checks=True))

    def things_of(self, actor: str) -> dict[str, Any]:
        return self.things | self.actors[actor].things


def build(cast: Cast, *, powerful: bool = False) -> Scene:
    """`powerful`: who is half signed in, ended, closed, locked or barred is an administrator with every right."""
    cast.ada.date_joined = timezone.now() - LONG_AGO
    cast.ada.save()
    staff = {right.value: _admin(right.value, right) for right in Right} | {"none": _admin("none")}
    mighty = _admin("mighty", *Right) if powerful else cast.ada
    other = _admin("closed", *Right) if powerful else _doctor("closed")
    things = _things(cast)
    people = {"patient": cast.ben, "patient2": cast.cora, "doctor": cast.ada, "doctor2": cast.dan}
    people |= {"people": staff["people"], "technical": staff["technical"], "data": staff["data_protection"]}
    actors = {name: _signed_in(person) for name, person in (people | {"none": staff["none"]}).items()}
    actors["closed"] = _signed_in(other)
    if not powerful:
        actors["closed"].things = _talk(other, cast.ben)
    ended, locked, barred = (_signed_in(mighty) for _ in range(3))
    set_up_app(mighty)
    things["pk"] = Passkey(cast.ada).row
    actors |= {"nobody": Actor({}, ""), "half": _half(mighty), "ended": ended, "locked": locked, "barred": barred}
    _demand(cast, actors)
    # Past the services, which end the sign-ins, too: each door asks for itself.
    User.objects.filter(pk=other.pk).update(is_active=False)
    _update(ended, ended_at=timezone.now())
    _update(locked, active_at=timezone.now() - timedelta(minutes=16), second_factor="totp")
    return Scene(actors, things)


def _demand(cast: Cast, actors: dict[str, Actor]) -> None:
    """Doctors and administrators need a second factor, and all have one but the barred."""
    decided = {"demands_second_factor": True, "second_factor_since": timezone.now() - LONG_AGO, "locks_apps": True}
    Practice.objects.update_or_create(pk=Practice.ONE, defaults=decided)
    practice.forget()
    for name, actor in actors.items():
        if actor.token and name not in ("barred", "half"):
            _update(actor, second_factor="totp")


def _update(actor: Actor, **values: Any) -> None:
    SignIn.objects.filter(pk__in=actor.sign_ins).update(**values)


def _admin(name: str, *rights: Right) -> User:
    person = User.objects.create_user(f"{name}@example.org", PASSWORD, "admin", language="en")
    User.objects.filter(pk=person.pk).update(date_joined=timezone.now() - LONG_AGO)
    StaffRight.objects.give(person, *rights)
    return person


def _doctor(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", PASSWORD, "doctor", first_name="Fay", language="en")


def _signed_in(person: User) -> Actor:
    before = set(SignIn.objects.values_list("pk", flat=True))
    client = page_client(person)
    token = api_client(person)._credentials["HTTP_AUTHORIZATION"]
    mine = SignIn.objects.for_user(person).exclude(pk__in=before).values_list("pk", flat=True)
    return Actor(_cookies(client), token, list(mine))


def _half(person: User) -> Actor:
    """The password was right, and the code is still to come."""
    client = Client()
    credentials = {"email": person.email, "password": PASSWORD}
    assert client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})["Location"].endswith("/code/")
    answer = client.post("/api/auth/login", credentials, content_type="application/json")
    return Actor(_cookies(client), f"Bearer {answer.json()['mfa_token']}")


def _cookies(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _talk(doctor: User, patient: User) -> dict[str, Any]:
    chat = Chat.objects.create(doctor=doctor, patient=patient)
    own = {"chat": chat, "message": post_message(patient, chat, "zebra"), "object": chat}
    return own | {"appointment": book(doctor, patient)}


def _things(cast: Cast) -> dict[str, Any]:
    """What Ada and Ben have, and one row of each page of the administration."""
    photo, _ = add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.png(), "zebra.png"))
    waiting, _ = add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.png(), "wait.png"))
    message = post_message(cast.ben, cast.chat, "zebra", attachment_ids=(photo.pk,))
    answer = post_message(cast.ada, cast.chat, "zebra answer")
    pins.pin(cast.ada, message_id=answer.pk)
    one = {"user": cast.ben, "subject": "reset", "channel": "mail", "up_to": 1}
    trail.record_each(Action.LIST, actor=Acting(role="system"))
    pictures.set_picture(cast.ben, upload=samples.upload(samples.png()))
    sign_in = SignIn.objects.create(user=cast.ada, kind="browser")
    return {
        "chat": cast.chat, "message": message, "answer": answer, "doctor": cast.dan, "sign_in": sign_in,
        # Not the id of anything else: a view that takes one for another would find nothing.
        "appointment": book(cast.ada, cast.ben, pk=4711), "past": book(cast.ada, cast.ben, days=-1),
        "requested": book(cast.ada, cast.ben, days=3, status="requested"),
        "proposed": book(cast.ada, cast.ben, days=4, status="requested"),
        "file": Attachment.objects.get(pk=photo.pk), "waiting": waiting,
        "browser": TrustedBrowser.objects.create(user=cast.ada, digest="x", credentials_digest="y"),
        "device": _device(cast.ben),
        "user": cast.ben, "patient": cast.ben, "object": cast.chat,
        "staffright": StaffRight.objects.get(user=_admin("colleague", Right.TECHNICAL)),
        "notice": Notice.objects.create(**one, state="failed"), "practice": Practice(pk=1),
        "auditrow": audited.write()[-1],
        "choretime": ChoreTime.objects.create(name="prune", next_at=timezone.now()),
    }  # fmt: skip


def _device(person: User) -> Device:
    """A device that shows notifications. Of a kind to which nothing is sent: nobody leaves this machine."""
    sign_in = sign_ins.start(person, kind="browser")
    address = "https://fcm.googleapis.com/fcm/send/x"
    return Device.objects.create(
        public_id=DEVICE, user=person, sign_in=sign_in, kind="unknown", address=address, digest="x"
    )
