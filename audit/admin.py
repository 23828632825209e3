"""The search of those who protect the data, and its export. Each is a row itself."""

import csv
from datetime import timedelta
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import trail
from audit.actions import Action
from audit.entry import COLUMNS
from audit.models import AuditRow
from audit.rights import may_search
from audit.searching import Line, lines, search

SHOWN, EXPORTED = 200, 20_000
_DAYS = timedelta(days=30)
# What a spreadsheet would compute.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class SearchForm(forms.Form):
    person = forms.CharField(label=_("Person: name, e-mail address or number"), required=False, max_length=200)
    chat = forms.IntegerField(label=_("Conversation: its number"), required=False, min_value=1, max_value=2**63 - 1)
    action = forms.ChoiceField(label=_("Action"), required=False, choices=[("", _("All")), *Action.choices])
    first = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


@admin.register(AuditRow)
class AuditRowAdmin(admin.ModelAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_search(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_search(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not may_search(request.user):
            raise PermissionDenied
        today = timezone.localdate()
        days = {"first": (today - _DAYS).isoformat(), "last": today.isoformat()}
        form = SearchForm({**days, **request.GET.dict()})
        rows = search(**form.cleaned_data) if form.is_valid() else AuditRow.objects.none()
        if form.is_valid() and "export" in request.GET:
            return _export(list(rows[: EXPORTED + 1]))
        found = list(lines(rows[: SHOWN + 1]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Audit"),
            "opts": self.opts,
            "form": form,
            "lines": found[:SHOWN],
            "has_more": len(found) > SHOWN,
            "most": EXPORTED,
        }
        return render(request, "admin/audit/auditrow/change_list.html", context)


def _export(rows: list[AuditRow]) -> HttpResponse:
    """Noted before it leaves. Whoever opens the file later sees by its name that not all fitted."""
    name = "audit.csv" if len(rows) <= EXPORTED else f"audit-newest-{EXPORTED}-rows.csv"
    rows = rows[:EXPORTED]
    trail.record_now(Action.AUDIT_EXPORT, count=len(rows))
    # Spreadsheets read names with accents wrongly without a mark of UTF-8.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(["id", "time", "name", *COLUMNS[1:], "digest"])
    pages = iter(lines(rows))
    while page := list(islice(pages, 1_000)):
        writer.writerows(_cells(line) for line in page)
    return response


def _cells(line: Line) -> list[Any]:
    row = line.row
    moment = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    cells = [row.pk, moment, line.name, *(getattr(row, column) for column in COLUMNS[1:]), row.digest]
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells]
