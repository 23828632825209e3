"""A text with its addresses as links, as `static/js/message/linked.js` draws it in the browser."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from chat.pages.linking import Piece, pieces

_PAGE_LINK = '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
# A number is read from the left in every script.
_PHONE_LINK, _MAIL_LINK = '<a href="{}" dir="ltr">{}</a>', '<a href="{}">{}</a>'


def linked(text: str) -> SafeString:
    """The text, with its addresses as links."""
    return mark_safe("".join(map(_drawn, pieces(text))))  # noqa: S308 - every part is escaped


def _drawn(piece: Piece) -> SafeString:
    if not piece.href:
        return conditional_escape(piece.text)
    if piece.is_page:
        return format_html(_PAGE_LINK, piece.href, piece.text)
    return format_html(_PHONE_LINK if piece.is_phone else _MAIL_LINK, piece.href, piece.text)
