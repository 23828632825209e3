from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, now: datetime) -> Self:
        """Those to send now: new ones, those to try again, and those that a worker claimed and never finished."""
        return self.filter(state=Notice.State.WAITING, next_try_at__lte=now)


class Notice(models.Model):
    """One thing to tell one person through one channel, once. It has ids and times, and never a text or a secret.

    A claim moves `next_try_at` ahead. So the claim of a worker that was killed becomes due again by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        # Not needed any more: read meanwhile, not wanted, an account that was closed.
        SKIPPED = "skipped", _("No longer needed")
        FAILED = "failed", _("Given up")

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-mail")
        PUSH = "push", _("Notification")
        SMS = "sms", _("Text message")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("person")
    )
    # What it is about: "chat:17", "appointment:17", "account:password", "reset".
    subject = models.CharField(_("about"), max_length=40)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    # Minutes on the ladder, or before an appointment; 0 for what is sent at once.
    step = models.PositiveIntegerField(_("minutes"), default=0)
    # Which occasion: the message with which an episode begins, the newest message of a push, the version of an
    # appointment or, for a reminder, the second at which it begins, the request for a link.
    up_to = models.BigIntegerField()
    # Of a push: the devices that are left, where others were told before; null for all of the person.
    devices = models.JSONField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    claimed_by = models.CharField(max_length=32, default="", blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    # The kind of the last error, without what a server answered: that has addresses.
    error = models.CharField(_("error"), max_length=100, default="", blank=True)
    created_at = models.DateTimeField(_("planned"), default=timezone.now)
    # When it was sent, skipped or given up. Notices that left in one mail have the same moment.
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        db_table = "notices"
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["user", "subject", "channel", "step", "up_to"], name="notices_each_once")
        ]
        indexes = [
            models.Index(fields=["state", "channel", "next_try_at"], name="notices_due"),
            models.Index(fields=["user", "state", "done_at"], name="notices_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def is_for(self, device_id: int) -> bool:
        return self.devices is None or device_id in self.devices

    @property
    def kind(self) -> str:
        """What its subject is: "chat" of "chat:17"."""
        return self.subject.partition(":")[0]

    @property
    def number(self) -> int:
        """The id in its subject: 17 of "chat:17"."""
        return int(self.subject.partition(":")[2])
