"""The admin site shows the clinic's name. Every change there leaves an entry, those by actions and buttons too."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatsite.database.locking import retry_on_conflict

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

admin.site.site_header = admin.site.site_title = settings.CLINIC_NAME
admin.site.index_title = _("Administration")
# It would lead back here.
admin.site.site_url = None


@retry_on_conflict
@transaction.atomic
def noted(request: HttpRequest, done: "_StrOrPromise", change: Callable[[], Sequence[Model]]) -> int:
    """Make a change, and leave an entry that says what was `done` with each row it returns; return their number."""
    changed = change()
    if changed:
        LogEntry.objects.log_actions(str(request.user.pk), changed, CHANGE, str(done))
    return len(changed)
