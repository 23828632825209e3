"""The rights of administrators: each is given and taken by others who have it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, ForeignKey
from django.http import HttpRequest

from accounts.models import Right, Role, StaffRight, User
from accounts.reauthentication import asks_again_for_changes
from accounts.requests import require_person


@admin.register(StaffRight)
@asks_again_for_changes
class StaffRightAdmin(admin.ModelAdmin):
    """Whoever has a right sees who has which. Nobody changes their own, so nobody climbs, or locks themselves out."""

    fields = ["user", "right"]
    list_display = ["user", "right", "given_at"]
    list_filter = ["right"]
    list_select_related = ["user"]
    list_per_page = 50
    ordering = ["user__last_name", "user_id", "right"]
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(require_person(request).rights)

    def has_view_permission(self, request: HttpRequest, obj: StaffRight | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: StaffRight | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StaffRight | None = None) -> bool:
        person = require_person(request)
        if obj is None:
            return bool(person.rights)
        return obj.right in person.rights and obj.user_id != person.pk

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        others = User.objects.acting_as(Role.ADMIN).exclude(pk=require_person(request).pk)
        return super().formfield_for_foreignkey(db_field, request, queryset=others.order_by("last_name"), **kwargs)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # The choice alone: pages of people may be closed to whoever gives a right.
            field.widget = field.widget.widget
        return field

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        mine = require_person(request).rights
        choices = [("", "---------"), *((value, label) for value, label in Right.choices if value in mine)]
        return super().formfield_for_choice_field(db_field, request, choices=choices, **kwargs)
