"""What `examples/client.py` does on a good line: the one in `tests/faults` never has to load anything older."""

import asyncio
import importlib.util
from contextlib import asynccontextmanager

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from chat.models import Chat
from chat.tests.files import samples
from chat.tests.phone import post_many
from chatsite.asgi import application
from chatsite.testing import PASSWORD, api_client

pytestmark = pytest.mark.django_db(transaction=True)
URL = "http://testserver"


@asynccontextmanager
async def client_of(person):
    spec = importlib.util.spec_from_file_location("client", settings.BASE_DIR / "examples/client.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    client = module.Client(URL, person.email, PASSWORD, module.Store(":memory:"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=URL) as client._http:
        yield client
    client.store.db.close()


async def test_it_loads_what_is_older_page_by_page(cast):
    posted = await sync_to_async(post_many)(cast.ben, cast.chat, 130)
    everything = [message.pk for message in posted]
    async with client_of(cast.ada) as client:
        await client.sync()
        for shown in (1, 101, 130, 130):
            assert [message["message_id"] for message in client.store.thread(cast.chat.pk)] == everything[-shown:]
            await client.load_older(cast.chat.pk)


async def test_it_downloads_a_file(cast):
    photo = samples.png()
    upload = {"chat_id": cast.chat.pk, "file": SimpleUploadedFile("photo.png", photo)}
    send = sync_to_async(lambda: api_client(cast.ben).post("/api/chat/message", upload, format="multipart"))
    url = (await send()).json()["message_data"]["file_url"]
    async with client_of(cast.ada) as client:
        assert (await client.download(url)).startswith(b"\x89PNG")


async def test_it_reports_what_has_arrived(cast):
    async with client_of(cast.ada) as client:
        await client.sync()
        posted = await sync_to_async(post_many)(cast.ben, cast.chat, 2)
        await sync_to_async(post_many)(cast.ada, cast.chat, 1)
        work = asyncio.create_task(client.keep_in_step())
        async with asyncio.timeout(5):
            while (await Chat.objects.aget()).doctor_delivered_up_to != posted[-1].pk:  # noqa: ASYNC110 - in the database
                await asyncio.sleep(0.01)
        work.cancel()
        await client.sync()
        assert client.store.unreported() == {}
        assert client.store.get("chat", cast.chat.pk)["reads"]["doctor"]["delivered_up_to"] == posted[-1].pk
