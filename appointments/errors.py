"""Why an appointment cannot be made, moved or closed. The sentences are shown on pages and in the admin."""

from django.utils.translation import gettext_lazy as _

from chatsite.http.errors import Refusal


class NotYours(Refusal):
    status, code = 403, "not_your_appointment"
    message = _("Only the doctor of this appointment or an administrator may change it.")


class PersonUnavailable(Refusal):
    status, code = 400, "person_unavailable"
    message = _("Choose a doctor and a patient whose accounts are open.")


class InThePast(Refusal):
    status, code = 400, "in_the_past"
    message = _("This moment has passed. Choose a later date or time.")


class TooFarAhead(Refusal):
    status, code = 400, "too_far_ahead"
    message = _("This is more than two years ahead. Check the year.")


class SlotTaken(Refusal):
    status, code = 409, "slot_taken"
    message = _("This doctor already has an appointment then. Choose another time or a shorter duration.")


class NotPlanned(Refusal):
    status, code = 409, "not_planned"
    message = _("This appointment is already over or cancelled.")


class AlreadyBegun(Refusal):
    status, code = 409, "already_begun"
    message = _("This appointment has begun and can no longer be moved or cancelled.")


class NotBegun(Refusal):
    status, code = 409, "not_begun"
    message = _("This appointment has not begun yet.")
