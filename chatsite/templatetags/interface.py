"""Small parts of every page: icons, avatars, and what its scripts share."""

from typing import Protocol

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chatsite.bundles.scripts import SHARED
from chatsite.clusters import first_sign
from chatsite.isolation import isolated

register = template.Library()
register.filter(isolated)


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
    initials = first_sign(person.first_name) + first_sign(person.last_name) or person.email[:1]
    return {"picture_url": person.picture_url, "initials": initials.upper(), "tone": person.pk % 6, "size": size}


@register.simple_tag
def modulepreload() -> SafeString:
    """Fetch what several scripts share beside them, and not after them. Empty while they are not bundled."""
    if SHARED not in getattr(staticfiles_storage, "hashed_files", {}):
        return mark_safe("")
    return format_html('<link rel="modulepreload" href="{}">', staticfiles_storage.url(SHARED))
