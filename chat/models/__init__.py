from chat.models.attachment import Attachment
from chat.models.chat import Chat
from chat.models.message import Message, MessageType, SenderRole
from chat.models.ticket import Ticket

__all__ = ["Attachment", "Chat", "Message", "MessageType", "SenderRole", "Ticket"]
