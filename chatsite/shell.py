"""What makes the pages an app on a phone: the manifest, the service worker, and the page for a lost network."""

import json
from hashlib import sha256

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

# What the page for a lost network needs.
FILES = ("css/app.css", "img/icon.svg", "js/offline.js", "js/drops.js")
ICONS = (("icon-192", "192x192", "any"), ("icon-512", "512x512", "any"), ("maskable-512", "512x512", "maskable"),
         ("monochrome-512", "512x512", "monochrome"))  # fmt: skip
# The last one uses what the others define.
WORKER = ("worker/notifications.js", "worker/service-worker.js")
# As `--surface` of tokens.css.
LIGHT = "#f9fdfc"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: installed, it opens on the list of conversations."""
    content = {
        "id": "/",
        "name": settings.CLINIC_NAME,
        "short_name": settings.CLINIC_NAME,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "icons": [
            {"src": staticfiles_storage.url(f"img/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps. Nothing in it is about a person but the language."""
    return render(request, "offline.html")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It changes, and empties its caches, with the version, the language and the files."""
    shell = {
        "offline": reverse("offline"),
        "plain": render_to_string("offline_plain.html", request=request),
        "files": [staticfiles_storage.url(name) for name in FILES],
        "static": settings.STATIC_URL,
        "signOut": reverse("account_logout"),
        "home": reverse("home"),
        # Of the conversation 0: a doctor is redirected to the own page, of appointments, too.
        "chat": reverse("patient_chat_open", args=[0]),
        "appointments": reverse("patient_visits"),
        "unread": reverse("chat_unread"),
        "icon": staticfiles_storage.url("img/icon-192.png"),
        "mono": staticfiles_storage.url("img/monochrome-512.png"),
        "words": {
            "message": pgettext("notification", "You have a new message"),
            "appointment": pgettext("notification", "An appointment was changed"),
            "reminder": pgettext("notification", "Reminder of an appointment"),
            "test": _("Notifications arrive on this device"),
            "language": get_language(),
            "direction": "rtl" if get_language_bidi() else "ltr",
        },
    }
    workers = [staticfiles_storage.url(name) for name in WORKER]
    kept = json.dumps([shell, workers, render_to_string("offline.html", request=request)])
    shell["version"] = sha256(kept.encode()).hexdigest()[:12]
    script = f"self.shell = {json.dumps(shell)};\nimportScripts({', '.join(map(json.dumps, workers))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
