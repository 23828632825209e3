"""A saved draft on the pages: in the field, in the list, in the fragments; only its writer's."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.services import drafts
from chat.tests.pages.conftest import elements, post_texts
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    post_texts(cast.ben, cast.chat, "a question")
    return drafts.save(cast.ada, chat_id=cast.chat.pk, text="Dear <Ben>,\n…", client_id=str(uuid.uuid4()))


def text_of(answer):
    return answer.content.decode().split('id="composer"')[1].split(">", 1)[1].split("</textarea>")[0]


def draft_lines(answer):
    """How often the rows of the list say so; the template that scripts clone is none of them."""
    text = answer.content.decode()
    return text.count("conversation__draft") - text.count('<template id="row-parts">')


def test_the_field_contains_it(cast, draft):
    answer = page_client(cast.ada).get(f"/professional/chat/{cast.chat.pk}")
    assert text_of(answer) == "Dear &lt;Ben&gt;,\n…"
    [field] = elements(answer, "textarea", id="composer")
    assert field["data-draft"] == draft.client_id
    answer = page_client(cast.ada).get("/professional/chat")
    assert text_of(answer) == "Dear &lt;Ben&gt;,\n…"


def test_the_list_shows_it_instead_of_the_last_message(cast, draft):
    for path in ("/professional/chat", "/chat/rows", f"/chat/{cast.chat.pk}/row"):
        answer = page_client(cast.ada).get(path)
        assert draft_lines(answer) == 1
        assert 'Draft: </span><span dir="auto">Dear &lt;Ben&gt;,' in answer.content.decode()


def test_the_fragment_of_rows_carries_it(cast, draft):
    def saved_draft(user):
        [wrapper] = elements(page_client(user).get(f"/chat/{cast.chat.pk}/rows?since=0"), "ol")
        return json.loads(wrapper["data-draft"])

    assert saved_draft(cast.ada)["message_text"] == "Dear <Ben>,\n…"
    assert saved_draft(cast.ben) is None


def test_nobody_else_sees_it(cast, draft):
    for path in (f"/patient/chat/{cast.chat.pk}", "/patient/chat", "/chat/rows", f"/chat/{cast.chat.pk}/rows"):
        answer = page_client(cast.ben).get(path)
        assert answer.status_code == 200
        assert "Dear" not in answer.content.decode()


def test_refused_text_takes_precedence_over_it(cast, draft):
    answer = page_client(cast.ada).post(f"/professional/chat/{cast.chat.pk}", {"message_text": "x" * 70_000})
    assert answer.status_code == 400
    assert text_of(answer) == "x" * 70_000
    [field] = elements(answer, "textarea", id="composer")
    assert "data-draft" not in field


def test_it_goes_with_the_send(cast, draft):
    client = page_client(cast.ada)
    client.post(f"/professional/chat/{cast.chat.pk}", {"message_text": "Dear Ben, all is well."})
    answer = client.get(f"/professional/chat/{cast.chat.pk}")
    assert text_of(answer) == ""
    assert draft_lines(answer) == 0


def test_it_costs_no_query_where_there_is_none(cast):
    post_texts(cast.ben, cast.chat, "a question")
    client = page_client(cast.ada)
    client.get(f"/professional/chat/{cast.chat.pk}")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/professional/chat/{cast.chat.pk}")
    assert not [query for query in queries if "drafts" in query["sql"]]
