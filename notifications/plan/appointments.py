"""Notices about appointments: one was made, changed or cancelled, and one comes. Derived from the appointments."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice

from accounts.models import Role
from appointments import occasions
from chatsite.database.locking import retry_on_conflict
from notifications.models import Beginning, Notice
from notifications.plan.messages import BATCH, OVERLAP
from notifications.services.devices import people_with_devices
from notifications.services.preferences import people_with_texts
from practice import services as practice

# Whoever makes or moves several has all of them in one mail.
SETTLED = timedelta(seconds=30)
# The step of a change. Other steps are minutes before the beginning.
CHANGED = 0


def reminds_of(starts_at: datetime) -> int:
    """Which occasion a reminder is for: so one that was moved is reminded of anew."""
    return int(starts_at.timestamp())


def plan(beginning: Beginning, now: datetime) -> None:
    """Plan what became due since `planned_up_to`, which stays as it is."""
    since = max(beginning.planned_up_to - OVERLAP, beginning.notify_from)
    due = chain(_changes(since, now), _reminders(since, now))
    while batch := list(islice(due, BATCH)):
        people = {mail.user_id for mail in batch}
        with_devices, with_texts = people_with_devices(people), people_with_texts(people)
        pushes = [_beside(mail, Notice.Channel.PUSH) for mail in batch if mail.user_id in with_devices]
        reminders = [mail for mail in batch if mail.step != CHANGED]
        texts = [_beside(mail, Notice.Channel.SMS) for mail in reminders if mail.user_id in with_texts]
        retry_on_conflict(Notice.objects.bulk_create)(batch + pushes + texts, ignore_conflicts=True)


def _changes(since: datetime, now: datetime) -> Iterator[Notice]:
    for change in occasions.changes_between(since, now):
        due = change.changed_at + SETTLED
        for person_id in change.others:
            yield _notice(person_id, change.appointment_id, step=CHANGED, up_to=change.version, due=due, now=now)


def _reminders(since: datetime, now: datetime) -> Iterator[Notice]:
    steps = practice.current().reminder_steps
    doctors, patients = steps(Role.DOCTOR), steps(Role.PATIENT)
    for minutes in sorted({*doctors, *patients}):
        before = timedelta(minutes=minutes)
        for start in occasions.starts_between(since + before, now + before):
            people = [start.doctor_id] * (minutes in doctors) + [start.patient_id] * (minutes in patients)
            due, up_to = start.starts_at - before, reminds_of(start.starts_at)
            for person_id in people:
                yield _notice(person_id, start.appointment_id, step=minutes, up_to=up_to, due=due, now=now)


def _notice(person_id: int, appointment_id: int, *, step: int, up_to: int, due: datetime, now: datetime) -> Notice:
    return Notice(
        user_id=person_id, subject=f"appointment:{appointment_id}", channel=Notice.Channel.MAIL, step=step,
        up_to=up_to, next_try_at=due, created_at=now,
    )  # fmt: skip


def _beside(mail: Notice, channel: str) -> Notice:
    return Notice(
        user_id=mail.user_id, subject=mail.subject, channel=channel, step=mail.step,
        up_to=mail.up_to, next_try_at=mail.next_try_at, created_at=mail.created_at,
    )  # fmt: skip
