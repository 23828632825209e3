"""What could not be delivered, and what the chores found.

The lists have persons, kinds and times: no text and no link is stored with a notice.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chatsite.admin import noted
from notifications.models import ChoreTime, Notice
from notifications.services import claims


class StateFilter(admin.SimpleListFilter):
    """Those given up, unless another state is chosen: the list is for them."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Notice.State.choices if value != Notice.State.FAILED]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(state=self.value() or Notice.State.FAILED)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        default, *others = super().choices(changelist)
        return iter([{**default, "display": Notice.State.FAILED.label}, *others])


class _ReadOnly(admin.ModelAdmin):
    list_display_links = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ChoreTime)
class ChoreAdmin(_ReadOnly):
    list_display = ["name", "done_at", "result", "next_at"]

    @admin.display(description=_("result"))
    def result(self, chore: ChoreTime) -> str:
        return ", ".join(f"{name}: {count}" for name, count in (chore.found or {}).items())


@admin.register(Notice)
class NoticeAdmin(_ReadOnly):
    list_display = ["created_at", "user", "subject", "channel", "attempts", "error", "next_try_at", "done_at"]
    list_filter = [StateFilter]
    list_select_related = ["user"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]
    search_fields = ["user__email", "user__last_name"]
    actions = ["send_again"]

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        count = noted(request, _("To be sent again."), lambda: claims.send_again(queryset, timezone.now()))
        text = ngettext("%d notice will be sent again.", "%d notices will be sent again.", count)
        self.message_user(request, text % count)
