"""What administrators do to people: in the list to those who are chosen, by a button on the page of one."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import AccountChange, User
from accounts.requests import require_person
from accounts.services import account_changes, factor_resets, mails, people, second_factor
from chatsite import limiter
from chatsite.admin import noted
from chatsite.dates import in_full
from chatsite.http.errors import TooManyAttempts

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# By the page of people, a request, and the people whom it is about.
Act = Callable[[admin.ModelAdmin, HttpRequest, QuerySet[User]], None]


@admin.action(description=_("Activate"), permissions=["change"])
def activate(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    count = noted(request, _("Activated."), lambda: people.activate(queryset))
    page.message_user(request, ngettext("%d account is open.", "%d accounts are open.", count) % count)


@admin.action(description=_("Deactivate, and sign out everywhere"), permissions=["change"])
def deactivate(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    others = queryset.exclude(pk=require_person(request).pk)
    count = noted(request, _("Deactivated, and signed out everywhere."), lambda: people.deactivate(others))
    page.message_user(request, ngettext("%d account is closed.", "%d accounts are closed.", count) % count)


@admin.action(description=_("Sign out everywhere"), permissions=["change"])
def sign_out(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    count = noted(request, _("Signed out everywhere."), lambda: people.sign_out(queryset))
    text = ngettext("%d person is signed out everywhere.", "%d people are signed out everywhere.", count)
    page.message_user(request, text % count)


@admin.action(description=_("End the password, and send a link to choose another"), permissions=["change"])
def end_password(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    others = queryset.filter(is_active=True).exclude(pk=require_person(request).pk)
    waiting = set(AccountChange.objects.waiting_address().filter(user__in=others).values_list("user", flat=True))
    if waiting:
        why = _("Another e-mail address waits. A link is sent once it is used, or once the present one is kept.")
        page.message_user(request, why, messages.ERROR)
    due = [person for person in others if person.pk not in waiting]
    count = _send_links(page, request, _("Password ended, link sent."), due, people.end_password)
    if count:
        text = ngettext(
            "%d password no longer works. A link to choose another is on its way.",
            "%d passwords no longer work. Links to choose others are on their way.",
            count,
        )
        page.message_user(request, text % count)


def keep_address(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for person in queryset:
        account_changes.stop(person, by=require_person(request))


def ask_for_reset(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for person in queryset.exclude(pk=require_person(request).pk):
        if not second_factor.methods_of(person):
            continue
        if earlier := factor_resets.ask(require_person(request), user=person):
            text = _("The address, the role or the second factor was just changed, or is about to: wait until %s.")
            page.message_user(request, text % in_full(earlier.clears_at(AccountChange.Kind.FACTOR)), messages.ERROR)
            continue
        noted(request, _("Removal of the second factor asked for."), lambda: [person])  # noqa: B023 - called here
        text = _("The person was told. Another administrator may agree; else it is removed after 72 hours.")
        page.message_user(request, text, messages.WARNING)


def agree_to_reset(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for person in queryset:
        if factor_resets.consent(person, by=require_person(request)):
            continue
        if since := factor_resets.agrees_from(require_person(request)):
            text = _("Your account was made or changed by another administrator just now. You may agree from %s on.")
            page.message_user(request, text % in_full(since), messages.ERROR)
        else:
            text = _("It was not removed: it no longer waits, the person has it, or you asked for it yourself.")
            page.message_user(request, text, messages.ERROR)


def keep_factor(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    for person in queryset:
        factor_resets.stop(person, by=require_person(request))


@admin.action(description=_("Send the invitation again (to those who never signed in)"), permissions=["change"])
def invite_again(page: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[User]) -> None:
    invite(page, request, queryset.filter(is_active=True, last_login=None))


def invite(page: admin.ModelAdmin, request: HttpRequest, invited: Collection[User]) -> None:
    queued = _send_links(page, request, _("Invitation sent."), invited, mails.ask_for_invitation)
    if queued or not invited:
        text = ngettext(
            "%d invitation is on its way. If it does not arrive, send it again from the list.",
            "%d invitations are on their way. If one does not arrive, send it again from the list.",
            queued,
        )
        page.message_user(request, text % queued)


def _send_links(
    page: admin.ModelAdmin,
    request: HttpRequest,
    done: "_StrOrPromise",
    people: Collection[User],
    send: Callable[[User], list[User]],
) -> int:
    """Nobody's mailbox is filled: return to how many a link was sent, and say of whom that was too often."""
    queued, often = 0, 0
    for person in people:
        try:
            limiter.count(limiter.invitations(person.email))
        except TooManyAttempts:
            often += 1
            continue
        queued += noted(request, done, partial(send, person))
    if often:
        text = ngettext(
            "%d person was sent five links within an hour. Wait an hour, then try again.",
            "%d people were sent five links within an hour. Wait an hour, then try again.",
            often,
        )
        page.message_user(request, text % often, messages.ERROR)
    return queued
