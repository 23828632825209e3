"""Notices about messages that are unread, by the ladder of the practice. Derived from the chats, never from a send."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from chat.models.side import ROLES
from chat.services import episodes
from chatsite.database.locking import retry_on_conflict
from notifications.models import Beginning, Notice
from notifications.services.preferences import people_with_texts
from practice import services as practice

# A commit may be this late behind the times that it writes.
OVERLAP = timedelta(seconds=10)
# After a night without a worker: so much at once.
SLICE = timedelta(hours=1)
# More than that are planned in several statements.
BATCH = 500
# When text messages leave, to those who want them: after the mails, as the practice has them at first.
TEXT_STEP = timedelta(minutes=60)


def plan(beginning: Beginning, now: datetime) -> None:
    """Plan what became due since `planned_up_to`, which moves on to now. The caller stores it."""
    since = first_message(beginning)
    for until in _slices(beginning.planned_up_to, now):
        if since is not None:
            _plan_between(beginning.planned_up_to - OVERLAP, until, since=since, notify_from=beginning.notify_from)
        beginning.planned_up_to = until


def first_message(beginning: Beginning) -> int | None:
    """The first message about which anybody may be told: one that was due before `notify_from` is none."""
    steps = practice.current().mail_steps
    longest = max(timedelta(minutes=minutes) for role in ROLES for minutes in (0, *steps(role)))
    return episodes.first_message_since(beginning.notify_from - max([longest, *_text_steps()]))


def _slices(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        begin = min(begin + SLICE, end)
        yield begin


def _plan_between(after: datetime, until: datetime, *, since: int, notify_from: datetime) -> None:
    ladder = {role: [timedelta(minutes=minutes) for minutes in practice.current().mail_steps(role)] for role in ROLES}
    chats: set[int] = set()
    for step in {step for steps in (*ladder.values(), _text_steps()) for step in steps}:
        chats |= episodes.chats_of_age(after - step, until - step)
    for ids in _batches(sorted(chats)):
        found = episodes.episodes_in(ids, since=since)
        steps = [(episode, step, Notice.Channel.MAIL) for episode in found for step in ladder[episode.role]]
        with_texts = people_with_texts(episode.person_id for episode in found)
        steps += [(one, TEXT_STEP, Notice.Channel.SMS) for one in found if one.person_id in with_texts]
        due = [
            _notice(episode, step, channel, until)
            for episode, step, channel in steps
            if notify_from <= episode.began_at + step <= until
        ]
        retry_on_conflict(Notice.objects.bulk_create)(due, ignore_conflicts=True, batch_size=BATCH)


def _text_steps() -> list[timedelta]:
    return [TEXT_STEP] if settings.SMS_SENDER else []


def _notice(episode: episodes.Episode, step: timedelta, channel: str, now: datetime) -> Notice:
    return Notice(
        user_id=episode.person_id,
        subject=f"chat:{episode.chat_id}",
        channel=channel,
        step=int(step.total_seconds()) // 60,
        up_to=episode.message_id,
        next_try_at=episode.began_at + step,
        created_at=now,
    )


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for begin in range(0, len(ids), BATCH):
        yield ids[begin : begin + BATCH]
