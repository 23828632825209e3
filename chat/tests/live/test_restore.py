"""After a restored dump a socket opens for the right sign-in or for nobody, and an open one is closed."""

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from accounts.models import SignIn
from accounts.services import sign_ins, tokens
from accounts.tests.restored import give_row_again, make_session_of_before, of_before
from chat.live import sign_ins as live_sign_ins
from chat.services import tickets
from chat.tests.live.sockets import ORIGIN, Dial, connected, receive, send
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db(transaction=True)


def by_token(user, *, before=False):
    sign_in = sign_ins.start(user, kind="api")
    access = tokens.issue(sign_in)["access"]
    return sign_in, [(b"authorization", f"Bearer {of_before(access) if before else access}".encode())]


def by_session(user, *, before=False):
    client = page_client(user)
    if before:
        make_session_of_before(client.session)
    name = settings.SESSION_COOKIE_NAME
    return SignIn.objects.get(user=user), [(b"cookie", f"{name}={client.cookies[name].value}".encode()), ORIGIN]


credentials = pytest.mark.parametrize("credential", [by_token, by_session])


def start_again(sign_in, user, public_id="f" * 32) -> SignIn:
    return give_row_again(sign_in, user=user, public_id=public_id)


async def assert_untouched(row, public_id):
    await row.arefresh_from_db()
    assert (row.ended_at, row.public_id) == (None, public_id)


@credentials
@pytest.mark.parametrize("name", ["cora", "ben"])
@pytest.mark.parametrize("public_id", ["f" * 32, None])
async def test_it_opens_for_no_other_sign_in_and_ends_none(cast, credential, name, public_id):
    sign_in, headers = await sync_to_async(credential)(cast.ben)
    async with connected(headers=headers) as socket:
        assert socket.welcome["user_id"] == cast.ben.pk
    row = await sync_to_async(start_again)(sign_in, getattr(cast, name), public_id)
    assert await Dial(headers).open() == 403
    await assert_untouched(row, public_id)


@credentials
async def test_one_of_the_release_before_opens_those_of_its_person_alone(cast, credential):
    sign_in, headers = await sync_to_async(credential)(cast.ben, before=True)
    async with connected(headers=headers) as socket:
        assert socket.welcome["user_id"] == cast.ben.pk
    row = await sync_to_async(start_again)(sign_in, cast.ben, None)
    async with connected(headers=headers) as socket:
        assert socket.welcome["user_id"] == cast.ben.pk
        # From now on it can be compared.
        await row.arefresh_from_db()
        assert len(row.public_id) == 32
        await live_sign_ins.check()
        await send(socket, type="ping")
        assert await receive(socket) == {"type": "pong"}
    row = await sync_to_async(start_again)(sign_in, cast.cora)
    assert await Dial(headers).open() == 403
    await assert_untouched(row, "f" * 32)


async def test_a_ticket_goes_with_its_sign_in(cast):
    def restore():
        sign_in = sign_ins.start(cast.ben, kind="api")
        ticket = tickets.issue(sign_in)
        start_again(sign_in, cast.cora)
        return ticket

    assert await Dial(path=f"/ws/chat?ticket={await sync_to_async(restore)()}").open() == 403


@pytest.mark.parametrize("name", ["cora", "ben"])
async def test_an_open_socket_does_not_outlive_a_restore(cast, name):
    sign_in, headers = await sync_to_async(by_token)(cast.ben)
    async with connected(headers=headers) as stale:
        row = await sync_to_async(start_again)(sign_in, getattr(cast, name))
        mine = await sync_to_async(tokens.issue)(row)
        bearer = (b"authorization", f"Bearer {mine['access']}".encode())
        async with connected(headers=[bearer]) as present:
            await live_sign_ins.check()
            assert await receive(stale, "session.ended")
            assert (await stale.receive_output(5))["code"] == 4401
            await send(present, type="ping")
            assert await receive(present, "pong")
        await assert_untouched(row, "f" * 32)
