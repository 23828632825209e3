"""allauth's forms where ours differ: one address per person, which is the one on the person."""

from allauth.account import forms as allauth
from django.utils.http import base36_to_int

from accounts.models import User


class LoginForm(allauth.LoginForm):
    def clean_login(self):
        return User.objects.normalize_email(self.cleaned_data["login"])


class ResetPasswordForm(allauth.ResetPasswordForm):
    def clean_email(self):
        email = User.objects.normalize_email(self.cleaned_data["email"])
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email


class UserTokenForm(allauth.UserTokenForm):
    """The link of a mail: not for an account that was closed since."""

    def _get_user(self, uidb36):
        try:
            return User.objects.filter(pk=base36_to_int(uidb36), is_active=True).first()
        except ValueError:
            return None
