from django.urls import path

from chat.api.access_views import AccessViewSet
from chat.api.message_views import MessageViewSet
from chat.api.search_views import SearchViewSet
from chat.api.sync_views import SyncViewSet
from chat.api.views import ChatsViewSet, MessagesViewSet

urlpatterns = [
    path("get-or-create", ChatsViewSet.as_view({"post": "get_or_create"}), name="api_get_or_create"),
    path("chats", ChatsViewSet.as_view({"get": "list"}), name="api_chats"),
    path("search", SearchViewSet.as_view({"post": "search"}), name="api_search"),
    path("sync", SyncViewSet.as_view({"get": "sync"}), name="api_sync"),
    path("ws-ticket", ChatsViewSet.as_view({"post": "ws_ticket"}), name="api_ws_ticket"),
    path("message", MessagesViewSet.as_view({"post": "send"}), name="api_send"),
    path("attachments", MessagesViewSet.as_view({"post": "attach"}), name="api_attach"),
    path("messages/<str:chat_id>", MessagesViewSet.as_view({"get": "list"}), name="api_messages"),
    path("messages/<str:chat_id>/read", MessagesViewSet.as_view({"put": "read"}), name="api_read"),
    path("messages/<str:chat_id>/delivered", MessagesViewSet.as_view({"put": "delivered"}), name="api_delivered"),
    path("chats/<str:chat_id>/unread", ChatsViewSet.as_view({"put": "mark_unread"}), name="api_mark_unread"),
    path("chats/<str:chat_id>/pins", ChatsViewSet.as_view({"get": "pins"}), name="api_pins"),
    path("chats/<str:chat_id>/presence", ChatsViewSet.as_view({"get": "presence"}), name="api_presence"),
    path("chats/<str:chat_id>/files", ChatsViewSet.as_view({"get": "files"}), name="api_files"),
    path("chats/<str:chat_id>/access", AccessViewSet.as_view({"get": "list"}), name="api_access"),
    path("chats/<str:chat_id>/draft", ChatsViewSet.as_view({"put": "save_draft"}), name="api_draft"),
    path(
        "message/<str:message_id>",
        MessageViewSet.as_view({"get": "retrieve", "patch": "correct", "delete": "retract"}),
        name="api_message",
    ),
    path("message/<str:message_id>/read", MessageViewSet.as_view({"put": "read"}), name="api_read_message"),
    path("message/<str:message_id>/revisions", MessageViewSet.as_view({"get": "revisions"}), name="api_revisions"),
    path("message/<str:message_id>/pin", MessageViewSet.as_view({"put": "pin", "delete": "unpin"}), name="api_pin"),
    path(
        "message/<str:message_id>/reactions/<str:emoji>",
        MessageViewSet.as_view({"put": "react", "delete": "withdraw_reaction"}),
        name="api_reaction",
    ),
]
