"""The pages of the chat, and the fragments that keep them fresh (docs/interface.md)."""

from django.urls import path

from chat import fragments, search_pages, views

urlpatterns = [
    path("patient/chat", views.patient_chat, name="patient_chat"),
    path("patient/chat/search", search_pages.patient_chat_search, name="patient_chat_search"),
    path("patient/chat/<int:chat_id>", views.patient_chat_open, name="patient_chat_open"),
    path("professional/chat", views.professional_chat, name="professional_chat"),
    path("professional/chat/search", search_pages.professional_chat_search, name="professional_chat_search"),
    path("professional/chat/<int:chat_id>", views.professional_chat_open, name="professional_chat_open"),
    path("chat/results", search_pages.results, name="chat_results"),
    path("chat/rows", fragments.list_rows, name="chat_list_rows"),
    path("chat/unread", fragments.unread, name="chat_unread"),
    path("chat/<int:chat_id>/row", fragments.list_row, name="chat_list_row"),
    path("chat/<int:chat_id>/rows", fragments.message_rows, name="chat_message_rows"),
    path("chat/<int:chat_id>/seen/<int:message_id>", fragments.seen, name="chat_seen"),
]
