"""Why an appointment cannot be made, moved or closed. The sentences are shown on pages and in the admin."""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chatsite.http.errors import Refusal


class AppointmentRefusal(Refusal):
    """A refusal in the language of the person who receives it: `sentence` is translated when it is raised."""

    sentence: Promise

    def __init__(self) -> None:
        super().__init__(str(self.sentence))


class NotYours(AppointmentRefusal):
    status, code = 403, "not_your_appointment"
    sentence = _("Only the doctor of this appointment or an administrator may change it.")


class PersonUnavailable(AppointmentRefusal):
    status, code = 400, "person_unavailable"
    sentence = _("Choose a doctor and a patient whose accounts are open.")


class InThePast(AppointmentRefusal):
    status, code = 400, "in_the_past"
    sentence = _("This moment has passed. Choose a later date or time.")


# With the words of the refusal below.
FARTHEST = timedelta(days=2 * 366)


class TooFarAhead(AppointmentRefusal):
    status, code = 400, "too_far_ahead"
    sentence = _("This is more than two years ahead. Check the year.")


class SlotTaken(AppointmentRefusal):
    status, code = 409, "slot_taken"
    sentence = _("This doctor already has an appointment then. Choose another time or a shorter duration.")


class NotPlanned(AppointmentRefusal):
    status, code = 409, "not_planned"
    sentence = _("This appointment is over, cancelled, or not confirmed yet.")


class AlreadyBegun(AppointmentRefusal):
    status, code = 409, "already_begun"
    sentence = _("This appointment has begun and can no longer be moved or cancelled.")


class NotRequested(AppointmentRefusal):
    status, code = 409, "not_requested"
    sentence = _("This request is answered or withdrawn already, or its time has passed.")


class NoPlace(AppointmentRefusal):
    status, code = 409, "no_place"
    sentence = _("Say where first: a place, a video link, or both.")


class RequestsClosed(AppointmentRefusal):
    status, code = 403, "requests_closed"
    sentence = _("Here the practice makes the appointments. Write to your doctor for one.")


class TooManyRequested(AppointmentRefusal):
    status, code = 409, "too_many_requested"
    sentence = _("Three of your requests wait for an answer. Withdraw one, or wait for the answer.")


class ChangesClosed(AppointmentRefusal):
    status, code = 403, "changes_closed"
    sentence = _("Here the practice moves and cancels appointments. Write to your doctor.")


class TooLateToChange(AppointmentRefusal):
    status, code = 409, "too_late_to_change"
    sentence = _("It is too late to change this appointment here. Write to your doctor, or call the practice.")


class TooSoon(AppointmentRefusal):
    status, code = 409, "too_soon"
    sentence = _("This is too soon for the practice. Choose a later time, or write to your doctor.")


class TooOften(AppointmentRefusal):
    status, code = 429, "too_many_requests"
    sentence = _("These were many changes within a short time. Wait a minute, then try again.")


class NotBegun(AppointmentRefusal):
    status, code = 409, "not_begun"
    sentence = _("This appointment has not begun yet.")
