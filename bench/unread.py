"""Makes patients of one doctor, each with a message unread for eight hours, as after a night without a worker."""

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402 - needs Django to be set up

from accounts.models import User  # noqa: E402
from chat.models import Chat, Message  # noqa: E402
from notifications.models import Beginning  # noqa: E402
from practice.models import Practice  # noqa: E402

# No domain of those that get no mails; the mail server of the run takes them.
DOMAIN = "patients.bench"


def main(count: int) -> None:
    sent = timezone.now() - timedelta(hours=8)
    doctor = User.objects.create(email=f"doctor@{DOMAIN}", role="doctor", password="!")
    people = User.objects.bulk_create(
        (User(email=f"p{number}@{DOMAIN}", role="patient", password="!") for number in range(count)), batch_size=1000
    )
    chats = Chat.objects.bulk_create(
        (Chat(doctor=doctor, patient=one, patient_unread=1, message_count=1, seq=1) for one in people), batch_size=1000
    )
    message = {"sender": doctor, "sender_role": "doctor", "message_text": "x", "created_at": sent, "seq": 1}
    Message.objects.bulk_create((Message(chat=chat, **message) for chat in chats), batch_size=1000)
    # As if the last worker had ended before, and with no hours that would hold them up.
    Beginning.objects.update_or_create(
        pk=Beginning.ONE, defaults={"notify_from": sent - timedelta(hours=1), "planned_up_to": sent}
    )
    Practice.objects.update_or_create(pk=Practice.ONE, defaults={"quiet_from": "00:00", "quiet_to": "00:00"})


main(int(sys.argv[1]))
