"""What the services say once it is committed. `chat.live.events` listens and tells the sockets."""

from django.dispatch import Signal

# posted: list[chat.services.messages.Posted], new messages only
messages_posted = Signal()
# posted: list[chat.services.messages.Posted] that were stored before, with their present chats
sends_repeated = Signal()
# chat: Chat, made just now
chat_opened = Signal()
# read: chat.services.reading.Read
chat_read = Signal()
