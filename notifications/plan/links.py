"""Notices for the links that people asked for."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import LinkRequest
from accounts.services import mails
from chatsite.database.locking import retry_on_conflict
from notifications.models import Notice

# A mail that is written at once slows the end of its own answer by some milliseconds, which tells that there is one.
BEHIND = timedelta(seconds=1)
BATCH = 100


def plan(now: datetime) -> None:
    """Turn the oldest requests into notices."""
    for request in LinkRequest.objects.filter(asked_at__lte=now - BEHIND).order_by("pk")[:BATCH]:
        _plan_one(request, now)


@retry_on_conflict
@transaction.atomic
def _plan_one(request: LinkRequest, now: datetime) -> None:
    if not LinkRequest.objects.filter(pk=request.pk).delete()[0]:
        # Another worker planned it.
        return
    # Who pressed the button twice is sent one mail.
    LinkRequest.objects.filter(kind=request.kind, email=request.email, user=request.user_id).delete()
    person = mails.person_of(request)
    if person:
        Notice.objects.create(
            user=person, subject=request.kind, channel=Notice.Channel.MAIL, up_to=request.pk,
            next_try_at=now, created_at=now,
        )  # fmt: skip
