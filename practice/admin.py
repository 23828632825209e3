"""The form of the settings. The row is never added or deleted, so its list leads to it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.reauthentication import asks_again_for_changes
from accounts.requests import require_person
from accounts.services.second_factor import methods_of
from practice import services
from practice.models import Practice


class PracticeForm(forms.ModelForm):
    administrator: User

    def clean_demands_second_factor(self) -> bool:
        """Whoever switches it on would otherwise be the first to be locked out."""
        demands: bool = self.cleaned_data["demands_second_factor"]
        if demands and "demands_second_factor" in self.changed_data and not methods_of(self.administrator):
            raise ValidationError(_("Set up a second factor for yourself first: Profile, Second factor."))
        return demands


@admin.register(Practice)
@asks_again_for_changes
class PracticeAdmin(admin.ModelAdmin):
    form = PracticeForm
    fieldsets = [
        (
            _("Mails about messages"),
            {
                "description": _(
                    "To people who have not read a message. A mail says how many, and nothing else. Text messages, "
                    "where they are sent, have the same name, hours and limit."
                ),
                "fields": [
                    "notification_name",
                    "patient_mail_minutes",
                    "doctor_mail_minutes",
                    "message_mails_a_day",
                    ("office_from", "office_to"),
                    ("quiet_from", "quiet_to"),
                ],
            },
        ),
        (
            _("Reminders of appointments"),
            {
                "description": _("A mail says when the appointment is, and nothing else of it."),
                "fields": ["patient_reminder_minutes", "doctor_reminder_minutes"],
            },
        ),
        (
            _("Appointments by patients"),
            {"fields": ["patients_may_request", ("patients_may_change", "change_until_hours")]},
        ),
        (_("Signing in"), {"fields": ["demands_second_factor", ("lock_minutes", "locks_apps")]}),
        (_("The list of conversations"), {"fields": ["not_reached_days", "not_seen_hours"]}),
    ]

    def get_form(self, request: HttpRequest, obj: Practice | None = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        # A class of this request.
        form.administrator = require_person(request)  # type: ignore[attr-defined]
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Practice | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect("admin:practice_practice_change", Practice.ONE)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Practice | None:
        """The row, or what holds while there is none."""
        found = super().get_object(request, object_id, from_field)
        return found or (Practice() if object_id == str(Practice.ONE) else None)

    def save_model(self, request: HttpRequest, obj: Practice, form: Any, change: bool) -> None:
        services.save(require_person(request), practice=obj, changed=form.changed_data)
