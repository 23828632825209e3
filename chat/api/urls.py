from django.urls import path

from chat.api.views import ChatsViewSet, MessagesViewSet

urlpatterns = [
    path("get-or-create", ChatsViewSet.as_view({"post": "get_or_create"}), name="api_get_or_create"),
    path("chats", ChatsViewSet.as_view({"get": "list"}), name="api_chats"),
    path("ws-ticket", ChatsViewSet.as_view({"post": "ws_ticket"}), name="api_ws_ticket"),
    path("message", MessagesViewSet.as_view({"post": "send"}), name="api_send"),
    path("attachments", MessagesViewSet.as_view({"post": "attach"}), name="api_attach"),
    path("messages/<str:chat_id>", MessagesViewSet.as_view({"get": "list"}), name="api_messages"),
    path("messages/<str:chat_id>/read", MessagesViewSet.as_view({"put": "read"}), name="api_read"),
]
