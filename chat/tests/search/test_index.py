"""The index follows what is posted, corrected and retracted, whoever writes it and when."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from chat.models import Message, SearchPart, SearchWord
from chat.search import index
from chat.search.background import Indexer
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import corrections
from chat.services.attachments import add_attachment
from chat.tests.files.samples import jpeg, pdf
from chat.tests.search.conftest import ids_of, marked, passages, post_texts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_corrected_message_is_found_by_its_present_text(cast, search, is_indexed):
    [pk, other] = post_texts(cast.ben, cast.chat, "fièvre hier", "fièvre et toux")
    if is_indexed:
        search(cast.ben, "fievre")
    corrections.correct(cast.ben, message_id=pk, text="toux hier")
    assert ids_of(search(cast.ada, "fievre")) == [other]
    assert ids_of(search(cast.ada, "toux")) == [other, pk]
    assert ids_of(search(cast.ada, "hier")) == [pk]
    assert index.unpack_bits(SearchWord.objects.get(word="fievre").bits) == 0b10


def test_a_retracted_message_is_never_found(cast, search):
    [pk, other] = post_texts(cast.ben, cast.chat, "fièvre", "fièvre")
    assert ids_of(search(cast.ada, "fievre")) == [other, pk]
    corrections.retract(cast.ben, message_id=pk)
    assert ids_of(search(cast.ada, "fievre")) == [other]
    post_texts(cast.ben, cast.chat, "fièvre")
    SearchPart.objects.all().delete()
    assert pk not in ids_of(search(cast.ada, "fievre"))


def test_it_believes_the_message_more_than_the_index(cast, search):
    [pk] = post_texts(cast.ben, cast.chat, "fièvre")
    search(cast.ada, "fievre")
    Message.objects.filter(pk=pk).update(message_text="toux")
    assert search(cast.ada, "fievre")["results"] == []


@pytest.fixture
def with_files(cast):
    """A message of Ben's with a photo and a document."""
    uploads = [
        SimpleUploadedFile("Carnet de tension.jpg", jpeg(), "image/jpeg"),
        SimpleUploadedFile("Résultat du 3 mars.pdf", pdf(), "application/pdf"),
    ]
    files = [add_attachment(cast.ben, chat_id=cast.chat.pk, upload=upload)[0].pk for upload in uploads]
    draft = Draft.checked(cast.ben, chat_id=cast.chat.pk, text="Voici", attachment_ids=files)
    return store_messages([draft])[0].message.pk


def test_files_are_found_by_all_their_names(cast, search, with_files):
    [plain] = post_texts(cast.ben, cast.chat, "voici du texte")
    for q, words in (("tension carnet", ["Carnet", "tension"]), ("resultat mars pdf", ["Résultat", "mars", "pdf"])):
        [result] = search(cast.ada, q)["results"]
        assert (result["message_data"]["message_id"], marked(result["passage"])) == (with_files, words)
    assert ids_of(search(cast.ada, "voici")) == [plain, with_files]
    # A photo and a document: it is found as both.
    assert ids_of(search(cast.ada, "voici", type="image")) == [with_files]
    assert ids_of(search(cast.ada, "voici", type="file")) == [with_files]
    assert ids_of(search(cast.ada, "voici", type="text")) == [plain]
    corrections.retract(cast.ben, message_id=with_files)
    assert search(cast.ada, "tension")["results"] == search(cast.ada, "voici", type="image")["results"] == []


def test_every_word_is_shown_where_it_is(cast, search, with_files):
    for q, text, names in (
        ("voici", "Voici", []),
        ("voici mars", "Voici", ["Résultat du 3 mars.pdf"]),
        ("tension resultat voici", "Voici", ["Carnet de tension.jpg", "Résultat du 3 mars.pdf"]),
        ("tension mars", "Carnet de tension.jpg", ["Résultat du 3 mars.pdf"]),
    ):
        [result] = search(cast.ada, q)["results"]
        assert result["passage"]["text"] == text
        assert [name["text"] for name in result["file_names"]] == names
        assert len({word for passage in passages(result) for word in marked(passage)}) == len(q.split())


def test_the_command_indexes_what_is_not_yet(cast, search, monkeypatch):
    monkeypatch.setattr(index, "PART", 4)
    ids = post_texts(cast.ben, cast.chat, *(f"mot {number}" for number in range(9)))
    out = io.StringIO()
    call_command("index_messages", stdout=out)
    assert out.getvalue() == "1 chats indexed.\n"
    parts = SearchPart.objects.order_by("pk")
    assert [list(index.unpack(part.message_ids)) for part in parts] == [ids[:4], ids[4:8], ids[8:]]
    before = list(SearchWord.objects.order_by("pk").values_list("part", "word", "bits"))
    call_command("index_messages", stdout=out)
    assert out.getvalue() == "1 chats indexed.\n"
    call_command("index_messages", "--again", stdout=io.StringIO())
    after = list(SearchWord.objects.order_by("pk").values_list("part", "word", "bits"))
    assert [row[1:] for row in after] == [row[1:] for row in before]
    assert ids_of(search(cast.ada, "mot")) == ids[::-1]


@pytest.mark.django_db(transaction=True)
def test_what_was_noted_is_taken_in(cast, monkeypatch):
    indexer = Indexer()
    drafts = [Draft.checked(cast.ben, chat_id=cast.chat.pk, text="fièvre")]
    [posted] = store_messages(drafts)
    monkeypatch.setattr(indexer, "_start", lambda: None)
    indexer.note([posted.message.chat_id])
    indexer._empty()
    assert not SearchWord.objects.exists()
    indexer.serve()
    indexer.note([posted.message.chat_id])
    indexer._empty()
    assert SearchWord.objects.filter(word="fievre").exists()
    assert not connection.in_atomic_block
