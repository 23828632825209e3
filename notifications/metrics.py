"""Metrics of the workers: counters of this process, and gauges that any process sets from the database."""

from prometheus_client import Counter, Gauge

MAILS_SENT = Counter("chat_mails_sent", "Mails that a mail server accepted.")
MAIL_TRIES_FAILED = Counter("chat_mail_tries_failed", "Tries to send a mail that failed.")
MAILS_FAILED = Counter("chat_mails_failed", "Mails given up: the admin lists them.")
SMS_SENT = Counter("chat_sms_sent", "Text messages that the provider accepted.")
SMS_TRIES_FAILED = Counter("chat_sms_tries_failed", "Tries to send a text message that failed.")
SMS_FAILED = Counter("chat_sms_failed", "Text messages given up: the admin lists them.")
PUSHES_SENT = Counter("chat_pushes_sent", "Pushes that the service of a device accepted.")
PUSH_TRIES_FAILED = Counter(
    "chat_push_tries_failed",
    "Tries to send a push that failed, by device and what is wrong.",
    ["device", "kind"],
)
PUSHES_FAILED = Counter("chat_pushes_failed", "Notices to devices given up: the admin lists them.")
DEVICES_GONE = Counter("chat_push_devices_gone", "Devices deleted because their service knows them no more.")
TURNS_FAILED = Counter("chat_worker_turns_failed", "Turns of a worker, or chores, that an error broke off.")

WORKER_AGE = Gauge("chat_worker_age_seconds", "Seconds since any worker was last seen; infinite where none ever was.")
NOTICES_WAITING = Gauge("chat_notices_waiting", "Notices that wait to be sent, now or later.", ["channel"])
NOTICES_DUE = Gauge("chat_notices_due", "Notices that are due, and not sent yet.")
NOTICES_LATE = Gauge("chat_notices_late_seconds", "For how long the one of them that waits longest has been due.")
NOTICES_FAILED = Gauge("chat_notices_failed", "Notices given up, until they are sent again or deleted.")
CHORE_AGE = Gauge("chat_chore_age_seconds", "Seconds since a chore was last done; infinite: never.", ["chore"])
WRONG_CHATS = Gauge("chat_wrong_chats", "Chats that differ from their messages, of those compared last night.")
