"""What people do besides texts, again and again, and what of it failed: files, lists, searches, sign-ins, pages."""

import asyncio
import io
import random
import re
import uuid
from collections import Counter
from urllib.parse import unquote

import httpx
from PIL import Image

PASSWORD = "a benchmark needs no secret"
# The answers after which a client asks again, as while a process restarts.
PASSING = {502, 503}


class Failed(Exception):
    """An answer that a person would see as an error."""


class Everyday:
    """One person with an app and a browser. `failures` counts what went wrong, by what was done and how."""

    acts = ("sign_in", "send_file", "fetch_files", "list", "search", "refresh", "open_page", "open_thread")

    def __init__(self, url: str, email: str, side: str, chat_id: int):
        self.url, self.email, self.side, self.chat_id = url, email, side, chat_id
        self.failures, self.passing, self.done = Counter(), Counter(), Counter()
        self.files: dict[str, bytes] = {}
        self.sent: list[str] = []
        self._app, self._browser = _client(url), _client(url)
        self._access = self._refresh_token = ""

    async def go_on(self, pause: float = 0.3):
        """Until cancelled."""
        await self.begin()
        while True:
            await self.do_all(pause)

    async def begin(self):
        await self._do(self.sign_in)
        await self._do(self.sign_in_browser)

    async def do_all(self, pause: float = 0):
        """Everything once, in any order."""
        for act in random.sample(self.acts, len(self.acts)):
            await self._do(getattr(self, act))
            await asyncio.sleep(random.uniform(pause / 2, pause * 1.5))

    def take_failures(self) -> Counter:
        taken, self.failures = self.failures, Counter()
        return taken

    def has_done(self, times: int, *, since: Counter) -> bool:
        """Whether it has done everything so many times."""
        return all(self.done[act] >= since[act] + times for act in self.acts)

    async def close(self):
        await asyncio.gather(self._app.aclose(), self._browser.aclose())

    async def _do(self, act):
        try:
            await act()
            self.done[act.__name__] += 1
        except Failed as failed:
            self.failures[f"{act.__name__}: {failed}"] += 1
        except httpx.TransportError as failed:
            self.failures[f"{act.__name__}: {type(failed).__name__}"] += 1

    async def _ask(self, client, method, path, wanted=(200, 201), **options):
        """Ask again where the answer says so: the repeat of any of these is safe."""
        for _ in range(40):
            answer = await client.request(method, path, **options)
            if answer.status_code not in PASSING:
                break
            self.passing[answer.status_code] += 1
            await asyncio.sleep(0.2)
        if answer.status_code not in wanted:
            code = answer.json().get("error", "") if "json" in answer.headers.get("content-type", "") else ""
            raise Failed(f"{method} {path.split('?')[0]} {answer.status_code} {code}")
        return answer

    async def _call(self, method, path, **options):
        return await self._ask(self._app, method, path, headers={"Authorization": f"Bearer {self._access}"}, **options)

    # --- By the app

    async def sign_in(self):
        answer = await self._ask(self._app, "POST", "/api/auth/login", json={"email": self.email, "password": PASSWORD})
        self._take_tokens(answer.json())

    async def refresh(self):
        answer = await self._ask(self._app, "POST", "/api/auth/refresh", json={"refresh": self._refresh_token})
        self._take_tokens(answer.json())

    def _take_tokens(self, answer: dict):
        self._access, self._refresh_token = answer["access"], answer["refresh"]

    async def send_file(self):
        file = io.BytesIO()
        Image.effect_noise((60, 40), 90).save(file, "PNG")
        form = {"chat_id": self.chat_id, "client_id": str(uuid.uuid4()), "message_text": "Une photo"}
        picture = {"file": ("photo.png", file.getvalue(), "image/png")}
        answer = await self._call("POST", "/api/chat/message", data=form, files=picture)
        self.sent.append(form["client_id"])
        url = answer.json()["message_data"]["file_url"]
        self.files[url] = (await self._call("GET", url)).content

    async def fetch_files(self):
        for url in random.sample(sorted(self.files), min(2, len(self.files))):
            if (await self._call("GET", url)).content != self.files[url]:
                raise Failed("another content")

    async def list(self):
        chats = (await self._call("GET", "/api/chat/chats")).json()["chats"]
        if self.chat_id not in {chat["chat_id"] for chat in chats}:
            raise Failed("the conversation is missing")

    async def search(self):
        answer = await self._call("POST", "/api/chat/search", json={"q": "photo"})
        if self.files and not answer.json()["results"]:
            raise Failed("nothing was found")

    # --- In the browser

    async def sign_in_browser(self):
        page = await self._ask(self._browser, "GET", "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        form = {"login": self.email, "password": PASSWORD, "remember": "on", "csrfmiddlewaretoken": token}
        await self._ask(self._browser, "POST", "/accounts/login/", wanted=(302,), data=form)

    async def open_page(self):
        await self._open("chat")

    async def open_thread(self):
        await self._open(f"chat/{self.chat_id}")

    async def _open(self, path: str):
        """A page with all that it loads."""
        home = {"doctor": "professional", "patient": "patient"}[self.side]
        page = await self._ask(self._browser, "GET", f"/{home}/{path}")
        for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
            await self._ask(self._browser, "GET", unquote(path))


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=60)
