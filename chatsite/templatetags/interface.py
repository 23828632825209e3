"""Small parts of every page: icons, avatars, and the import map from modules to their hashed names."""

import json
from typing import Protocol

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Inside a script element, these characters could close it or open a comment.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


class Pictured(Protocol):
    """A person, as far as an avatar needs one."""

    pk: int
    first_name: str
    last_name: str
    email: str

    @property
    def picture_url(self) -> str: ...


# A badge with more shows "99+".
MOST_IN_BADGE = 99


@register.filter
def capped(count: int) -> str:
    """The number in a badge."""
    return f"{MOST_IN_BADGE}+" if count > MOST_IN_BADGE else str(count)


@register.simple_tag
def icon(name: str, small: bool = False, mirror: bool = False) -> SafeString:
    """One symbol of `_icons.html`, hidden from screen readers: there is text beside it or in the control's label."""
    classes = "icon" + " icon--small" * small + " icon--mirror" * mirror
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', classes, name)


@register.inclusion_tag("_avatar.html")
def avatar(person: Pictured, size: str = "") -> dict[str, object]:
    """A person's picture or initials; `size` is "", "small" or "large"."""
    initials = f"{person.first_name[:1]}{person.last_name[:1]}" or person.email[:1]
    return {"picture_url": person.picture_url, "initials": initials.upper(), "tone": person.pk % 6, "size": size}


@register.simple_tag(takes_context=True)
def importmap(context: Context) -> SafeString:
    """The hashed address of each module. Empty while names are not hashed.

    The keys are addresses: the browser resolves a relative import first, and then looks it up.
    """
    hashed = _hashed_modules()
    if not hashed:
        return mark_safe("")
    imports = json.dumps({"imports": hashed}).translate(_ESCAPES)
    nonce = context["request"].csp_nonce
    return mark_safe(f'<script type="importmap" nonce="{nonce}">{imports}</script>')  # noqa: S308 - escaped above


@register.simple_tag
def modulepreloads() -> SafeString:
    """Fetch all modules at once, instead of one level of imports after another."""
    return format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((url,) for url in _hashed_modules().values())
    )


def _hashed_modules() -> dict[str, str]:
    names = getattr(staticfiles_storage, "hashed_files", {})
    return {
        f"{settings.STATIC_URL}{name}": staticfiles_storage.url(name)
        for name in sorted(names)
        if name.startswith("js/") and name.endswith(".js")
    }
