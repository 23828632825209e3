from chat.models.attachment import Attachment
from chat.models.chat import Chat
from chat.models.check import ChatCheck
from chat.models.delivery import Delivery
from chat.models.history import History
from chat.models.message import Message, MessageType, SystemLine
from chat.models.pin import Pin
from chat.models.reaction import Reaction
from chat.models.revision import Revision
from chat.models.saved_draft import SavedDraft
from chat.models.search import SearchIndex, SearchPart, SearchWord
from chat.models.side import SenderRole, Side
from chat.models.ticket import Ticket

__all__ = [
    "Attachment",
    "Chat",
    "ChatCheck",
    "Delivery",
    "History",
    "Message",
    "MessageType",
    "Pin",
    "Reaction",
    "Revision",
    "SavedDraft",
    "SearchIndex",
    "SearchPart",
    "SearchWord",
    "SenderRole",
    "Side",
    "SystemLine",
    "Ticket",
]
