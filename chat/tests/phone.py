"""A client that synchronises, and what its tests need."""

from accounts.models import User
from chat.models import Chat
from chat.representation import message_json
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import history, sync
from chatsite.testing import api_client

LONG = 3600


class Phone:
    """A client that keeps what it was answered, and its cursor."""

    def __init__(self, user):
        self._user, self.client = user, api_client(user)
        self.cursor = None
        self.chats, self.messages = {}, {}
        # From this message on it should have all of a chat.
        self._oldest = {}

    def ask(self, cursor=None):
        return self.client.get("/api/chat/sync", {"cursor": cursor} if cursor is not None else {})

    def sync(self):
        """Synchronise to the end; return the answers."""
        answers = []
        while not answers or answers[-1]["more"]:
            answer = self.ask(self.cursor)
            assert answer.status_code == 200, answer.content
            answers.append(answer.json())
            self.take(answers[-1])
        return answers

    def take(self, answer):
        if "reset" in answer:
            self.chats, self.messages, self._oldest = {}, {}, {}
        self.cursor = answer["cursor"]
        for chat in answer["chats"]:
            self.chats[chat["chat_id"]] = chat
            self._oldest.setdefault(chat["chat_id"], chat["last_message_id"] or 0)
        for message in answer["messages"]:
            known = self.messages.get(message["message_id"], message)
            self.messages[message["message_id"]] = max(known, message, key=lambda row: row["seq"])
        if answer["private"] is not None:
            own = {state["chat_id"]: state for state in answer["private"]}
            for chat_id, chat in self.chats.items():
                chat |= NOTHING_OWN | own.get(chat_id, {})

    def assert_right(self):
        """Its chats are those of the list, its messages are as they are now, and none of the later ones is missing."""
        listed = self.client.get("/api/chat/chats").json()["chats"]
        assert self.chats == {chat["chat_id"]: chat for chat in listed}
        for chat in Chat.objects.for_user(self._user):
            whole = {full.pk: message_json(full) for full in history.newest(chat, limit=10_000).messages}
            known = {pk: row for pk, row in self.messages.items() if row["chat_id"] == chat.pk}
            assert {pk for pk in whole if pk >= self._oldest[chat.pk]} <= known.keys()
            # Reading changes no message: a client takes it from `reads`.
            assert {pk: unread(row) for pk, row in known.items()} == {pk: unread(whole[pk]) for pk in known}


NOTHING_OWN = {
    "unread_count": 0,
    "marked_unread": False,
    "draft": None,
    "can_reply": True,
    "reply_blocked_reason": None,
}


def unread(row):
    return row | {"is_read": False, "read_at": None}


def post_many(user, chat, count):
    """Post messages with the texts 0, 1, …; return them."""
    drafts_ = [Draft.checked(user, chat_id=chat.pk, text=f"{number}") for number in range(count)]
    return [posted.full.message for posted in store_messages(drafts_)]


def texts(answers):
    return [row["message_text"] for answer in answers for row in answer["messages"]]


def more_chats(doctor, count):
    people = [User(email=f"p{number}@example.org", role="patient") for number in range(count)]
    User.objects.bulk_create(people)
    people = User.objects.filter(email__in=[person.email for person in people]).order_by("pk")
    moment = sync.now()
    return [
        Chat.objects.create(doctor=doctor, patient=person, created_at=moment, updated_at=moment) for person in people
    ]
