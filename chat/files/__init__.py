"""What may be uploaded and how it is stored. All files enter by `receive`, and all are served by `pages.files`."""

from chat.files.inspect import EXTENSIONS
from chat.files.store import Received, digest_of, drop, receive

__all__ = ["EXTENSIONS", "Received", "digest_of", "drop", "receive"]
