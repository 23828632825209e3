from django.urls import path

from appointments import parts, views

urlpatterns = [
    path("patient/visits", views.visits, name="patient_visits"),
    path("patient/visits/<int:appointment_id>", views.visit, name="patient_visit"),
    path("patient/visits/<int:appointment_id>.ics", views.visit_calendar, name="patient_visit_calendar"),
    path("professional/consultations", views.consultations, name="professional_consultations"),
    path("professional/consultations/new", views.new_consultation, name="professional_consultation_new"),
    path(
        "professional/consultations/<int:appointment_id>",
        views.consultation,
        name="professional_consultation",
    ),
    path(
        "professional/consultations/<int:appointment_id>.ics",
        views.consultation_calendar,
        name="professional_consultation_calendar",
    ),
    path(
        "professional/consultations/<int:appointment_id>/reschedule",
        views.reschedule_consultation,
        name="professional_consultation_reschedule",
    ),
    path(
        "professional/consultations/<int:appointment_id>/cancel",
        views.cancel_consultation,
        name="professional_consultation_cancel",
    ),
    path(
        "professional/consultations/<int:appointment_id>/conclude",
        views.conclude_consultation,
        name="professional_consultation_conclude",
    ),
    path("appointments/<int:appointment_id>/chat", views.open_chat, name="appointment_chat"),
    path("appointments/parts", parts.appointments, name="appointments_part"),
    path("appointments/parts/<int:appointment_id>", parts.appointment, name="appointment_part"),
    path("chat/<int:chat_id>/appointment", parts.of_chat, name="chat_appointment"),
]
