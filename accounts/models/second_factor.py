"""What allauth's `mfa_authenticator` has no column for."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class Totp(models.Model):
    """The app of a person that shows codes: one each, on every database, and the last code that was used."""

    authenticator = models.OneToOneField("mfa.Authenticator", models.CASCADE, primary_key=True, related_name="+")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The half minute of that code. Only later ones are right, so each code is right once.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        db_table = "totps"

    def __str__(self) -> str:
        return f"{self.pk}"


class SecondStep(models.Model):
    """Somebody gave the right password and now has to give a factor. The row goes when they do."""

    key = models.CharField(max_length=32, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "second_steps"

    def __str__(self) -> str:
        return self.key[:4]


class UnlockQuestion(models.Model):
    """What a locked sign-in asked a passkey last. The row goes with the first answer."""

    sign_in = models.OneToOneField("SignIn", models.CASCADE, primary_key=True, related_name="+")
    challenge = models.CharField(max_length=64, db_default="")
    asked_at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True)

    class Meta:
        db_table = "unlock_questions"

    def __str__(self) -> str:
        return f"{self.pk}"


class TrustedBrowser(models.Model):
    """A browser in which a person gave a second factor, and is not asked for one until the trust ends."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Of the token in its cookie.
    digest = models.CharField(max_length=64, unique=True)
    # The trust ends with the password and the role.
    credentials_digest = models.CharField(max_length=64)
    device_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "trusted_browsers"

    def __str__(self) -> str:
        return f"{self.pk}"
