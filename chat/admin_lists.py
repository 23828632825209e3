"""Lists of the admin that are read-only, and stay fast with millions of rows: no count, no text, newest first."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import asked_names
from accounts.requests import require_person
from audit import trail
from audit.actions import Action
from chat.input import MAX_ID
from chat.models import Chat

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# A search that finds more people than this needs better words, not a longer list.
MOST_PEOPLE = 50
LAST_PAGE = 200


class UncountedPaginator(Paginator):
    """Finds out whether a page follows the requested one, without counting a million rows."""

    object_list: QuerySet[Any]

    def __init__(self, *args: Any, page: int) -> None:
        super().__init__(*args)
        self.page_asked_for = min(page, LAST_PAGE)
        self.start = (self.page_asked_for - 1) * self.per_page

    @cached_property
    def ids(self) -> list[int]:
        """The ids of the requested page, and of one row of the next."""
        one_more = self.page_asked_for < LAST_PAGE
        return list(self.object_list.values_list("pk", flat=True)[self.start : self.start + self.per_page + one_more])

    @cached_property
    def count(self) -> int:
        return self.start + len(self.ids)


class IdsFirst(ChangeList):
    """Reads the ids of a page, then its rows: in one query with the people, MariaDB would sort a million rows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = self.root_queryset.filter(pk__in=self.paginator.ids[: self.list_per_page])
        self.result_list = self.apply_select_related(rows).order_by("-pk")
        # Without a search or a filter it is the list of all, which is about nobody.
        if self.query or self.get_filters_params():
            for chat_id in sorted({_conversation_of(row) for row in self.result_list}):
                _note_look(chat_id)


def _conversation_of(row: Model) -> int:
    return row.pk if isinstance(row, Chat) else row.chat_id  # type: ignore[attr-defined]


def _note_look(chat_id: int) -> None:
    trail.record(Action.ADMIN_VIEW, chat=chat_id, detail="conversation")


class MetadataAdmin(admin.ModelAdmin):
    """A read-only list that stays fast with millions of rows: newest first, no count, no other order."""

    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-pk"]
    # Django shows the search box only if this is not empty; `get_search_results` does the search.
    search_fields = ["pk"]
    search_help_text = _("A number (conversation, message, person), a name or an e-mail address.")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        fields: list[Any] = list(self.fields or [])
        if require_person(request).has_perm("accounts.view_user"):
            return fields
        return [_LEADS_TO_PEOPLE.get(field, field) for field in fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow filters by conversation alone; Django's default allows every column, even the text."""
        return lookup == "chat__id__exact"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return IdsFirst

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> UncountedPaginator:
        asked = request.GET.get("p", "1")
        page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
        return UncountedPaginator(queryset, per_page, orphans, allow_empty_first_page, page=max(page, 1))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Take a number as an id; look up words among the people only, never in the large tables."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isascii() and term.isdecimal():
            number = int(term) if len(term) < 20 else 0
            return self.with_number(queryset, number if number <= MAX_ID else 0), False
        return self.with_people(queryset, find_people(term)), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Note of which conversation it is: its two people may see who looked."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            _note_look(_conversation_of(found))
        return found

    @staticmethod
    def with_number(queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        """The rows with this id of their own, of a conversation or of a person."""
        raise NotImplementedError

    @staticmethod
    def with_people(queryset: QuerySet[Any], people: list[int]) -> QuerySet[Any]:
        """The rows of these people."""
        raise NotImplementedError


def find_people(term: str) -> list[int]:
    """The ids of people with every word of the term in their names or e-mail address."""
    people = User.objects.all()
    for word in asked_names(term):
        people = people.filter(Q(email__icontains=word) | Q(search_name__contains=word))
    return list(people.order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])


def column(label: "_StrOrPromise", name: str, *, boolean: bool | None = None) -> Callable[[Any], Any]:
    """A column or line of a page: one attribute of the row, with a label for people."""

    @admin.display(description=label, boolean=boolean)
    def value(row: Model) -> Any:
        found = getattr(row, name)
        if isinstance(found, datetime):
            return date_format(localtime(found), "SHORT_DATETIME_FORMAT")
        return "-" if found is None else found() if callable(found) else found

    return value


# Lines that lead to people, and the same for whoever may not see their pages.
_LEADS_TO_PEOPLE: dict[Callable[[Any], Any], Callable[[Any], Any]] = {}


def link(label: "_StrOrPromise", name: str, target: str) -> Callable[[Any], SafeString]:
    """A line with a link to the page of another object, by the id in `name`."""

    @admin.display(description=label)
    def value(row: Model) -> SafeString:
        pk = getattr(row, f"{name}_id")
        words = pk if name == "chat" else getattr(row, name)
        return format_html('<a href="{}">{}</a>', reverse(f"admin:{target}_change", args=[pk]), words)

    if target == "accounts_user":
        _LEADS_TO_PEOPLE[value] = column(label, name)
    return value
