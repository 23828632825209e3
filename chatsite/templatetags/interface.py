"""Small parts of every page: icons, avatars, and the map that leads modules to their hashed names."""

import json

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Inside a script element these could close it or open a comment.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def icon(name: str, small: bool = False, mirror: bool = False) -> SafeString:
    """One symbol of `_icons.html`. It is never alone: words stand beside it or in the control's label."""
    classes = "icon" + " icon--small" * small + " icon--mirror" * mirror
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', classes, name)


@register.inclusion_tag("_avatar.html")
def avatar(person, size: str = "") -> dict:
    """A person's picture or initials; `size` is "", "small" or "large"."""
    initials = f"{person.first_name[:1]}{person.last_name[:1]}" or person.email[:1]
    return {"picture_url": person.picture_url, "initials": initials.upper(), "tone": person.pk % 6, "size": size}


@register.simple_tag(takes_context=True)
def importmap(context) -> SafeString:
    """Where each module lives under its hashed name. Empty while names are not hashed.

    The keys are addresses, so that relative imports in the sources match after they are resolved.
    """
    hashed = _hashed_modules()
    if not hashed:
        return mark_safe("")
    imports = json.dumps({"imports": hashed}).translate(_ESCAPES)
    nonce = context["request"].csp_nonce
    return mark_safe(f'<script type="importmap" nonce="{nonce}">{imports}</script>')  # noqa: S308 - escaped above


@register.simple_tag
def modulepreloads() -> SafeString:
    """Fetch all modules at once instead of one level of imports after the other."""
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
