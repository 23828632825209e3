"""`last_reaction`: a reaction is an answer, and the list shows it while no message came after it."""

import re

import pytest

from chat.models import Message
from chat.services import corrections, pins, reactions
from chat.services.sync import sync
from chat.tests.talk import post_message
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
THUMB, THANKS = "👍", "🙏"


@pytest.fixture
def asked(cast):
    """Two messages of Ben's and one of Ada's."""
    return [post_message(sender, cast.chat) for sender in (cast.ben, cast.ben, cast.ada)]


def row_of(user):
    [row] = api_client(user).get("/api/chat/chats").json()["chats"]
    return row


def last_of(user):
    last = row_of(user)["last_reaction"]
    return last and (last["message_id"], last["user_id"], last["emoji"])


def test_it_is_the_last_answer_until_a_message_follows(cast, asked):
    assert last_of(cast.ada) is None
    before = row_of(cast.ben)
    reactions.react(cast.ada, message_id=asked[0].pk, emoji=THUMB)
    assert last_of(cast.ada) == last_of(cast.ben) == (asked[0].pk, cast.ada.pk, THUMB)
    reactions.react(cast.ben, message_id=asked[2].pk, emoji=THANKS)
    assert last_of(cast.ada) == (asked[2].pk, cast.ben.pk, THANKS)
    after = row_of(cast.ben)
    for unmoved in ("unread_count", "last_message_id", "last_message_text", "last_message_at", "marked_unread"):
        assert after[unmoved] == before[unmoved], unmoved

    post_message(cast.ben, cast.chat)
    assert last_of(cast.ada) is last_of(cast.ben) is None


def test_what_is_withdrawn_is_no_answer(cast, asked):
    reactions.react(cast.ada, message_id=asked[0].pk, emoji=THUMB)
    reactions.react(cast.ada, message_id=asked[1].pk, emoji=THANKS)
    reactions.withdraw(cast.ada, message_id=asked[1].pk, emoji=THANKS)
    assert last_of(cast.ben) == (asked[0].pk, cast.ada.pk, THUMB)
    corrections.retract(cast.ben, message_id=asked[0].pk)
    assert last_of(cast.ben) is None


def test_its_events_have_it_and_others_have_not(cast, asked, published):
    first = asked[0].pk
    for change, expected in (
        (lambda: reactions.react(cast.ada, message_id=first, emoji=THUMB), (first, cast.ada.pk, THUMB)),
        (lambda: reactions.react(cast.ben, message_id=first, emoji=THUMB), (first, cast.ben.pk, THUMB)),
        (lambda: reactions.withdraw(cast.ben, message_id=first, emoji=THUMB), (first, cast.ada.pk, THUMB)),
        (lambda: corrections.retract(cast.ben, message_id=first), None),
    ):
        with published() as frames:
            change()
        [frame] = frames(cast.ben)
        assert frame["last_reaction"] == row_of(cast.ben)["last_reaction"]
        assert last_of(cast.ben) == expected
    with published() as frames:
        corrections.correct(cast.ada, message_id=asked[2].pk, text="Other words")
        pins.pin(cast.ada, message_id=asked[2].pk)
    assert all("last_reaction" not in frame for frame in frames(cast.ben))


def test_a_sync_has_it(cast, asked):
    cursor = sync(cast.ada).cursor
    reactions.react(cast.ben, message_id=asked[2].pk, emoji=THUMB)
    [listed] = sync(cast.ada, cursor=cursor).chats
    assert listed.last_reaction.emoji == THUMB


def test_a_reaction_of_an_earlier_release_is_no_last_answer(cast, asked):
    """A process of it, which runs beside this one, does not write what was the newest message."""
    reactions.react(cast.ada, message_id=asked[0].pk, emoji=THUMB)
    reactions.Reaction.objects.update(newest_id=0)
    assert last_of(cast.ben) is None


@pytest.mark.parametrize(("reader", "words"), [("ada", "You: 👍 Understood"), ("ben", "👍 Understood")])
def test_the_row_has_its_words(cast, asked, reader, words):
    Message.objects.filter(pk=asked[2].pk).update(message_text="Something else", message_type="file")
    reactions.react(cast.ada, message_id=asked[0].pk, emoji=THUMB)
    page = page_client(getattr(cast, reader)).get(f"/chat/{cast.chat.pk}/row").content.decode()
    assert words in re.sub(r"<[^>]*>", "", page)
    assert ("You:" in page) is (reader == "ada")
    assert "Something else" not in page
    assert "#i-file" not in page


def test_the_list_asks_once_more_for_whom_a_reaction_answers(cast, asked, django_assert_num_queries):
    client = page_client(cast.ada)
    client.get("/chat/rows")
    with django_assert_num_queries(4):  # the session, its sign-in, the rows, the number on the badge
        client.get("/chat/rows")
    reactions.react(cast.ben, message_id=asked[2].pk, emoji=THUMB)
    with django_assert_num_queries(5):
        client.get("/chat/rows")
