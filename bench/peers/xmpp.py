"""The client of XMPP: acknowledgements by stream management (XEP-0198), history from the archive (XEP-0313)."""

import asyncio
import base64
from collections import deque
from typing import Self, cast

from bench.load import TEXT
from bench.peers import stanzas
from bench.peers.traffic import PATIENCE_SECONDS, Traffic

DOMAIN = "bench.local"
_STREAM = (
    f"<?xml version='1.0'?><stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
).encode()
_BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind>"
_PAGE = (
    "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>"
    "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"
    "<field var='with'><value>{other}</value></field></x>"
    "<set xmlns='http://jabber.org/protocol/rsm'><max>{limit}</max><before/></set></query>"
)
_REFUSALS = (b"<failure", b"<failed", b"<stream:error")


class Refused(Exception):
    """The server ended the sign-in."""


class Member(asyncio.Protocol):
    """One person; the account is {"name", "password", "other": address}, the address {"host", "port"}."""

    def __init__(self, account: dict, traffic: Traffic):
        self._account, self._traffic = account, traffic
        self._buffer = b""
        self._sent = self._handled = self._asked = self._page = 0
        self._unacknowledged: deque[tuple[int, bytes]] = deque()
        self._answers: dict[bytes, asyncio.Future[bytes]] = {}
        self._steps: asyncio.Queue[bytes] = asyncio.Queue()
        self._tail = f"' to='{account['other']}'><body>{TEXT}</body></message><r xmlns='urn:xmpp:sm:3'/>".encode()

    @classmethod
    async def sign_in(cls, address: dict, account: dict, traffic: Traffic) -> Self:
        connecting = asyncio.get_running_loop().create_connection(lambda: cls(account, traffic), **address)
        _, member = await connecting
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await member._sign_in()
        except TimeoutError:
            raise Refused(f"{account['name']} was not signed in within {PATIENCE_SECONDS} s") from None
        return member

    def post(self, key: bytes) -> None:
        self._sent += 1
        self._unacknowledged.append((self._sent, key))
        self._transport.write(b"<message type='chat' id='" + key + self._tail)

    async def newest(self, limit: int) -> int:
        self._page = 0
        answer = await self._ask(_PAGE.format(other=self._account["other"], limit=limit))
        if b"<fin" not in answer:
            raise RuntimeError(answer.decode())
        return self._page

    async def _sign_in(self) -> None:
        await self._step(_STREAM, b"<stream:features")
        secret = base64.b64encode(f"\0{self._account['name']}\0{self._account['password']}".encode())
        plain = b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + secret + b"</auth>"
        await self._step(plain, b"<success")
        await self._step(_STREAM, b"<stream:features")
        if b"<jid>" not in (answer := await self._ask(_BIND)):
            raise Refused(answer.decode())
        await self._step(b"<enable xmlns='urn:xmpp:sm:3'/>", b"<enabled")
        # From here on both sides count stanzas; presence is the first.
        self._sent, self._handled = 1, 0
        self._transport.write(b"<presence/>")

    async def _step(self, request: bytes, expected: bytes) -> None:
        self._transport.write(request)
        while not (answer := await self._steps.get()).startswith(expected):
            if answer.startswith(_REFUSALS):
                raise Refused(f"{self._account['name']} was refused: {answer.decode()}")

    async def _ask(self, query: str) -> bytes:
        self._asked += 1
        self._sent += 1
        key = b"%d" % self._asked
        self._answers[key] = asyncio.get_running_loop().create_future()
        self._transport.write(f"<iq type='set' id='{self._asked}'>{query}</iq>".encode())
        return await self._answers[key]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._traffic.on_error("disconnected")
        self._steps.put_nowait(b"<failed>disconnected</failed>")
        for answer in self._answers.values():
            answer.set_exception(error or ConnectionError("disconnected"))

    def data_received(self, data: bytes) -> None:
        found, self._buffer = stanzas.cut(self._buffer + data)
        for stanza in found:
            self._take(stanza)

    def _take(self, stanza: bytes) -> None:
        if stanza.startswith((b"<message", b"<iq", b"<presence")):
            self._handled += 1
        if stanza.startswith(b"<message"):
            if b"<result" in stanza:
                self._page += 1
            else:
                self._traffic.on_message(self, stanzas.id_of(stanza))
        elif stanza.startswith(b"<a "):
            handled = stanzas.handled(stanza)
            while self._unacknowledged and self._unacknowledged[0][0] <= handled:
                self._traffic.on_ack(self._unacknowledged.popleft()[1])
        elif stanza.startswith((b"<r ", b"<r/")):
            self._transport.write(b"<a xmlns='urn:xmpp:sm:3' h='%d'/>" % self._handled)
        elif stanza.startswith(b"<iq"):
            if answer := self._answers.pop(stanzas.id_of(stanza), None):
                answer.set_result(stanza)
        else:
            self._steps.put_nowait(stanza)
