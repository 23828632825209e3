"""What may be uploaded and how it is kept. `receive` is the single door in, `serve.chat_file` the single door out."""

from chat.files.store import Received, digest_of, drop, receive

__all__ = ["Received", "digest_of", "drop", "receive"]
