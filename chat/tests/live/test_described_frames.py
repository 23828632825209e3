"""The AsyncAPI document describes the frames that clients may send, and all that the server sends.

`sockets.receive` compares each frame that any test receives with it.
"""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings

from chat.api.client_frames import SENT_BY_CLIENTS
from chat.api.socket_schema import document
from chat.live import frames
from chat.tests.live.test_frames import JUNK
from chatsite.http.errors import Refusal
from chatsite.testing import contract

ROOT = Path(settings.BASE_DIR)
FRAMES = [frame.message()["examples"][0]["payload"] for frame in SENT_BY_CLIENTS.values()]
of_each_frame = pytest.mark.parametrize("frame", FRAMES, ids=[frame["type"] for frame in FRAMES])


def is_taken(frame) -> bool:
    try:
        frames.parse(frames.load(json.dumps(frame)))
    except Refusal:
        return False
    return True


def is_described(frame) -> bool:
    return not contract.frame_faults(frame, from_client=True)


def test_it_has_every_frame_that_the_server_takes():
    assert {kind.__name__.lower() for kind in get_args(frames.Frame)} == set(contract.frames(from_client=True))


def test_it_has_every_frame_that_the_server_makes():
    sources = [path.read_text() for path in (ROOT / "chat/live").glob("*.py")]
    made = set(re.findall(r'(?:"type": |_of_message\()"(?!websocket)([a-z.]+)"', "\n".join(sources)))
    assert made == set(contract.frames(from_client=False))


@of_each_frame
def test_what_it_describes_is_taken(frame):
    required = contract.frames(from_client=True)[frame["type"]]["payload"]["required"]
    assert is_described(frame)
    assert is_taken(frame)
    for key in frame:
        without = {name: value for name, value in frame.items() if name != key}
        assert is_described(without) is is_taken(without) is (key not in required), key


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "x", [], {}, 2**63], ids=str)
@of_each_frame
def test_what_is_refused_is_not_described(frame, value):
    for key in frame:
        changed = {**frame, key: value}
        assert is_taken(changed) or not is_described(changed), key


def test_junk_is_not_described():
    for text in JUNK:
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            continue
        assert not isinstance(frame, dict) or not is_described(frame), text[:50]


def test_a_fault_of_the_server_is_found():
    message = contract.frames(from_client=False)["ack"]["examples"][0]["payload"]
    assert contract.frame_faults(message) == []
    assert contract.frame_faults({**message, "unheard_of": 1})
    assert contract.frame_faults({**message, "message": message["message"] | {"seq": "1"}})
    assert contract.frame_faults({"type": "unheard.of"})


def test_its_closes_are_those_of_the_page():
    table = (ROOT / "docs/realtime.md").read_text().split("| close |")[1].split("\n\n")[0]
    listed = re.findall(r"\b\d{4}\b", "\n".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert sorted(int(code) for code in listed) == sorted(
        close["code"] for close in document()["channels"]["chat"]["x-close-codes"]
    )


def test_everybody_may_have_it(client):
    """As /api/schema: in YAML for people, in JSON for programs, and nothing else is answered."""
    for address, kind in (("/api/async-schema", "yaml"), ("/api/async-schema?format=json", "json")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(f"application/vnd.aai.asyncapi+{kind}")
    assert answer.json() == document()
    assert client.post("/api/async-schema").status_code == 405
    assert client.get("/api/async-schema?format=xml").status_code == client.get("/api/schema?format=xml").status_code


def test_every_reference_in_it_is_there():
    def refs(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if "$ref" in part else []
            part = part.values()
        for inner in part if not isinstance(part, str | int | None) else ():
            yield from refs(inner)

    found = set(refs(document()))
    assert found
    for ref in found:
        place = document()
        for name in ref.removeprefix("#/").split("/"):
            place = place[name]
