"""The manifest, the service worker, and the pages that are the same for everybody."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from chatsite.testing import page_client


def test_the_manifest_has_icons_of_the_sizes_that_it_names(client, settings):
    settings.CLINIC_NAME = "Les Tilleuls"
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "ar"})
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Les Tilleuls", "/", "standalone")
    assert (manifest["lang"], manifest["dir"]) == ("ar", "rtl")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable", "monochrome"}
    for icon in manifest["icons"]:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert (picture.format, "x".join(map(str, picture.size))) == ("PNG", icon["sizes"])


SENTENCES = {"fr": "Vous avez un nouveau message", "en": "You have a new message", "ar": "لديك رسالة جديدة"}


def test_the_service_worker_changes_with_the_language(client):
    versions = set()
    for language in ("fr", "en", "ar"):
        answer = client.get("/sw.js", headers={"Accept-Language": language})
        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Cache-Control"] == "no-cache"
        script = answer.content.decode()
        assert 'importScripts("/static/worker/notifications.js", "/static/worker/service-worker.js")' in script
        versions |= set(re.findall(r'"version": "(\w{12})"', script))
        words = json.loads(script.partition(" = ")[2].partition(";\n")[0])["words"]
        assert (words["language"], words["message"]) == (language, SENTENCES[language])
    assert len(versions) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/offline", "/sw.js", "/manifest.webmanifest", "/accessibility"])
def test_nothing_of_it_is_about_a_person(cast, client, path):
    stranger = client.get(path, headers={"Accept-Language": "en"}).content
    mine = page_client(cast.ben).get(path).content
    nonces = re.compile(rb'nonce="[^"]*"|(?<=name="csrfmiddlewaretoken" )value="[^"]*"')
    assert nonces.sub(b"", mine) == nonces.sub(b"", stranger)
    assert client.post(path).status_code == 405
