from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import LoweredEmailField
from accounts.models.look import TextSize, Theme
from accounts.models.staff_right import FIRST_RIGHTS, StaffRight
from accounts.names import folded_names
from accounts.phones import PhoneField


class Role(models.TextChoices):
    DOCTOR = "doctor", _("Doctor")
    PATIENT = "patient", _("Patient")
    ADMIN = "admin", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, role: str = Role.PATIENT, **names: Any) -> User:
        """Make a person who can sign in at once, on the pages and through the API.

        Without a password they first choose one through an invitation link.
        """
        if not email:
            raise ValueError("An e-mail address is required.")
        user = self.model(email=self.normalize_email(email), role=Role(role), **names)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))

    def create_superuser(self, email: str, password: str | None = None, **names: Any) -> User:
        names.pop("role", None)
        with transaction.atomic():
            user = self.create_user(email, password, Role.ADMIN, **names)
            StaffRight.objects.give(user, *FIRST_RIGHTS)
        return user

    def acting_as(self, role: str) -> models.QuerySet[User]:
        """The people for whom `acts_as` is true."""
        return self.filter(role=role, is_active=True)


def clinic_time_zone() -> str:
    return settings.TIME_ZONE


class User(AbstractBaseUser):
    """A doctor, a patient or an administrator. What administrators may do in the admin, their rights say."""

    SEARCH_NAME_LENGTH = 500

    email = LoweredEmailField(_("e-mail address"), unique=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.PATIENT)
    title = models.CharField(_("title"), max_length=20, blank=True, help_text=_("For example: Dr., Prof."))
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    # For searches, which would otherwise depend on the database.
    search_name = models.CharField(max_length=SEARCH_NAME_LENGTH, blank=True, editable=False, default="", db_default="")
    picture = models.CharField(_("profile picture"), max_length=100, blank=True, editable=False, db_index=True)
    specialty = models.CharField(_("specialty"), max_length=100, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    # For the practice, and for text messages. No page of another person has it.
    phone = PhoneField(_("mobile number"), max_length=16, blank=True, default="", db_default="")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    time_zone = models.CharField(_("time zone"), max_length=50, default=clinic_time_zone)
    shows_presence = models.BooleanField(_("shows when online"), default=False)
    # Patients choose; the sign-ins of all others are locked when nobody uses them.
    locks_when_idle = models.BooleanField(_("is locked when not used"), default=False, db_default=False)
    # Empty until the person chooses: the pages look as was chosen on the device.
    theme = models.CharField(_("colours"), max_length=6, choices=Theme, blank=True, default="", db_default="")
    text_size = models.CharField(_("text size"), max_length=6, choices=TextSize, blank=True, default="", db_default="")
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        db_table = "users"
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Keep `search_name` with the names."""
        self.search_name = self.folded_name
        if update_fields is not None and {"first_name", "last_name"} & set(update_fields):
            update_fields = {*update_fields, "search_name"}
        super().save(*args, update_fields=update_fields, **options)

    @property
    def folded_name(self) -> str:
        return folded_names(self.first_name, self.last_name)[: self.SEARCH_NAME_LENGTH]

    @property
    def display_name(self) -> str:
        """ "Dr. John Smith", "Jane Doe"; the e-mail address while there is no name."""
        return " ".join(filter(None, [self.title, self.first_name, self.last_name])) or self.email

    def get_full_name(self) -> str:
        return self.display_name

    get_short_name = get_full_name

    def acts_as(self, role: str) -> bool:
        """Whether this person has an open account with this role."""
        return self.is_active and self.role == role

    @property
    def is_doctor(self) -> bool:
        return self.role == Role.DOCTOR

    @property
    def is_patient(self) -> bool:
        return self.role == Role.PATIENT

    @property
    def is_staff(self) -> bool:
        """Django's name for who may open the admin."""
        return self.role == Role.ADMIN

    @cached_property
    def rights(self) -> frozenset[str]:
        """What an administrator may do, asked once for each time that the person is loaded."""
        if not self.acts_as(Role.ADMIN):
            return frozenset()
        return frozenset(self.staff_rights.values_list("right", flat=True))

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether they have the right that the app of this permission names; nobody has one that it does not name."""
        return self.has_module_perms(perm.partition(".")[0])

    def has_module_perms(self, app_label: str) -> bool:
        needed = getattr(apps.app_configs.get(app_label), "staff_right", None)
        return needed is not None and needed in self.rights

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone; the clinic's where another program stored an unknown one."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(settings.TIME_ZONE)

    @property
    def age(self) -> int | None:
        """Whole years today."""
        born, today = self.birth_date, timezone.localdate()
        if born is None:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @property
    def credentials_digest(self) -> str:
        """Changes whenever the password or the role does: a sign-in made under another one is over.

        `password` is already a slow salted hash, so this fast one reveals nothing. `still_valid` computes it in SQL.
        """
        return hashlib.sha256(f"{self.role}:{self.password}".encode()).hexdigest()

    @property
    def picture_url(self) -> str | None:
        return f"/assets/profiles/{self.picture}" if self.picture else None
