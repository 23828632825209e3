"""A disk that is full during an upload: refused with a reason, nothing half-stored, and texts are still sent."""

import io
import os
import uuid
from asyncio import to_thread
from pathlib import Path

import pytest
from PIL import Image

from tests.faults import roles
from tests.faults.rest import ask

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

# No noise has it.
BOUNDARY = uuid.uuid4().hex
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def picture(width: int, height: int) -> bytes:
    """Noise, which no format makes smaller."""
    file = io.BytesIO()
    Image.frombytes("RGB", (width, height), os.urandom(3 * width * height)).save(file, "PNG")
    return file.getvalue()


def form(chat_id: int, client_id: str, file: bytes) -> bytes:
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"chat_id": chat_id, "client_id": client_id}.items()
    )
    head = 'Content-Disposition: form-data; name="file"; filename="p.png"\r\nContent-Type: image/png'
    return f"{fields}--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture(scope="module")
def pair(served):
    return served.people(0)[0]


@pytest.fixture(scope="module")
def full(served):
    process = roles.start_on_a_full_disk(served.stack)
    yield process
    process.stop()


@pytest.mark.parametrize("path", ["/api/chat/attachments", "/api/chat/message"])
@pytest.mark.parametrize("size", [(400, 300), (1_200, 1_000)], ids=["kept in memory", "kept in a file"])
async def test_a_file_on_a_full_disk(served, full, pair, path, size, capsys):
    def stored():
        folder = Path(served.stack.environment["ASSETS_ROOT"])
        files = sum(file.is_file() for file in folder.rglob("*"))
        rows = [served.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in ("attachments", "messages")]
        return {"files": files, "attachments": rows[0], "messages": rows[1]}

    async def send(url, body, kind):
        return await ask(url, "POST", path if kind == FORM else "/api/chat/message", token, body, kind)

    token, before = pair["patient"], await to_thread(stored)
    body = form(pair["chat_id"], str(uuid.uuid4()), picture(*size))
    refused = await send(full.url, body, FORM)
    after = await to_thread(stored)
    kept = {name: after[name] - before[name] for name in after}
    with capsys.disabled():
        print(
            f"\na full disk, {path}: sent 1 of {len(body)} bytes, acknowledged {int(refused.status < 400)},"
            f" stored {kept}, received 0 | {refused.status} {refused.content['error']}"
        )
    assert (refused.status, refused.content["error"]) == (503, "storage_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert after == before
    text = {"chat_id": pair["chat_id"], "message_text": "La photo ne part pas."}
    assert (await send(full.url, text, "application/json")).status == 201
    # The other process has space: the same request succeeds.
    assert (await send(served.url, body, FORM)).status == 201
    assert (await to_thread(stored))["files"] == before["files"] + 2
