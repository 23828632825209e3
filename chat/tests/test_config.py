"""GET /api/config: what this installation accepts and offers."""

import pytest

from chatsite import __version__
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
URL = "/api/config"


def test_it_has_the_limits_of_this_installation(cast, settings):
    settings.CHAT_MAX_FILE_BYTES, settings.CHAT_CORRECTION_HOURS = 5_000_000, 0.5
    settings.CHAT_REACTIONS = {"🙏": "Merci"}
    answer = api_client(cast.ben).get(URL)
    content = answer.json()
    assert answer.status_code == 200
    assert (content["version"], content["limits"]["file_bytes"]) == (__version__, 5_000_000)
    pictures = {"image_pixels": 65_000_000, "image_side": 32_767}
    animations = {"animation_frames": 600, "animation_pixels": 200_000_000}
    waiting = {"waiting_files": 40, "waiting_bytes": 100 * 1024**2}
    assert content["limits"].items() >= {**pictures, **animations, **waiting}.items()
    assert content["reactions"] == [{"emoji": "🙏", "label": "Merci"}]
    assert content["correction_seconds"] == 1800


def test_it_has_the_default_reactions_in_their_order(cast):
    assert [one["emoji"] for one in api_client(cast.admin).get(URL).json()["reactions"]] == ["👍", "🙏", "❤️", "😊"]


def test_it_costs_the_sign_in_alone(cast, client, django_assert_num_queries):
    assert client.get(URL).status_code == 401
    app = api_client(cast.ada)
    with django_assert_num_queries(1):
        app.get(URL)
