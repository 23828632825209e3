"""Each thing that is done to an appointment or a request: who is told, in which words, and what their chat says."""

from contextlib import nullcontext, suppress
from datetime import time, timedelta

import pytest
from django.core import mail

from appointments import patients, requested, services
from appointments.models import Appointment, AppointmentChange
from appointments.tests import book
from chat.models import Message
from chatsite.http.errors import Refusal
from notifications.models import Beginning, Notice, Preference
from notifications.tests.conftest import START
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
KEEP, TAKE_OUT = "PUBLISH", "CANCEL"

WAITS = "A request for an appointment waits", "Request that waits for an answer"
PROPOSED = "Another time is proposed to you", "Another time is proposed, please answer"
CONFIRMED = "An appointment is confirmed", "Confirmed appointment"
DECLINED = "A request for an appointment was declined", "Declined request"
WITHDRAWN = "A request for an appointment was withdrawn", "Withdrawn request"
REFUSED = "A time that you proposed does not suit", "The proposed time does not suit"
MADE = "You have a new appointment", "New appointment"
CHANGED = "An appointment was changed", "Changed appointment, now"
CANCELLED = "An appointment was cancelled", "Cancelled appointment"


@pytest.fixture(autouse=True)
def everybodys_clock(clock, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", clock.read)


@pytest.fixture(autouse=True)
def patients_may():
    Practice.objects.create(patients_may_request=True, patients_may_change=True)
    practice.forget()
    yield
    practice.forget()


def new(cast, status="planned"):
    return Appointment(doctor=cast.ada, patient=cast.ben, starts_at=START + 50 * HOUR, place="Room 2", status=status)


def with_(one, **values):
    for name, value in values.items():
        setattr(one, name, value)
    return one


LATER = {"starts_at": START + 60 * HOUR}
REQUEST, PROPOSAL, PLAN = {"status": "requested"}, {"status": "requested", "is_proposed": True}, {"status": "planned"}

# What it was before, what is done, who is told what, what their calendars are to do, and what their chat says.
STEPS = {
    "asked": (None, lambda c, one: requested.ask(c.ben, appointment=new(c)), {"ada": WAITS}, None, []),
    "confirmed": (
        REQUEST, lambda c, one: requested.confirm(c.ada, appointment=one), {"ben": CONFIRMED}, KEEP, ["made"],
    ),
    "confirmed by an admin": (
        REQUEST, lambda c, one: requested.confirm(c.admin, appointment=one),
        {"ada": CONFIRMED, "ben": CONFIRMED}, KEEP, ["made"],
    ),
    "confirmed in another room": (
        REQUEST, lambda c, one: requested.answer(c.ada, appointment=with_(one, place="Room 3")),
        {"ben": CONFIRMED}, KEEP, ["made"],
    ),
    "declined": (
        REQUEST, lambda c, one: requested.decline(c.ada, appointment=one), {"ben": DECLINED}, None, ["declined"],
    ),
    "declined by an admin": (
        REQUEST, lambda c, one: requested.decline(c.admin, appointment=one),
        {"ada": DECLINED, "ben": DECLINED}, None, ["declined"],
    ),
    "another time": (
        REQUEST, lambda c, one: requested.answer(c.ada, appointment=with_(one, **LATER)),
        {"ben": PROPOSED}, None, [],
    ),
    "another time again": (
        PROPOSAL, lambda c, one: requested.answer(c.ada, appointment=with_(one, **LATER)),
        {"ben": PROPOSED}, None, [],
    ),
    "accepted": (
        PROPOSAL, lambda c, one: requested.confirm(c.ben, appointment=one), {"ada": CONFIRMED}, KEEP, ["made"],
    ),
    "refused": (PROPOSAL, lambda c, one: patients.cancel(c.ben, appointment=one), {"ada": REFUSED}, None, []),
    "withdrawn": (REQUEST, lambda c, one: patients.cancel(c.ben, appointment=one), {"ada": WITHDRAWN}, None, []),
    "made": (None, lambda c, one: services.schedule(c.ada, appointment=new(c)), {"ben": MADE}, KEEP, ["made"]),
    "moved": (
        PLAN, lambda c, one: services.reschedule(c.ada, appointment=with_(one, **LATER)),
        {"ben": CHANGED}, KEEP, ["moved"],
    ),
    "moved by the patient": (
        PLAN, lambda c, one: patients.move(c.ben, appointment=with_(one, **LATER)), {"ada": CHANGED}, KEEP, ["moved"],
    ),
    "another room": (
        PLAN, lambda c, one: services.reschedule(c.ada, appointment=with_(one, place="Room 3")),
        {"ben": CHANGED}, KEEP, [],
    ),
    "another reason": (
        PLAN, lambda c, one: services.reschedule(c.ada, appointment=with_(one, reason="Vaccine")), {}, None, [],
    ),
    "another doctor": (
        PLAN, lambda c, one: services.reschedule(c.admin, appointment=with_(one, doctor=c.dan)),
        {"ada": CANCELLED, "ben": CHANGED, "dan": MADE}, {"ada": TAKE_OUT, "ben": KEEP, "dan": KEEP}, ["cancelled"],
    ),
    "cancelled": (
        PLAN, lambda c, one: services.cancel(c.ada, appointment=one), {"ben": CANCELLED}, TAKE_OUT, ["cancelled"],
    ),
    "cancelled by the patient": (
        PLAN, lambda c, one: patients.cancel(c.ben, appointment=one), {"ada": CANCELLED}, TAKE_OUT, ["cancelled"],
    ),
    "cancelled by an admin": (
        PLAN, lambda c, one: services.cancel(c.admin, appointment=one),
        {"ada": CANCELLED, "ben": CANCELLED}, TAKE_OUT, ["cancelled"],
    ),
}  # fmt: skip


def said():
    """What mails said: who, the subject, and the line without its time."""
    found = {}
    for sent in mail.outbox:
        [line] = [line for line in sent.body.splitlines() if "December" in line]
        found[sent.to[0].partition("@")[0]] = (sent.subject, line.partition(":")[0])
    return found


def calendars():
    names = {sent.to[0].partition("@")[0]: sent.attachments for sent in mail.outbox}
    return {name: files[0][2].partition("method=")[2] for name, files in names.items() if files}


def lines():
    return [
        kind.removeprefix("appointment_") for kind in Message.objects.order_by("pk").values_list("system", flat=True)
    ]


@pytest.mark.parametrize("is_killed", [False, True], ids=["", "killed before its line"])
@pytest.mark.parametrize(("state", "act", "told_of", "files", "spoken"), STEPS.values(), ids=STEPS.keys())
def test_who_is_told_what(
    cast, clock, told, django_capture_on_commit_callbacks, state, act, told_of, files, spoken, is_killed
):
    if state:
        book(cast.ada, cast.ben, starts_at=START + 50 * HOUR, **state)
    with nullcontext() if is_killed else django_capture_on_commit_callbacks(execute=True):
        act(cast, Appointment.objects.first())
    assert lines() == ([] if is_killed else spoken)
    done = AppointmentChange.objects.count()
    if act is not STEPS["asked"][1]:
        # A repeat changes nothing.
        with suppress(Refusal):
            act(cast, Appointment.objects.get())
    assert AppointmentChange.objects.count() == done == bool(told_of)
    told(2)
    assert said() == told_of
    assert calendars() == (files if isinstance(files, dict) else dict.fromkeys(told_of, files) if files else {})
    assert lines() == spoken
    # What is planned and said once is not planned and said again.
    Beginning.objects.update(planned_up_to=START)
    told(5)
    assert (len(mail.outbox), lines()) == (len(told_of), spoken)


# What follows within the same minute, and what of it is told to whom: by the doctor, the patient or an administrator.
TOGETHER = {
    "confirmed and moved": (
        [lambda c, one: requested.confirm(c.ada, appointment=one),
         lambda c, one: services.reschedule(c.ada, appointment=with_(one, **LATER))],
        {"ben": CONFIRMED},
    ),
    "confirmed and cancelled": (
        [lambda c, one: requested.confirm(c.ada, appointment=one),
         lambda c, one: services.cancel(c.ada, appointment=one)],
        {"ben": CANCELLED},
    ),
    "withdrawn at once": ([lambda c, one: patients.cancel(c.ben, appointment=one)], {}),
    "declined by an admin at once": (
        [lambda c, one: requested.decline(c.admin, appointment=one)], {"ben": DECLINED},
    ),
    "confirmed by an admin and given away": (
        [lambda c, one: requested.confirm(c.admin, appointment=one),
         lambda c, one: services.reschedule(c.admin, appointment=with_(one, doctor=c.dan))],
        {"ben": CONFIRMED, "dan": MADE},
    ),
    "proposed and accepted": (
        [lambda c, one: requested.answer(c.ada, appointment=with_(one, **LATER)),
         lambda c, one: requested.confirm(c.ben, appointment=one)],
        {"ada": CONFIRMED},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("acts", "told_of"), TOGETHER.values(), ids=TOGETHER.keys())
def test_what_follows_a_request_within_the_minute_is_told_once(cast, clock, told, acts, told_of):
    requested.ask(cast.ben, appointment=new(cast))
    for act in acts:
        clock(seconds=3)
        act(cast, Appointment.objects.get())
    told(2)
    assert said() == told_of


def test_an_end_is_not_told_before_a_beginning_that_is_tried_again(cast, clock, told, monkeypatch):
    """The mail server was away for the first mail."""
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _refuse)
        one = requested.ask(cast.ben, appointment=new(cast))
        told(1)
    Notice.objects.update(next_try_at=START + 2 * HOUR)
    patients.cancel(cast.ben, appointment=one)
    assert told(180, every=20) == []
    assert set(Notice.objects.values_list("state", flat=True)) == {Notice.State.SKIPPED}


def test_nobody_is_reminded_of_a_request(cast, told):
    for status in ("requested", "declined"):
        book(cast.ada, cast.ben, starts_at=START + 25 * HOUR, status=status)
    assert told(25 * 60, every=30) == []


def test_a_request_tells_no_reason(cast, told):
    one = new(cast)
    one.reason = "canary-reason"
    requested.ask(cast.ben, appointment=one)
    told(1)
    [sent] = mail.outbox
    assert "canary" not in sent.message().as_string() + sent.body
    assert sent.attachments == []


class TestPushes:
    """On devices, by a sentence of theirs: that one was changed or comes, and nothing else."""

    @pytest.fixture
    def browsers(self, cast, subscribe, turns):
        return {name: subscribe(getattr(cast, name)) for name in ("ada", "ben")}

    @pytest.fixture
    def pushed(self, browsers, service, turns, pushing):
        def wait(**passed):
            turns.turn()
            pushing(**passed)
            turns.turn()
            pushing()
            return {name: [push["kind"] for push in service.told(one)] for name, one in browsers.items()}

        return wait

    def test_who_did_not_do_it_is_told_by_numbers_alone(self, cast, browsers, service, pushed):
        requested.confirm(cast.ada, appointment=book(cast.ada, cast.ben, starts_at=START + 50 * HOUR, **REQUEST))
        assert pushed(minutes=1) == {"ada": [], "ben": ["appointment"]}
        account = browsers["ben"].device.account
        nothing = {"account": account, "chat_id": None, "seq": None, "badge": 0, "kind": "appointment"}
        assert service.told(browsers["ben"]) == [nothing]
        assert pushed(minutes=5) == {"ada": [], "ben": ["appointment"]}

    def test_a_reminder_lasts_an_hour(self, cast, service, pushed):
        book(cast.ada, cast.ben, starts_at=START + HOUR + timedelta(seconds=30))
        assert pushed(minutes=1) == {"ada": [], "ben": ["reminder"]}
        assert [headers["TTL"] for _, headers, _ in service.got] == ["3600"]

    def test_all_that_is_due_is_told_at_once(self, cast, service, pushed):
        for hours in (50, 51):
            one = Appointment(doctor=cast.ada, patient=cast.ben, starts_at=START + hours * HOUR, place="Room 2")
            services.schedule(cast.ada, appointment=one)
        assert pushed(minutes=1) == {"ada": [], "ben": ["appointment"]}

    @pytest.mark.parametrize("is_wanted", [True, False])
    def test_not_what_is_so_no_more_nor_to_whom_wants_none(self, cast, pushed, is_wanted):
        one = services.schedule(cast.ada, appointment=new(cast))
        if is_wanted:
            services.cancel(cast.ada, appointment=one)
        else:
            Preference.objects.create(user=cast.ben, message_pushes=False)
        assert pushed(minutes=1) == {"ada": [], "ben": []}
        assert set(Notice.objects.filter(channel="push").values_list("state", flat=True)) == {Notice.State.SKIPPED}

    def test_quiet_hours_hold_it_up_but_not_past_the_beginning(self, cast, pushed):
        Preference.objects.create(user=cast.ben, quiet_from=time(9), quiet_to=time(12))
        book(cast.ada, cast.ben, starts_at=START + HOUR + timedelta(seconds=30))
        services.schedule(cast.ada, appointment=new(cast))
        assert pushed(minutes=1) == {"ada": [], "ben": ["reminder"]}
        assert pushed(hours=3) == {"ada": [], "ben": ["reminder", "appointment"]}


def _refuse(backend, messages):
    raise ConnectionRefusedError
