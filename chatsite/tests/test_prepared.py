import pytest

from accounts.models import SignIn
from chat.models import Chat
from chatsite.database.prepared import ById

pytestmark = pytest.mark.django_db


def attributes(instance):
    return {name: value for name, value in vars(instance).items() if name != "_state"}


def test_it_gives_what_the_queryset_gives(cast):
    chat = cast.chat

    def by_id(pk):
        return Chat.objects.select_related("doctor", "patient").filter(pk=pk)

    fetched, expected = ById(by_id)(chat.pk), by_id(chat.pk).get()
    assert attributes(fetched).keys() == attributes(expected).keys()
    for person in ("doctor", "patient"):
        assert attributes(getattr(fetched, person)) == attributes(getattr(expected, person))
        assert type(getattr(fetched, person).is_active) is bool
    assert fetched.created_at == expected.created_at
    assert fetched._state.adding is False


def test_it_asks_once_and_every_time(cast, django_assert_num_queries):
    chat = cast.chat
    find = ById(lambda pk: Chat.objects.select_related("doctor").filter(pk=pk))
    find(chat.pk)
    Chat.objects.filter(pk=chat.pk).update(message_count=7)
    with django_assert_num_queries(1):
        fetched = find(chat.pk)
        assert fetched.doctor.pk == chat.doctor_id
    assert fetched.message_count == 7


@pytest.mark.parametrize("pk", [None, 0, -1, 2**63, "1", 999_999])
def test_what_no_row_has_as_its_id(pk):
    assert ById(lambda pk: SignIn.objects.filter(pk=pk))(pk) is None


def test_a_queryset_with_more_parameters_is_a_mistake():
    with pytest.raises(ValueError, match="only parameter"):
        ById(lambda pk: SignIn.objects.filter(pk=pk, kind="api"))(1)
