"""Two of `examples/client.py` on a line that loses a third of everything, killed meanwhile: both end as the server.

Their requests go through the line too, unlike those of the other tests.
"""

import asyncio
from asyncio import to_thread
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.faults import roles
from tests.faults.app import Apps
from tests.faults.line import Line

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


async def test_the_reference_client(served, capsys, tmp_path):
    address = urlsplit(served.url)
    Image.new("RGB", (40, 30)).save(tmp_path / "photo.png")

    async def talk(numbers: range):
        for number in numbers:
            await apps.send(f"{number} é")
            await asyncio.sleep(0.1)

    async with (
        Line(address.hostname, address.port) as line,
        Apps(served.url, served.people(0)[0], tmp_path, url=line.url) as apps,
    ):
        doctor, patient = apps.by_side.values()
        await talk(range(6))
        await patient.send(apps.chat_id, "Voici", str(tmp_path / "photo.png"))
        await doctor.kill()
        roles.killer(served.live[0])()
        restarted = asyncio.create_task(to_thread(roles.again, served.stack, served.live[0]))
        doctor.break_access()
        await doctor.start()
        await talk(range(6, 12))
        served.live[0] = await restarted
        await apps.settle()

    sent = [message["client_id"] for message in (await apps.page())["messages"]]
    with capsys.disabled():
        counts = f"kept {len(apps.kept)}, stored {len(sent)} | frames dropped {line.dropped}, requests lost {line.lost}"
        print(f"\nthe reference client: {counts}", flush=True)
    assert (len(apps.kept), sorted(sent)) == (25, sorted(apps.kept))
    assert line.lost > 3
    await apps.compare()
