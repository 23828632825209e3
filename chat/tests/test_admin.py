from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from audit import trail
from audit.actions import Action
from chat.models import Attachment, Chat, Message
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import corrections, drafts
from chatsite.testing import Cast, audited, page_client

CHATS, MESSAGES = "/admin/chat/chat/", "/admin/chat/message/"
SECRET, FILE = "hemochromatosis", "biopsy-result.pdf"


def post_message(sender, chat, text, *files):
    [posted] = store_messages([Draft.checked(sender, chat_id=chat.pk, text=text, attachment_ids=files)])
    return posted.message


class AdminCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()
        cls.file = Attachment.objects.create(
            uploader=cls.cast.ben,
            chat=cls.cast.chat,
            stored_name="chat-file-5ec2e7.pdf",
            file_name=FILE,
            file_type="application/pdf",
            file_size=1234,
            sha256="0" * 64,
            digest="0" * 64,
        )
        cls.message = post_message(cls.cast.ben, cls.cast.chat, f"It is {SECRET}", cls.file.pk)
        cls.other_chat = Chat.objects.create(doctor=cls.cast.dan, patient=cls.cast.cora)
        cls.other = post_message(cls.cast.cora, cls.other_chat, "Hello")

    def setUp(self):
        self.client = page_client(self.cast.admin)

    def ids(self, url, **query):
        page = self.client.get(url, query)
        return [row.pk for row in page.context["cl"].result_list]


class NotedTests(AdminCase):
    def looked_at(self, url):
        trail.forget_repeats()
        audited.queued("action")
        self.assertEqual(self.client.get(url).status_code, 200)
        return [chat for action, chat in audited.queued("action", "chat") if action == Action.ADMIN_VIEW and chat]

    def test_whoever_looks_at_one_conversation_is_noted_for_its_people(self):
        mine, other = self.cast.chat.pk, self.other_chat.pk
        for url, looked_at in {
            f"{CHATS}{mine}/change/": [mine],
            f"{MESSAGES}{self.message.pk}/change/": [mine],
            f"{MESSAGES}?chat__id__exact={mine}": [mine],
            f"{MESSAGES}?q={mine}": [mine],
            f"{CHATS}?q=Durand": [mine],
            f"{MESSAGES}?q=Durand": [mine],
            f"{CHATS}?q=example.org": sorted([mine, other]),
            f"{CHATS}?q=nobody": [],
            CHATS: [],
            MESSAGES: [],
        }.items():
            with self.subTest(url):
                self.assertEqual(self.looked_at(url), looked_at)


class SecrecyTests(AdminCase):
    def pages(self):
        for url, pk in ((CHATS, self.cast.chat.pk), (MESSAGES, self.message.pk)):
            yield url
            yield f"{url}?q=Durand"
            yield f"{url}{pk}/change/"
            yield f"{url}{pk}/history/"
        yield "/admin/"

    def test_it_shows_neither_text_nor_file(self):
        for url in self.pages():
            page = self.client.get(url, follow=True)
            self.assertEqual(page.status_code, 200, url)
            for words in (SECRET, FILE, "biopsy", "5ec2e7", "chat_files"):
                with self.subTest(f"{words} at {url}"):
                    self.assertNotContains(page, words)

    def test_it_does_not_even_load_them(self):
        with CaptureQueriesContext(connection) as asked:
            self.client.get(MESSAGES)
            self.client.get(f"{MESSAGES}{self.message.pk}/change/")
        for query in asked:
            for column in ("message_text", "file_url", "file_name"):
                self.assertNotIn(column, query["sql"])

    def test_it_does_not_search_in_them(self):
        for words in (SECRET, "Hello", FILE, "biopsy"):
            with self.subTest(words):
                self.assertEqual(self.ids(MESSAGES, q=words), [])

    def test_no_address_filters_by_them(self):
        for url, lookup in (
            (MESSAGES, "message_text__contains"),
            (MESSAGES, "message_text__regex"),
            (MESSAGES, "file_name__startswith"),
            (MESSAGES, "attachments__file_name__contains"),
            (MESSAGES, "chat__messages__message_text__contains"),
            (CHATS, "messages__message_text__contains"),
            (CHATS, "attachments__file_name__contains"),
        ):
            with self.subTest(lookup):
                self.assertEqual(self.client.get(url, {lookup: SECRET}).status_code, 400)

    def test_no_other_list_reaches_them(self):
        for url in ("/admin/accounts/user/", "/admin/appointments/appointment/"):
            for lookup in ("messages__message_text__contains", "chat__messages__message_text__contains"):
                with self.subTest(f"{url} {lookup}"):
                    page = self.client.get(url, {lookup: SECRET}, follow=True)
                    self.assertTrue(page.status_code == 400 or page.redirect_chain, page.status_code)

    def test_it_shows_neither_drafts_nor_earlier_versions(self):
        drafts.save(self.cast.ben, chat_id=self.cast.chat.pk, text=f"Is it {SECRET}?")
        corrections.correct(self.cast.ben, message_id=self.message.pk, text="It is nothing")
        self.test_it_shows_neither_text_nor_file()
        corrections.retract(self.cast.ben, message_id=self.message.pk)
        page = self.client.get(f"{MESSAGES}{self.message.pk}/change/")
        self.assertContains(page, "Corrected")
        self.assertContains(page, "Retracted")
        self.assertNotContains(page, "It is nothing")
        index = self.client.get("/admin/").content.decode()
        for name in ("revision", "saveddraft", "reaction", "pin", "delivery"):
            self.assertNotIn(f"/admin/chat/{name}/", index)
            self.assertEqual(self.client.get(f"/admin/chat/{name}/").status_code, 404)

    def test_it_is_for_admins(self):
        for person in (self.cast.ada, self.cast.ben):
            for url in self.pages():
                with self.subTest(f"{person} {url}"):
                    self.assertEqual(page_client(person).get(url).status_code, 302)


class ReadOnlyTests(AdminCase):
    def test_nothing_is_added_changed_or_deleted(self):
        for url, row in ((CHATS, self.cast.chat), (MESSAGES, self.message)):
            for path in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
                with self.subTest(f"{url}{path}"):
                    data = {"post": "yes", "message_text": "changed", "seq": "9"}
                    self.assertEqual(self.client.post(f"{url}{path}", data).status_code, 403)
            self.client.post(url, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        self.assertEqual((Chat.objects.count(), Message.objects.count()), (2, 2))
        self.assertIn(SECRET, Message.objects.get(pk=self.message.pk).message_text)

    def test_nobody_with_a_chat_is_deleted_either(self):
        self.client.post(f"/admin/accounts/user/{self.cast.ben.pk}/delete/", {"post": "yes"})
        self.cast.ben.refresh_from_db()


class SearchTests(AdminCase):
    def test_it_finds_by_person(self):
        for words in ("Durand", "ben durand", "ben@example.org", "Martin"):
            with self.subTest(words):
                self.assertEqual(self.ids(MESSAGES, q=words), [self.message.pk])
                self.assertEqual(self.ids(CHATS, q=words), [self.cast.chat.pk])

    def test_it_finds_by_number(self):
        self.assertEqual(self.ids(MESSAGES, q=str(self.message.pk)), [self.message.pk])
        self.assertIn(self.cast.chat.pk, self.ids(CHATS, q=str(self.cast.chat.pk)))
        self.assertIn(self.other_chat.pk, self.ids(CHATS, q=str(self.cast.cora.pk)))

    def test_it_lists_the_messages_of_one_chat(self):
        self.assertEqual(self.ids(MESSAGES, chat__id__exact=self.other_chat.pk), [self.other.pk])

    def test_it_accepts_any_search_text(self):
        for words in ("0", "9" * 30, "%", "'", "x" * 3000, "١", "nobody"):
            for url in (CHATS, MESSAGES):
                with self.subTest(f"{url} {words[:9]}"):
                    self.assertEqual(self.ids(url, q=words), [])


class StorageTests(AdminCase):
    def shown(self, url):
        return self.client.get(url).content.decode().replace("\xa0", " ")

    def test_it_shows_what_a_person_and_a_conversation_have_stored(self):
        person, chat = f"/admin/accounts/user/{self.cast.ben.pk}/change/", f"{CHATS}{self.cast.chat.pk}/change/"
        for url in (person, chat):
            self.assertIn("1 file, 1.2 KB<", self.shown(url))
        Attachment.objects.create(
            uploader=self.cast.ben, chat=self.cast.chat, stored_name="b.pdf", file_name="b.pdf", file_size=3 * 1024**2
        )
        for url in (person, chat):
            self.assertIn("2 files, 3.0 MB (not in a message yet: 1)<", self.shown(url))
        self.assertIn("0 files, 0 bytes<", self.shown(f"/admin/accounts/user/{self.cast.ada.pk}/change/"))
        self.assertNotIn("Stored files", self.shown("/admin/accounts/user/add/"))


class SpeedTests(AdminCase):
    def fill(self, count):
        return [post_message(self.cast.ada, self.cast.chat, "One more") for _ in range(count)][-1]

    def test_it_never_counts(self):
        self.fill(60)
        for url in (MESSAGES, f"{MESSAGES}?p=2", f"{MESSAGES}?q=Durand", CHATS):
            with self.subTest(url), CaptureQueriesContext(connection) as asked:
                self.client.get(url)
            self.assertFalse([query["sql"] for query in asked if "COUNT(" in query["sql"].upper()])

    def test_it_asks_as_often_for_40_rows_as_for_2(self):
        self.client.get(MESSAGES)
        with CaptureQueriesContext(connection) as asked:
            self.client.get(MESSAGES)
        self.fill(38)
        with self.assertNumQueries(len(asked)):
            self.client.get(MESSAGES)

    def test_it_pages_newest_first(self):
        newest = self.fill(60)
        first = self.client.get(MESSAGES)
        self.assertEqual(first.context["cl"].result_list[0].pk, newest.pk)
        self.assertContains(first, "?p=2")
        self.assertNotContains(first, "?p=3")
        self.assertEqual(self.ids(MESSAGES, p="2")[-1], self.message.pk)

    def test_no_address_changes_the_order(self):
        newest = self.fill(60)
        for order in ("0", "1", "-3", "7.2"):
            self.assertEqual(self.ids(MESSAGES, o=order)[0], newest.pk)

    def test_it_takes_any_page_number(self):
        for page in ("0", "-1", "x", "99999", "9" * 30, "٢"):
            with self.subTest(page):
                self.assertEqual(self.client.get(MESSAGES, {"p": page}, follow=True).status_code, 200)
