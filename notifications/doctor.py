"""Questions of `manage.py doctor` about the worker and what it sends."""

from django.conf import settings
from django.utils import timezone

from chatsite.doctor.questions import Answer, Question, add, ok, warning
from notifications.channels import vapid
from notifications.models import Notice
from notifications.services import heartbeat, mailing, pausing


def workers() -> Answer:
    seen = heartbeat.last_seen()
    if seen is None or timezone.now() - seen > heartbeat.MISSING:
        when = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "yet"
        return warning(f"No worker works {when}: no mails leave, and nothing is cleaned up.", "Start bin/run worker.")
    return ok("A worker works.")


def paused() -> Answer:
    since = pausing.paused_at()
    if since is None:
        return ok("Notifications are sent.")
    return warning(
        f"Notifications are paused since {since:%Y-%m-%d %H:%M} UTC, after a restore: nobody is told of anything.",
        "If this is the only copy that serves: manage.py notifications resume",
    )


def given_up() -> Answer:
    count = Notice.objects.filter(state=Notice.State.FAILED).count()
    if not count:
        return ok("No notice was given up.")
    return warning(
        f"Notices that were given up, so that people were not told: {count}.", "Send them again in the admin."
    )


def mails() -> Answer:
    state = mailing.outcome()
    if state == "ok":
        return ok("No worker had trouble with the mail server.")
    return warning(f"To the workers the mail server is {state}.", "See what this doctor says of mail.")


def push_key() -> Answer | None:
    try:
        key = vapid.public_key()
    except (OSError, ValueError):
        # A check of the settings says what is wrong with its file.
        return None
    if key:
        return ok("There is a key for pushes to browsers.")
    return warning("There is no key for pushes to browsers.", f"Copy {settings.PUSH_KEY_FILE} from where prepare ran.")


def register() -> None:
    add(
        Question("worker", workers, needs_database=True),
        Question("notifications", paused, quick=True, needs_database=True),
        Question("notices", given_up, quick=True, needs_database=True),
        Question("mails", mails, needs_database=True),
        Question("pushes", push_key, quick=True),
    )
