"""People in the Django admin: created by invitation, closed instead of deleted."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 - registers Group before it is unregistered here
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import admin_acts as acts
from accounts import admin_rights  # noqa: F401 - registers its pages
from accounts.admin_forms import InvitationForm, PersonForm
from accounts.models import Role, SignIn, User
from accounts.names import asked_names
from accounts.reauthentication import asks_again_for_changes
from accounts.requests import require_person
from accounts.services import factor_resets, lock_outs, people, second_factor
from accounts.services.account_changes import waiting_address
from chatsite.dates import in_full


def _change_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return redirect("account_change_password")


# One way to sign in and to change one's password, with one lock-out; no second place for addresses or permissions.
# The two ignores: the site is Django's own object, and only its methods are replaced.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = _change_password  # type: ignore[assignment,method-assign]
admin.site.unregister([Group, EmailAddress, Authenticator])


class _AddRequest(HttpRequest):
    """A request of `add_view`, with the person whom it added."""

    invited: User


@admin.register(User)
@asks_again_for_changes
class PersonAdmin(admin.ModelAdmin):
    """Nobody chooses a password for another, or learns one: people choose theirs through the links of mails."""

    form = PersonForm
    list_display = ["name", "email", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "search_name"]
    ordering = ["-pk"]
    show_full_result_count = False
    list_per_page = 50
    readonly_fields = ["last_login", "date_joined", "address_change", "factor_reset", "open_sign_ins", "lock_outs"]
    actions = [acts.activate, acts.deactivate, acts.sign_out, acts.end_password, acts.invite_again]
    # What the page of a person has buttons for, by their names.
    buttons: ClassVar[dict[str, acts.Act]] = {
        "_sign_out": acts.sign_out,
        "_end_password": acts.end_password,
        "_keep_address": acts.keep_address,
        "_ask_for_reset": acts.ask_for_reset,
        "_agree_to_reset": acts.agree_to_reset,
        "_keep_factor": acts.keep_factor,
    }
    # Lines that other apps add to the page of a person, each a function of the person (`admin.display`).
    facts: ClassVar[list[Callable[[User], object]]] = []
    fieldsets = [
        (None, {"fields": ["email", "role", "is_active"]}),
        (_("Person"), {"fields": ["title", "first_name", "last_name", "specialty", "birth_date", "phone"]}),
        (_("Preferences"), {"fields": ["language", "time_zone"]}),
        (_("Signing in"), {"fields": ["last_login", "factor_reset", "open_sign_ins", "lock_outs", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "description": _("The person receives an e-mail with a link to choose a password."),
                "fields": ["email", "role", "title", "first_name", "last_name"],
            },
        ),
        (_("More"), {"fields": ["specialty", "birth_date", "phone", "language", "time_zone"]}),
    ]

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, person: User) -> str:
        return person.display_name

    @admin.display(description=_("New e-mail address"))
    def address_change(self, person: User) -> str:
        if (change := waiting_address(person)) is None:
            return ""
        text = _("%(address)s, from %(due)s on, or once the former address agrees.")
        return text % {"address": change.new_email, "due": in_full(change.due_at)}

    @admin.display(description=_("Second factor"))
    def factor_reset(self, person: User) -> str:
        if (change := factor_resets.waiting(person)) is None:
            return ", ".join(str(SignIn.Factor(name).label) for name in second_factor.methods_of(person)) or "-"
        text = _("To be removed: asked by %(admin)s, due %(due)s, or at once when another administrator agrees.")
        return text % {"admin": change.asked_by.display_name, "due": in_full(change.due_at)}

    @admin.display(description=_("Signed-in devices"))
    def open_sign_ins(self, person: User) -> int:
        return SignIn.objects.for_user(person).not_ended().count()

    @admin.display(description=_("Locked after too many tries"))
    def lock_outs(self, person: User) -> str:
        """When, and until when: from one place, or from all that never signed in. Known devices are counted apart."""
        spans = [(in_full(one.began_at), in_full(one.until)) for one in lock_outs.of_person(person)]
        return format_html_join(mark_safe("<br>"), "{} – {}", spans) or "-"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        return super().get_search_results(request, queryset, " ".join(asked_names(search_term)))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No filter by what the page does not show: it would tell a hash letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {"form": InvitationForm, **kwargs}))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        waiting = [(_("Change of address"), {"fields": ["address_change"]})] if waiting_address(obj) else []
        use = [(_("Use"), {"fields": self.facts})] if self.facts else []
        return [*waiting, *self.fieldsets, *use]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        """Nobody locks themselves out."""
        own = ["role", "is_active"] if obj == request.user else []
        return [*super().get_readonly_fields(request, obj), *own, *self.facts]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            people.save_changes(require_person(request), user=obj, changed=form.changed_data)
            if "email" in form.changed_data and waiting_address(obj):
                text = _("The former address is asked. The new one is used once it agrees, or after 72 hours.")
                self.message_user(request, text, messages.WARNING)
        else:
            cast(_AddRequest, request).invited = people.add(require_person(request), user=obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().add_view(request, form_url, extra_context)
        # Only after the commit: a sent mail cannot be rolled back.
        if invited := getattr(request, "invited", None):
            acts.invite(self, request, [invited])
            if invited.role == Role.ADMIN:
                place = f"{reverse('admin:accounts_staffright_add')}?user={invited.pk}"
                text = _("An administrator can do nothing before they have a right.")
                link = format_html('{} <a href="{}">{}</a>', text, place, _("Give a right"))
                self.message_user(request, link, messages.WARNING)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        pressed = [act for name, act in self.buttons.items() if request.method == "POST" and name in request.POST]
        person = self.get_object(request, object_id)
        if not pressed or not self.has_change_permission(request):
            factor = {}
            if person:
                factor = {
                    "has_factor": bool(second_factor.methods_of(person)), "factor_reset": factor_resets.waiting(person),
                }  # fmt: skip
            return super().change_view(request, object_id, form_url, {**(extra_context or {}), **factor})
        if person:
            pressed[0](self, request, User.objects.filter(pk=person.pk))
        return redirect("admin:accounts_user_change", object_id)
