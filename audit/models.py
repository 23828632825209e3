"""The trail and its ends. No foreign keys: a row outlives what it is about, and costs no look-up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditRow(models.Model):
    """One act. Triggers refuse to change or delete it; its digest includes that of the row before it."""

    # Milliseconds since 1970.
    at = models.BigIntegerField(_("time"))
    actor = models.BigIntegerField(_("person"), null=True)
    role = models.CharField(_("role"), max_length=10)
    sign_in = models.BigIntegerField(_("sign-in"), null=True)
    action = models.CharField(_("action"), max_length=20)
    chat = models.BigIntegerField(_("conversation"), null=True)
    # Whom or what it concerns besides: a person, a file, an object of the admin, as `detail` says.
    subject = models.BigIntegerField(_("number"), null=True)
    first = models.BigIntegerField(_("first message"), null=True)
    last = models.BigIntegerField(_("last message"), null=True)
    count = models.BigIntegerField(_("how many"))
    # A name from our code, never words that somebody wrote.
    detail = models.CharField(_("detail"), max_length=100)
    address = models.CharField(_("address"), max_length=45)
    request_id = models.CharField(_("request"), max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_log"
        verbose_name = _("entry of the audit")
        verbose_name_plural = _("audit")
        indexes = [
            models.Index(fields=["at"], name="audit_log_at"),
            models.Index(fields=["actor", "at"], name="audit_log_actor"),
            models.Index(fields=["chat", "at"], name="audit_log_chat"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Head(models.Model):
    """The last row, locked by whoever adds more; that of the head that was published last; and, by its month, the last
    one that was removed with a month."""

    NOW = "now"
    PUBLISHED = "published"

    name = models.CharField(max_length=10, primary_key=True)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_heads"

    def __str__(self) -> str:
        return f"{self.row} {self.digest}"
