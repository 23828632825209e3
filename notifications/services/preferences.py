"""How a person wants to be told, and what of it holds at the moment."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from chatsite.database.locking import retry_on_conflict
from notifications.channels import sms
from notifications.models import Preference
from notifications.services.moments import Hours, Rules
from notifications.services.unsubscribing import Mails
from practice import services as practice


def preference_of(user: User) -> Preference:
    """The person's row, or one of defaults that is not stored."""
    return Preference.objects.filter(pk=user.pk).first() or Preference(user=user)


@retry_on_conflict
def save(preference: Preference) -> None:
    preference.save()


@retry_on_conflict
def unsubscribe(user: User, mails: Mails) -> None:
    """End the mails of this kind. Others, and those about the account, go on."""
    Preference.objects.update_or_create(user=user, defaults={mails.value: False})


def wants_texts(user: User, preference: Preference) -> bool:
    return bool(settings.SMS_SENDER) and preference.sms and bool(user.phone) and sms.may_leave(user.email)


def people_with_texts(user_ids: Iterable[int]) -> set[int]:
    """Those of them who want text messages, and have a number."""
    if not settings.SMS_SENDER:
        return set()
    wanted = Preference.objects.filter(user__in=set(user_ids), sms=True).exclude(user__phone="")
    return set(wanted.values_list("user", flat=True))


def quiet_hours(user: User, preference: Preference) -> Hours:
    """When nobody tells this person anything about messages."""
    row = practice.current()
    quiet_from = row.quiet_from if preference.quiet_from is None else preference.quiet_from
    quiet_to = row.quiet_to if preference.quiet_to is None else preference.quiet_to
    return Hours(quiet_from, quiet_to, user.zone)


def rules_for(user: User, preference: Preference) -> Rules:
    """The hours for mails and text messages about messages to this person, and the limit of either."""
    row = practice.current()
    office = Hours(row.office_from, row.office_to, ZoneInfo(settings.TIME_ZONE)) if user.is_doctor else None
    return Rules(user.zone, quiet_hours(user, preference), row.message_mails_a_day, office)
