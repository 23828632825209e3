"""What the services say once it is committed. `chat.live.events` listens and tells the sockets."""

from django.dispatch import Signal

# posted: list[chat.sending.draft.Posted], new messages only
messages_posted = Signal()
# changed: list[chat.services.changes.Changed]
messages_changed = Signal()
# chat_id, side: Side of its writer, draft: SavedDraft or None
draft_saved = Signal()
# posted: list[chat.sending.draft.Posted] that were stored before, with their present chats
sends_repeated = Signal()
# chat: Chat, made just now
chat_opened = Signal()
# delivered: chat.services.receipts.Delivered
chat_delivered = Signal()
# chat_id, side: Side whose badge alone it is
badge_changed = Signal()
# read: chat.services.reading.Read
chat_read = Signal()
