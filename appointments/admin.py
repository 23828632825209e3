"""Appointments for administrators: created, moved, given to another doctor, concluded, cancelled; never deleted."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.names import asked_names
from accounts.requests import require_person
from appointments import requested, services
from appointments.models import Appointment
from chatsite.http.errors import Refusal


class AppointmentForm(forms.ModelForm):
    """Checks with the services before saving; the admin's transaction keeps the slot free in between."""

    instance: Appointment

    link = forms.URLField(
        label=_("Video link"), max_length=500, required=False, assume_scheme="https", widget=AdminURLFieldWidget
    )

    def validate_unique(self) -> None:
        """The last step of validation, when the instance has all that was entered."""
        super().validate_unique()
        if self.errors:
            return
        try:
            services.check_people(self.instance)
            services.check_slot(self.instance)
        except Refusal as refusal:
            self.add_error(None, refusal.message)


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):
    form = AppointmentForm
    fields = ["doctor", "patient", "starts_at", "duration_minutes", "place", "link", "reason", "status"]
    autocomplete_fields = ["doctor", "patient"]
    list_display = ["starts_at", "duration_minutes", "doctor", "patient", "status"]
    list_filter = ["status"]
    list_select_related = ()
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-starts_at", "-pk"]
    search_fields = ["=pk", "doctor__search_name", "doctor__email", "patient__search_name", "patient__email"]
    search_help_text = _("A name, an e-mail address, or the number of an appointment.")
    actions = ["cancel", "confirm", "decline", "mark_done", "mark_missed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        # Two more queries, but no join: MariaDB would sort the whole table after one.
        return super().get_queryset(request).prefetch_related("doctor", "patient")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Appointment], search_term: str
    ) -> tuple[QuerySet[Appointment], bool]:
        return super().get_search_results(request, queryset, " ".join(asked_names(search_term)))

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> list[str]:
        return ["status", "patient"] if obj else ["status"]

    def has_change_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        """An appointment that has begun or was cancelled is a record; the actions of the list still set its outcome."""
        open_ = obj is None or (obj.is_planned and not obj.has_begun)
        return open_ and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        save = services.reschedule if change else services.schedule
        save(require_person(request), appointment=obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and "_cancel" in request.POST:
            appointment = self.get_object(request, object_id)
            if appointment and self.has_change_permission(request, appointment):
                self._close(request, [appointment], services.cancel)
                return redirect("admin:appointments_appointment_change", appointment.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.action(description=_("Cancel the selected appointments"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        self._close(request, queryset, services.cancel)

    @admin.action(description=_("Confirm the selected requests"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        self._close(request, queryset, requested.confirm)

    @admin.action(description=_("Decline the selected requests"), permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        self._close(request, queryset, requested.decline)

    @admin.action(description=_("The selected appointments took place"), permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        self._close(request, queryset, services.conclude, status=Appointment.Status.DONE)

    @admin.action(description=_("The patients of the selected appointments did not come"), permissions=["change"])
    def mark_missed(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        self._close(request, queryset, services.conclude, status=Appointment.Status.MISSED)

    def _close(
        self,
        request: HttpRequest,
        appointments: Iterable[Appointment],
        service: Callable[..., Appointment],
        **outcome: str,
    ) -> None:
        person, changed = require_person(request), 0
        for appointment in appointments:
            try:
                service(person, appointment=appointment, **outcome)
            except Refusal as refusal:
                self.message_user(request, f"{appointment}: {refusal.message}", messages.ERROR)
            else:
                self.log_change(request, appointment, [{"changed": {"fields": ["status"]}}])
                changed += 1
        if changed:
            done = ngettext("%(count)d appointment changed.", "%(count)d appointments changed.", changed)
            self.message_user(request, done % {"count": changed}, messages.SUCCESS)
