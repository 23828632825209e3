"""The ASGI endpoint of `/ws/chat`: one socket carries all conversations of a person.

The sender is always the person who opened the socket; no frame can name another. Nothing that a client sends closes
the socket with 1011.
"""

import asyncio
import logging
import time

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone, translation
from django.utils.translation import gettext_noop as _

from accounts.models import SignIn, User
from audit.context import Actor
from chat import metrics
from chat.errors import Unavailable
from chat.live import events, frames, tasks
from chat.live.allowance import Allowance
from chat.live.asgi import Receive, Scope, Send
from chat.live.connection import Connection
from chat.live.credentials import enter
from chat.live.db_threads import change_in_thread, in_thread
from chat.live.hub import hub
from chat.live.looking import looks
from chat.live.presence import watching
from chat.live.sign_ins import note_used
from chat.models import Chat
from chat.publication import Posted
from chat.sending.draft import Draft, Outcome
from chat.sending.writer import writer
from chat.services.reading import mark_read
from chat.services.receipts import mark_delivered
from chat.services.seen import note_quoted, note_read, note_refused
from chatsite.http import observed, request_id
from chatsite.http.errors import Refusal
from chatsite.http.language import asked_language

logger = logging.getLogger("chat.live")

FLOODED = 1008
TYPING_SECONDS = 2


async def chat_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one WebSocket from its handshake to its end."""
    if (await receive())["type"] != "websocket.connect":
        return
    try:
        entry = await in_thread(enter, scope)
    except (DatabaseError, asyncio.CancelledError):  # the latter: the server stops
        await refuse(scope, send, 503, (b"retry-after", b"5"))
        return
    if entry is None:
        await refuse(scope, send, 403)
        return
    if b"reconnect=1" in scope.get("query_string", b"").split(b"&"):
        metrics.RECONNECTED.inc()
    protocol = frames.PROTOCOL if frames.PROTOCOL in scope.get("subprotocols", ()) else None
    await send({"type": "websocket.accept", "subprotocol": protocol, "headers": [_own_id()]})
    _note_handshake(scope, 101)
    if entry.closes_with:
        # Only a socket that is open can say why it closes.
        await send({"type": "websocket.close", "code": entry.closes_with})
        return
    language = asked_language(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))
    # The headers would be kept for as long as the socket is open.
    scope.clear()
    await Client(entry.sign_in, send, language).run(receive, entry.history)


async def refuse(scope: Scope, send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    """Refuse the handshake with an HTTP status; with a plain close (403) where the server cannot."""
    metrics.REFUSED_SOCKETS.labels(status).inc()
    _note_handshake(scope, status)
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": status, "headers": [*headers, _own_id()]})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": 1008})


def _note_handshake(scope: Scope, status: int) -> None:
    """The line of a socket in the access log: it lasts for hours, so its time is that of the handshake."""
    observed.note("GET", observed.SOCKET, status, time.perf_counter() - scope.get("begin", time.perf_counter()))


def _own_id() -> tuple[bytes, bytes]:
    return request_id.HEADER.lower().encode(), request_id.current().encode()


class Client:
    """One connected client."""

    __slots__ = ("_actor", "_others", "_typing_published", "allowance", "connection", "language", "user")

    def __init__(self, sign_in: SignIn, send: Send, language: str) -> None:
        self.user = sign_in.user
        self.language = language
        self.connection = Connection(sign_in, send)
        self._actor = Actor(self.user.pk, self.user.role, sign_in.pk)
        self.allowance = Allowance(settings.CHAT_SOCKET_RATE)
        self._others: dict[int, str] = {}
        # By chat: when typing was last published, and whether the last frame was a start.
        self._typing_published: dict[int, tuple[float, bool]] = {}

    async def run(self, receive: Receive, history: str) -> None:
        """Serve the frames of this client until either side closes."""
        hub.attach(self.connection)
        tasks.start()
        watching.arrived(self.connection.recipient)
        self._welcome(history)
        try:
            while not self.connection.closed:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    self.connection.abandon()
                    return
                if self.connection.closed:
                    break
                await self._take(event.get("text"))
                if not await self.allowance.spend():
                    metrics.FLOODED.inc()
                    self.connection.close(FLOODED)
            await self.connection.finished()
        except asyncio.CancelledError:
            if not self.connection.cut:
                raise
        finally:
            hub.detach(self.connection)
            watching.left(self.connection)
            looks.left(self.connection)
            self.connection.abandon()

    def _welcome(self, history: str) -> None:
        self.connection.push(frames.welcome(self.user.pk, timezone.now(), history))
        if not hub.live:
            self.connection.push(frames.status(False))

    async def _take(self, text: str | None) -> None:
        """Handle one frame; every error is answered, never raised."""
        content: dict = {}
        frame: frames.Frame | None = None
        try:
            content = frames.load(text)
            frame = frames.parse(content)
            await self._handle(frame)
        except Refusal as refusal:
            self._refuse(refusal, content.get("client_id"), content.get("chat_id"))
            self._note(refusal, frame)
        except DatabaseError:
            self._refuse(Unavailable(), content.get("client_id"), content.get("chat_id"))
        except Exception:
            logger.exception("a frame met something unforeseen")
            unforeseen = Refusal(_("This frame could not be handled."))
            self._refuse(unforeseen, content.get("client_id"), content.get("chat_id"))

    def _note(self, refusal: Refusal, frame: frames.Frame | None) -> None:
        """What a request would be refused with 403 or 404 for, as the audit's middleware notes it."""
        if refusal.status in (403, 404):
            note_refused(getattr(frame, "chat_id", None), self._actor)

    def _refuse(self, refusal: Refusal, client_id: object, chat_id: object) -> None:
        """Push an error in the language that the handshake asked for."""
        with translation.override(self.language):
            self.connection.push(frames.error(refusal, client_id, chat_id))

    async def _handle(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Send():
                self._send(frame)
            case frames.Read():
                await change_in_thread(self._read, self.user, chat_id=frame.chat_id, up_to=frame.up_to)
            case frames.Delivered():
                await change_in_thread(mark_delivered, self.user, chat_id=frame.chat_id, up_to=frame.up_to)
            case frames.Typing():
                await self._typing(frame)
            case frames.Watch():
                await self._watch(frame)
            case frames.Looking():
                await self._look(frame)
            case frames.Ping():
                self.connection.push(frames.PONG)

    def _send(self, frame: frames.Send) -> None:
        """Queue the draft in the writer and return at once; the ack follows its commit."""
        draft = Draft.checked(
            self.user,
            chat_id=frame.chat_id,
            text=frame.text,
            attachment_ids=frame.attachment_ids,
            client_id=frame.client_id,
            reply_to=frame.reply_to,
        )

        def reply(outcome: Outcome) -> None:
            if isinstance(outcome, Posted):
                note_quoted(outcome.full, self._actor)
                ack = {"type": "ack", "client_id": frame.spelling}
                self.connection.push(frames.with_message(ack, outcome.full))
            else:
                self._refuse(outcome, frame.spelling, frame.chat_id)
                self._note(outcome, frame)

        note_used(self.connection.sign_in_id)
        writer.submit(draft, reply, asyncio.get_running_loop())

    def _read(self, user: User, *, chat_id: int, up_to: int | None) -> None:
        read = mark_read(user, chat_id=chat_id, up_to=up_to)
        note_read(read, self._actor)

    async def _other_in(self, chat_id: int) -> str:
        """The address of the other side of a chat; raises ChatNotFound or NotAParticipant."""
        if chat_id not in self._others:
            chat = await in_thread(Chat.objects.open_for, self.user, chat_id)
            # The two people of a chat never change, and an address includes the role.
            self._others[chat_id] = chat.side_opposite(chat.side_of(self.user.pk)).recipient
        return self._others[chat_id]

    async def _watch(self, frame: frames.Watch) -> None:
        change = watching.watch if frame.watching else watching.unwatch
        change(self.connection, frame.chat_id, await self._other_in(frame.chat_id))

    async def _look(self, frame: frames.Looking) -> None:
        # Only into a chat of one's own.
        await self._other_in(frame.chat_id)
        change = looks.look if frame.looking else looks.look_away
        change(self.connection, frame.chat_id)

    async def _typing(self, frame: frames.Typing) -> None:
        other = await self._other_in(frame.chat_id)
        now = time.monotonic()
        published_at, is_typing = self._typing_published.get(frame.chat_id, (-TYPING_SECONDS, False))
        if now - published_at < TYPING_SECONDS if frame.typing else not is_typing:
            return
        self._typing_published[frame.chat_id] = (now if frame.typing else published_at, frame.typing)
        events.publish_typing(recipient=other, chat_id=frame.chat_id, user_id=self.user.pk, typing=frame.typing)
