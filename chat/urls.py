"""The pages of the chat, and the fragments that keep them fresh (docs/interface.md)."""

from django.urls import path

from chat import fragments, gallery, search_pages, views

urlpatterns = [
    path("patient/chat", views.patient_chat, name="patient_chat"),
    path("patient/chat/search", search_pages.patient_chat_search, name="patient_chat_search"),
    path("patient/chat/<int:chat_id>", views.patient_chat_open, name="patient_chat_open"),
    path("professional/chat", views.professional_chat, name="professional_chat"),
    path("professional/chat/search", search_pages.professional_chat_search, name="professional_chat_search"),
    path("professional/chat/<int:chat_id>", views.professional_chat_open, name="professional_chat_open"),
    path("patient/chat/<int:chat_id>/files", gallery.patient_chat_files, name="patient_chat_files"),
    path("professional/chat/<int:chat_id>/files", gallery.professional_chat_files, name="professional_chat_files"),
    path("chat/results", search_pages.results, name="chat_results"),
    path("chat/rows", fragments.list_rows, name="chat_list_rows"),
    path("chat/unread", fragments.unread, name="chat_unread"),
    path("chat/<int:chat_id>/unread", views.mark_unread, name="chat_mark_unread"),
    path("chat/<int:chat_id>/row", fragments.list_row, name="chat_list_row"),
    path("chat/<int:chat_id>/rows", fragments.message_rows, name="chat_message_rows"),
    path("chat/<int:chat_id>/pins", fragments.pins, name="chat_pins"),
    path("chat/<int:chat_id>/at/<int:message_id>", views.message_at, name="chat_message_at"),
    path("chat/<int:chat_id>/seen/<int:message_id>", fragments.seen, name="chat_seen"),
]
