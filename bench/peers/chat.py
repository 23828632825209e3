"""The client of this project: the socket to send and receive, REST to read."""

import asyncio
import json
from typing import Self

from bench.load import TEXT, client_id_of
from bench.peers.traffic import Traffic
from bench.rest import Client
from bench.wire import Socket, connect


class Member(Socket):
    """One person; the account is {"token", "chat_id"}, the address {"socket": URL, "rest": URL}."""

    def __init__(self, address: dict, account: dict, traffic: Traffic):
        super().__init__(address["socket"], {"Authorization": f"Bearer {account['token']}"})
        self._rest, self._account, self._traffic = address["rest"], account, traffic
        text = json.dumps(TEXT, ensure_ascii=False)
        self._tail = f'","chat_id":{account["chat_id"]},"message_text":{text}}}'.encode()
        self._pages: _Pages | None = None

    @classmethod
    async def sign_in(cls, address: dict, account: dict, traffic: Traffic) -> Self:
        member = cls(address, account, traffic)
        await connect(member)
        return member

    def post(self, key: bytes) -> None:
        self.send(b'{"type":"send","client_id":"' + key + self._tail)

    def on_text(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"ack"'):
            self._traffic.on_ack(client_id_of(payload))
        elif payload.startswith(b'{"type":"message.created"'):
            self._traffic.on_message(self, client_id_of(payload))
        elif payload.startswith(b'{"type":"error"'):
            self._traffic.on_error(json.loads(payload)["code"])

    def on_end(self) -> None:
        self._traffic.on_error("disconnected")

    async def newest(self, limit: int) -> int:
        if not self._pages:
            self._pages = await _Pages(self._rest, self._account["token"]).connect()
        return await self._pages.fetch(f"/api/chat/messages/{self._account['chat_id']}?newest=1&limit={limit}")


class _Pages(Client):
    """Pages of messages, counted."""

    _counted: asyncio.Future[int] | None = None

    async def fetch(self, path: str) -> int:
        self._counted = asyncio.get_running_loop().create_future()
        self.ask("GET", path)
        return await self._counted

    def connection_lost(self, error: Exception | None) -> None:
        if self._counted and not self._counted.done():
            self._counted.set_exception(error or ConnectionError("disconnected"))

    def on_answer(self, status: int, body: bytes) -> None:
        assert self._counted
        if status == 200:
            self._counted.set_result(body.count(b'"message_text":'))
        else:
            self._counted.set_exception(RuntimeError(body.decode()))
