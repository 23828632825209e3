from django.db import models
from django.utils.translation import gettext_lazy as _


class ChoreTime(models.Model):
    """When a chore, such as the pruning, is done next, by whichever worker gets to it, and what the last one found."""

    name = models.CharField(_("chore"), max_length=40, primary_key=True)
    next_at = models.DateTimeField(_("next time"))
    done_at = models.DateTimeField(_("done"), null=True)
    # Counts by what was counted.
    found = models.JSONField(_("result"), null=True)

    class Meta:
        db_table = "chores"
        verbose_name = _("chore")
        verbose_name_plural = _("chores")

    def __str__(self) -> str:
        return self.name
