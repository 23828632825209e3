from django.urls import path

from appointments import parts, request_views, views

urlpatterns = [
    path("patient/visits", views.visits, name="patient_visits"),
    path("patient/visits/<int:appointment_id>", views.visit, name="patient_visit"),
    path("patient/visits/<int:appointment_id>.ics", views.visit_calendar, name="patient_visit_calendar"),
    path("patient/visits/new", request_views.ask, name="patient_visit_new"),
    path("patient/visits/<int:appointment_id>/move", request_views.move, name="patient_visit_move"),
    path("patient/visits/<int:appointment_id>/cancel", request_views.cancel, name="patient_visit_cancel"),
    path("patient/visits/<int:appointment_id>/accept", request_views.accept, name="patient_visit_accept"),
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
    path(
        "professional/consultations/<int:appointment_id>/confirm",
        request_views.confirm,
        name="professional_consultation_confirm",
    ),
    path(
        "professional/consultations/<int:appointment_id>/decline",
        request_views.decline,
        name="professional_consultation_decline",
    ),
    path(
        "professional/consultations/<int:appointment_id>/answer",
        request_views.answer,
        name="professional_consultation_answer",
    ),
    path("appointments/<int:appointment_id>/chat", views.open_chat, name="appointment_chat"),
    path("appointments/parts", parts.appointments, name="appointments_part"),
    path("appointments/parts/<int:appointment_id>", parts.appointment, name="appointment_part"),
    path("chat/<int:chat_id>/appointment", parts.of_chat, name="chat_appointment"),
]
