"""allauth's forms where ours differ (one e-mail address per person, a column of `users`), and the profile."""

from typing import Any, cast

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.http import base36_to_int
from django.utils.translation import gettext_lazy as _

from accounts.choices import time_zones
from accounts.errors import WrongPassword
from accounts.lockout import address
from accounts.look import CHOICES
from accounts.models import User
from accounts.models.look import TextSize, Theme
from accounts.passkey_field import PasskeyField
from accounts.services import mails, people
from accounts.services.credentials import confirm_password
from accounts.services.sign_ins import SHARED_KEY
from accounts.signals import proof_refused
from chatsite import limiter
from chatsite.files.images import offered_extensions
from chatsite.http.errors import FileRefused, FileUnavailable, Refusal, TooManyRequests
from chatsite.http.limits import max_megabytes


class BoundedPasswords(forms.BaseForm):
    """Refuses what no password is before it is hashed. No `maxlength`, by which a browser cuts without a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.PasswordInput):
                field.validators.append(MaxLengthValidator(settings.PASSWORD_MOST))


class LoginForm(BoundedPasswords, allauth.LoginForm):
    is_shared = forms.BooleanField(required=False)

    def clean_login(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["login"])

    def clean_is_shared(self) -> bool:
        is_shared: bool = self.cleaned_data["is_shared"]
        # allauth's own question is the opposite one.
        self.cleaned_data["remember"] = not is_shared
        return is_shared

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        request.session[SHARED_KEY] = self.cleaned_data["is_shared"]
        return super().login(request, redirect_url)


class UnlockForm(BoundedPasswords, forms.Form):
    """The password, or what a passkey answered."""

    password = forms.CharField(widget=forms.PasswordInput, strip=False, required=False)
    credential = PasskeyField(required=False)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("password", self.fields["password"].error_messages["required"])
        return self.cleaned_data


class ResetPasswordKeyForm(BoundedPasswords, allauth.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(allauth.ResetPasswordForm):
    """Nothing here looks the person up: how long an answer takes must not reveal who has an account."""

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Have the link sent; raises TooManyAttempts."""
        email = self.cleaned_data["email"]
        limiter.count(*limiter.resets(email, address(request)))
        mails.ask_for_reset(email)
        return email


class ChangePasswordForm(BoundedPasswords, allauth.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        return _confirmed(self.user, self.cleaned_data["oldpassword"], error="enter_current_password")


class ReauthenticateForm(BoundedPasswords, allauth.ReauthenticateForm):
    def clean_password(self) -> str:
        return _confirmed(self.user, self.cleaned_data["password"], error="incorrect_password")


def _confirmed(user: User, password: str, *, error: str) -> str:
    """The password, if it is the present one of this person. Raises TooManyAttempts or PasswordsBusy."""
    try:
        confirm_password(user, password=password)
    except WrongPassword as refusal:
        proof_refused.send_robust(User, user_id=user.pk)
        raise get_adapter().validation_error(error) from refusal
    return password


class UserTokenForm(allauth.UserTokenForm):
    """The link of a mail: it does not work for an account that was closed since."""

    def _get_user(self, uidb36: str) -> User | None:
        try:
            return User.objects.filter(pk=base36_to_int(uidb36), is_active=True).first()
        except ValueError:
            return None


class ProfileForm(forms.ModelForm):
    """What people change about themselves. Only doctors have a title; admins set roles and e-mail addresses."""

    instance: User
    # Why the picture was not taken, where the same may be sent again.
    refusal: Refusal | None = None

    time_zone = forms.ChoiceField(label=_("Time zone"))
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme.choices, required=False)
    text_size = forms.ChoiceField(label=_("Text size"), choices=TextSize.choices, required=False)
    locks_when_idle = forms.BooleanField(label=_("Lock my conversations when I do not use them"), required=False)
    shows_presence = forms.BooleanField(label=_("Show the people I write with when I am online"), required=False)
    picture = forms.FileField(label=_("Picture"), required=False)
    remove_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    class Meta:
        model = User
        fields = [
            "title", "first_name", "last_name", "phone", "language", "time_zone", "theme", "text_size",
            "shows_presence", "locks_when_idle",
        ]  # fmt: skip

    refusals = {
        "file_empty": _("The file is empty. Choose another one."),
        "file_type_refused": _("Choose a JPEG, PNG, GIF, WebP or HEIC picture."),
        "file_too_large": _("The picture is too large: {megabytes} MB at most."),
        "image_too_large": _("The picture has too many pixels. Make it smaller and choose it again."),
        "image_side_too_long": _("The picture is too long. Cut it and choose the part."),
        "animation_too_long": _("The animation is too long. Choose a picture that does not move."),
        "animation_too_large": _("The animation is too large. Choose a picture that does not move."),
        "heic_unsupported": _(
            "This photo is in HEIC, which cannot be opened here. Choose a JPEG picture, or a screen capture of it."
        ),
        "file_infected": _("The virus scanner found something harmful in this file. Choose another one."),
    }

    @property
    def max_megabytes(self) -> int:
        return max_megabytes()

    @property
    def max_bytes(self) -> int:
        return settings.CHAT_MAX_FILE_BYTES

    @property
    def picture_types(self) -> str:
        return ",".join(f".{extension}" for extension in offered_extensions())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = time_zones(self.instance.time_zone)
        if not self.instance.is_doctor:
            del self.fields["title"]
        if not self.instance.is_patient:
            del self.fields["locks_when_idle"]
        self.fields["first_name"].required = self.fields["last_name"].required = True

    def keep(self) -> bool:
        """Save what changed; False, with an error on the form, when the picture was refused."""
        changed = set(self.changed_data) & set(self.fields) & set(self.Meta.fields)
        # A form without these fields changes nothing about them.
        changed -= {name for name in CHOICES if not self.cleaned_data[name]}
        changed -= {"phone"} - set(self.data)
        try:
            people.save_profile(
                self.instance,
                changed=changed,
                picture=self.cleaned_data["picture"],
                remove_picture=self.cleaned_data["remove_picture"],
            )
        except FileRefused as refusal:
            damaged = _("The picture is damaged. Open it on your device, save it again and choose the copy.")
            sentence = self.refusals.get(refusal.code, damaged)
            self.add_error("picture", sentence.format(megabytes=self.max_megabytes))
        except TooManyRequests as refusal:
            self.refusal = refusal
            self.add_error("picture", _("Too many pictures in a short time. Try again in a minute."))
        except FileUnavailable as refusal:
            self.refusal = refusal
            self.add_error("picture", _("The picture could not be stored. Try again in a moment."))
        return self.is_valid()
