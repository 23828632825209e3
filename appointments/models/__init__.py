from appointments.models.appointment import LONGEST, SHORTEST, Appointment
from appointments.models.change import AppointmentChange

__all__ = ["LONGEST", "SHORTEST", "Appointment", "AppointmentChange"]
