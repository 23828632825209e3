from datetime import UTC, date, datetime

import pytest

from accounts.models import SignIn, User
from accounts.services import sign_ins
from chat.models import Chat, Message
from chatsite.database.by_id import ById

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 29, 1, 30, 59, tzinfo=UTC)


def attributes(instance):
    """All loaded values with their types: 1 is not True, and a moment has a time zone."""
    return {name: (type(value), value) for name, value in vars(instance).items() if name != "_state"}


def fill(instance) -> None:
    """Give another value to every field that may be empty or false."""
    for field in instance._meta.concrete_fields:
        value = {"DateTimeField": MOMENT, "DateField": date(1980, 2, 29), "BooleanField": True}.get(
            field.get_internal_type(), "x" if field.get_internal_type() == "CharField" else 2**31 - 1
        )
        if not (field.primary_key or field.is_relation or field.name == "role"):
            setattr(instance, field.attname, value)
    instance.save()


@pytest.fixture(params=["as made", "filled"])
def chat(request, cast):
    if request.param == "filled":
        fill(cast.chat)
        fill(cast.chat.doctor)
    return cast.chat


def test_it_gives_what_the_queryset_gives(chat):
    fetched = ById(Chat, "doctor", "patient")(chat.pk)
    expected = Chat.objects.select_related("doctor", "patient").get(pk=chat.pk)
    assert attributes(fetched) == attributes(expected)
    for person in ("doctor", "patient"):
        assert attributes(getattr(fetched, person)) == attributes(getattr(expected, person))
        assert type(getattr(fetched, person).is_active) is bool
    assert fetched.created_at == expected.created_at
    assert fetched._state.adding is fetched.doctor._state.adding is False
    assert fetched._state.db == fetched.doctor._state.db == "default"


@pytest.mark.parametrize("ended_at", [None, MOMENT])
def test_it_gives_a_sign_in_with_its_person(cast, ended_at):
    sign_in = sign_ins.start(cast.ada, kind="api")
    SignIn.objects.filter(pk=sign_in.pk).update(ended_at=ended_at)
    fetched = ById(SignIn, "user")(sign_in.pk)
    expected = SignIn.objects.select_related("user").get(pk=sign_in.pk)
    assert attributes(fetched) == attributes(expected)
    assert attributes(fetched.user) == attributes(expected.user)


def test_it_asks_once_and_every_time(cast, django_assert_num_queries):
    chat = cast.chat
    find = ById(Chat, "doctor")
    find(chat.pk)
    Chat.objects.filter(pk=chat.pk).update(message_count=7)
    with django_assert_num_queries(1):
        fetched = find(chat.pk)
        assert fetched.doctor.pk == chat.doctor_id
    assert fetched.message_count == 7


def test_what_it_gives_can_be_saved(cast):
    fetched = ById(User)(cast.ada.pk)
    fetched.first_name = "Augusta"
    fetched.save()
    assert User.objects.get(pk=cast.ada.pk).first_name == "Augusta"


@pytest.mark.parametrize("pk", [None, 0, -1, 2**63, "1", 999_999])
def test_what_no_row_has_as_its_id(pk):
    assert ById(SignIn)(pk) is None


def test_a_relation_that_may_be_null_is_a_mistake():
    with pytest.raises(ValueError, match="reply_to may be null"):
        ById(Message, "reply_to")(1)


def test_a_type_of_column_that_it_does_not_know_is_a_mistake():
    with pytest.raises(KeyError, match="TextField"):
        ById(Message)(1)
