"""The pages of the chat, and the fragments that keep them up to date (docs/interface.md)."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.guards import role_required
from accounts.models import Role
from chat.pages import access, fragments, gallery, printing, search, views


def both_sides(address: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """One page under an address for patients and one for doctors; each role is redirected to its own."""
    patients = role_required(Role.PATIENT, twin=f"professional_{name}")
    doctors = role_required(Role.DOCTOR, twin=f"patient_{name}")
    return [
        path(f"patient/{address}", never_cache(patients(view)), name=f"patient_{name}"),
        path(f"professional/{address}", never_cache(doctors(view)), name=f"professional_{name}"),
    ]


_patients_only = role_required(Role.PATIENT, twin="professional_chat")

urlpatterns = [
    *both_sides("chat", views.conversations, "chat"),
    *both_sides("chat/search", search.search, "chat_search"),
    *both_sides("chat/<int:chat_id>", views.conversation, "chat_open"),
    *both_sides("chat/<int:chat_id>/files", gallery.files, "chat_files"),
    *both_sides("chat/<int:chat_id>/print", printing.printed, "chat_print"),
    *both_sides("chat/<int:chat_id>/access", access.access, "chat_access"),
    path("patient/chat/with/<int:doctor_id>", require_POST(_patients_only(views.write_to)), name="patient_chat_with"),
    path("chat/results", search.results, name="chat_results"),
    path("chat/rows", fragments.list_rows, name="chat_list_rows"),
    path("chat/unread", fragments.unread, name="chat_unread"),
    path("chat/<int:chat_id>/unread", views.mark_unread, name="chat_mark_unread"),
    path("chat/<int:chat_id>/row", fragments.list_row, name="chat_list_row"),
    path("chat/<int:chat_id>/thread", fragments.open_thread, name="chat_thread"),
    path("chat/<int:chat_id>/rows", fragments.message_rows, name="chat_message_rows"),
    path("chat/<int:chat_id>/pins", fragments.pins, name="chat_pins"),
    path("chat/<int:chat_id>/at/<int:message_id>", views.message_at, name="chat_message_at"),
    path("chat/<int:chat_id>/seen/<int:message_id>", fragments.seen, name="chat_seen"),
]
