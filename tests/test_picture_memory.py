"""The memory of a server and its children while many large pictures arrive at once."""

import io
import json
import random
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from demo.people import PASSWORD
from tests.test_run import Run

pytestmark = pytest.mark.scripts

MEGABYTE = 1024 * 1024
AT_ONCE = 16
SIZE = (4_619, 3_464)


def photo() -> bytes:
    """16 megapixels in a PNG of seven megabytes."""
    coarse = Image.frombytes("RGB", (1_540, 1_155), random.Random(7).randbytes(1_540 * 1_155 * 3))
    out = io.BytesIO()
    coarse.resize(SIZE, Image.Resampling.NEAREST).save(out, "PNG", compress_level=1)
    return out.getvalue()


class Client:
    def __init__(self, run: Run) -> None:
        self._url = run.url
        self._token = ""
        answer = self._post("/api/auth/login", json.dumps({"email": "samira.benali@example.org", "password": PASSWORD}))
        self._token = answer["access"]

    def send(self, data: bytes) -> dict:
        """In a message, because no person may have so many files that wait for one."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1\r\n',
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n',
        ]
        body = "".join(parts).encode() + data + f"\r\n--{edge}--\r\n".encode()
        return self._post("/api/chat/message", body, f"multipart/form-data; boundary={edge}")

    def _post(self, path, body, content_type="application/json"):
        headers = {"Content-Type": content_type, "Authorization": f"Bearer {self._token}"}
        body = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(self._url + path, body, headers)
        with urllib.request.urlopen(request, timeout=100) as answer:
            return json.load(answer)


def family(pid: int) -> list[int]:
    """The process and its children."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        # A thread may end meanwhile.
        with suppress(FileNotFoundError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory(pids: list[int], key: str) -> int:
    """The sum of VmRSS (now) or VmHWM (the most so far) of these processes, in bytes."""
    total = 0
    for pid in pids:
        # A child may end meanwhile.
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))
    return total


def test_sixteen_large_pictures_at_once_take_600_megabytes_at_most(tmp_path):
    run = Run(tmp_path).start()
    try:
        run.until_it_answers()
        client, data = Client(run), photo()
        assert client.send(data)["success"]
        server = run.server()
        before = memory([server], "VmRSS")
        Path(f"/proc/{server}/clear_refs").write_text("5")

        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(client.send, [data] * AT_ONCE))
        assert all(answer["success"] for answer in answers)
        # An upper bound: each process at its own highest moment.
        assert memory(family(server), "VmHWM") - before <= 600 * MEGABYTE
        # The children end when they are not needed any more.
        run.until(lambda: memory(family(server), "VmRSS") <= 1.1 * before)
    finally:
        run.stop()
