"""Clients that come back by themselves after a restore: they sign in again, load again, and send what is unsent."""

import asyncio

from tests.faults.client import Client
from tests.faults.rest import PASSWORD, Answer, ask


class ReturningClient(Client):
    """As `Client`; it knows no epoch, and keeps what a person would need to sign in again."""

    def __init__(self, token: str, chat_id: int, *, rest_url: str, **options):
        super().__init__(token, chat_id, rest_url=rest_url, **options)
        self._renewing = asyncio.Lock()
        self._email = ""

    async def remember(self):
        """Learn the address of the person while the sign-in is good."""
        self._email = (await self.ask("GET", "/api/auth/me")).content["user"]["email"]

    async def ask(self, method: str, path: str, content: dict | None = None) -> Answer:
        token = self.token
        answer = await super().ask(method, path, content)
        if answer.status != 401:
            return answer
        # Where it cannot sign in yet, as where no server answered: the next try comes.
        return await super().ask(method, path, content) if await self._sign_in(instead_of=token) else Answer()

    async def on_refused_handshake(self):
        await self.ask("GET", "/api/auth/me")

    def on_reset(self):
        """What it has of the former history may not exist any more; what waits to be sent stays."""
        super().on_reset()
        self.messages.clear()
        # Events came before the reset was known: with their rows, their numbers have to go.
        self._ahead.clear()

    async def _sign_in(self, *, instead_of: str) -> bool:
        async with self._renewing:
            if self.token != instead_of:
                return True
            credentials = {"email": self._email, "password": PASSWORD}
            answer = await ask(self.rest_url, "POST", "/api/auth/login", "", credentials)
            if answer.status == 200:
                self.token = answer.content["access"]
                self.counts["signed in"] += 1
            return answer.status == 200
