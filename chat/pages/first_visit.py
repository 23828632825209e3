"""What a patient finds who has no conversation yet: to whom one may write."""

from accounts.models import Role, User
from chat.services.writing import why_not_to

MOST_DOCTORS = 30
# A practice may let a patient write to a few of many.
_LOOKED_AT = 300


def doctors_for(patient: User) -> list[User]:
    """The doctors to whom this patient may write, by name; at most MOST_DOCTORS."""
    doctors = User.objects.acting_as(Role.DOCTOR).order_by("last_name", "first_name", "pk")[:_LOOKED_AT]
    return [doctor for doctor in doctors if why_not_to(patient, doctor, has_chat=False) is None][:MOST_DOCTORS]
