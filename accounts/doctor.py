"""Questions of `manage.py doctor` about people."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import Role, User
from chatsite.doctor.questions import Answer, Question, add, ok, warning


def admins() -> Answer | None:
    """Whoever has such an account can invite anybody, as anything."""
    if settings.DEBUG:
        return None
    active = User.objects.filter(role=Role.ADMIN, is_active=True)
    if not active.exists():
        return warning("Nobody can invite people yet.", "Make an admin: .venv/bin/python manage.py createsuperuser")
    with_factor = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user")
    bare = active.exclude(pk__in=with_factor).count()
    if bare:
        return warning(f"Admins without a second factor: {bare}.", "Let each set one up, under Profile.")
    return ok("Every admin has a second factor.")


def register() -> None:
    add(Question("admins", admins, quick=True, needs_database=True))
