"""People in the Django admin: made by invitation, closed instead of deleted."""

import logging

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import Group, UserAdmin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_forms import InvitationForm, PersonForm, SetPasswordForm
from accounts.models import User
from accounts.services import mails, people

logger = logging.getLogger("accounts")

# One way to sign in and to change one's password, with one lock-out; no second place for addresses or permissions.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.password_change = lambda request, extra_context=None: redirect("account_change_password")
admin.site.unregister([Group, EmailAddress])


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    add_form = InvitationForm
    change_password_form = SetPasswordForm
    list_display = ["name", "email", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["-pk"]
    filter_horizontal = []
    show_full_result_count = False
    list_per_page = 50
    readonly_fields = ["last_login", "date_joined"]
    actions = ["activate", "deactivate", "invite_again"]
    fieldsets = [
        (None, {"fields": ["email", "role", "is_active", "password"]}),
        (_("Person"), {"fields": ["title", "first_name", "last_name", "specialty", "birth_date"]}),
        (_("Preferences"), {"fields": ["language", "time_zone"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "description": _("The person receives an e-mail with a link to choose a password."),
                "fields": ["email", "role", "title", "first_name", "last_name"],
            },
        ),
        (_("More"), {"fields": ["specialty", "birth_date", "language", "time_zone"]}),
    ]

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, person):
        return person.display_name

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        """Nobody locks themselves out."""
        own = ["role", "is_active"] if obj == request.user else []
        return [*super().get_readonly_fields(request, obj), *own]

    def save_model(self, request, obj, form, change):
        if change:
            people.save_changes(obj, changed=form.changed_data)
        else:
            request.invited = people.add(obj)

    def add_view(self, request, form_url="", extra_context=None):
        response = super().add_view(request, form_url, extra_context)
        # Only now is the person committed.
        if invited := getattr(request, "invited", None):
            self._invite(request, [invited])
        return response

    def response_add(self, request, obj, post_url_continue=None):
        """Back to the list, like any other form: there is no second page to fill in."""
        return admin.ModelAdmin.response_add(self, request, obj, post_url_continue)

    @admin.action(description=_("Activate"))
    def activate(self, request, queryset):
        count = people.activate(queryset)
        self.message_user(request, ngettext("%d account is open.", "%d accounts are open.", count) % count)

    @admin.action(description=_("Deactivate, and sign out everywhere"))
    def deactivate(self, request, queryset):
        count = people.deactivate(queryset.exclude(pk=request.user.pk))
        self.message_user(request, ngettext("%d account is closed.", "%d accounts are closed.", count) % count)

    @admin.action(description=_("Send the invitation again (to those who never signed in)"))
    def invite_again(self, request, queryset):
        self._invite(request, queryset.filter(is_active=True, last_login=None))

    def _invite(self, request, invited):
        sent = 0
        for person in invited:
            try:
                mails.send_password_link(person, template="invitation")
                sent += 1
            except mails.NOT_SENT:
                logger.exception("the invitation of user %s was not sent", person.pk)
                text = _("The invitation to %(email)s could not be sent. Send it again from the list.")
                self.message_user(request, text % {"email": person.email}, messages.ERROR)
        if sent or not invited:
            self.message_user(request, ngettext("%d invitation was sent.", "%d invitations were sent.", sent) % sent)
